"""One field of a ticket: its label, its value, and how it is edited in place.

shown --Enter, F2, click--> editing --Enter, Tab, click elsewhere--> pending --confirmed--> shown
                               ^  Esc: shown again                      | refused: the text stays, the reason
                               +----------------------------------------+ stands under it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QMenu, QWidget

from app.base.errors import Refused
from app.base.text import one_line
from app.domain.ticket import Ticket
from app.domain.ticket_field import field_text, read_field
from app.ui.desk.ticket.field_value import INSET, ROW, FieldLine, FieldSpec, FieldValue, LetterCap
from app.ui.kit.text import Label
from app.ui.kit.theme import current

LABEL = 90
SHOWN: Final = "shown"
EDITING: Final = "editing"
PENDING: Final = "pending"
REFUSED: Final = "refused"


class FieldEdit(QWidget):
    """``committed(self, text)`` when a new text is to be saved; ``settle(why)`` tells it what became of it.
    ``completion_wanted(self, prefix)`` while typing, answered by ``offer``."""

    committed = Signal(object, str)
    completion_wanted = Signal(object, str)

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None, *, margin: int = 0) -> None:
        super().__init__(parent)
        self.spec = spec
        self.state = SHOWN
        self.base: Ticket | None = None
        """The ticket as it was when the editing began: what the person has seen."""
        self._ticket: Ticket | None = None
        self._margin = margin
        self._line: FieldLine | None = None
        self._letter: LetterCap | None = None
        self._offers = QStringListModel(self)
        self._value = FieldValue(spec, self)
        self._value.opened.connect(self.edit)
        self._why = Label("", style="caption", role="state.critical.text", wrap=True, parent=self)
        self._why.setContentsMargins(INSET, 0, 0, 0)
        self._why.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(margin, 0, margin, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        if spec.label:
            label = Label(spec.label, role="fg.muted", elide="right", parent=self)
            label.setFixedSize(LABEL - INSET, ROW)
            self._grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self._value, 0, 1)
        self._grid.addWidget(self._why, 1, 1)
        self._grid.setColumnStretch(1, 1)
        if spec.letter:
            self._letter = LetterCap(spec.letter.upper(), self)
            self._letter.hide()
            self._grid.addWidget(self._letter, 0, 2)
        self.setFocusProxy(self._value)

    @property
    def text(self) -> str:
        """What is being typed; else the value shown."""
        return self._line.text() if self._line is not None and self._line.isVisible() else self._value.shown

    @property
    def why(self) -> str:
        """Why the last edit was refused; empty when it was not."""
        return self._why.text()

    @property
    def line(self) -> QLineEdit | None:
        """The editor while it is open."""
        return self._line if self._line is not None and not self._line.isHidden() else None

    def show_ticket(self, ticket: Ticket) -> None:
        """Another state of the ticket; what is being typed or saved stays."""
        self._ticket = ticket
        if self.state == REFUSED:
            self.base = ticket  # the person has been told: the next Enter is about this value
        if self.state == SHOWN:
            self._show_value()

    def edit(self) -> None:
        """Open the editor, or the menu of choices."""
        if self._ticket is None or not self.spec.is_editable or self.state == PENDING:
            return
        if self.spec.choices:
            self._open_menu()
            return
        if self.line is None:
            self.base = self._ticket
            self._open_line(field_text(self.spec.name, self._ticket) or "")
        assert self._line is not None
        self._line.setFocus()
        self._line.selectAll()

    def settle(self, why: str) -> None:
        """The edit was saved (empty), or refused for this reason."""
        if why:
            self._refuse(why)
            return
        self._set_state(SHOWN)

    def show_letter(self, is_shown: bool) -> None:
        """The key that edits this field stands beside it, or goes."""
        if self._letter is not None:
            self._letter.setVisible(is_shown)

    def offer(self, values: Sequence[str]) -> None:
        """Values to complete with."""
        self._offers.setStringList([one_line(value) for value in values])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        if self.state == PENDING:
            painter.fillRect(0, 0, theme.length("stroke.state_bar"), self.height(), theme.color("accent.line"))
        line = self.line
        if line is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tone = "state.critical.outline" if self.state == REFUSED else "accent.focus"
            painter.setPen(theme.color(tone))
            painter.setBrush(theme.color("bg.input"))
            painter.drawRoundedRect(QRectF(line.geometry()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _show_value(self) -> None:
        if self._ticket is None:
            return
        spec = self.spec
        text = spec.shows(self._ticket) if spec.shows else field_text(spec.name, self._ticket) or ""
        self._value.show_text(text)

    def _open_line(self, text: str) -> None:
        if self._line is None:
            self._line = self._make_line()
            self._grid.addWidget(self._line, 0, 1)
            QWidget.setTabOrder(self._value, self._line)
        self._line.setText(text)
        self._value.hide()
        self._line.show()
        self._set_state(EDITING)

    def _make_line(self) -> FieldLine:
        line = FieldLine(self, self._value.height())
        line.setProperty("kind", "bare")
        line.setFont(current().font(self.spec.style))
        line.setAccessibleName(self.spec.label or self.spec.name)
        line.returnPressed.connect(self._enter)
        line.cancelled.connect(self._cancel)
        line.left.connect(self._commit)
        line.textEdited.connect(self._typed)
        if self.spec.completes:
            completer = QCompleter(self._offers, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchStartsWith)
            line.setCompleter(completer)
        return line

    def _typed(self, text: str) -> None:
        if self.spec.completes:
            self.completion_wanted.emit(self, text)

    def _enter(self) -> None:
        self._commit(keep_focus=True)

    def _commit(self, *, keep_focus: bool = False) -> None:
        if self._line is None or self.state not in (EDITING, REFUSED) or self.base is None:
            return
        text = self._line.text()
        if text.strip() == (field_text(self.spec.name, self.base) or "") and self.state == EDITING:
            self._cancel(keep_focus=keep_focus)
            return
        try:
            read_field(self.spec.name, text)
        except Refused as refused:
            self._refuse(refused.sentence())
            return
        self._close_line(keep_focus)
        self._value.show_text(text.strip())
        self._set_state(PENDING)
        self.committed.emit(self, text)

    def _cancel(self, *, keep_focus: bool = True) -> None:
        self._close_line(keep_focus)
        self._set_state(SHOWN)
        self._show_value()

    def _refuse(self, why: str) -> None:
        if self.line is None and not self.spec.choices:
            was_here = self._value.hasFocus()
            self._open_line(self._value.text)
            if was_here and self._line is not None:  # where the person still is; else Qt would go on to the next
                self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.spec.choices:
            self._show_value()
        self._set_state(SHOWN if self.spec.choices else REFUSED)
        self._why.setText(why)
        self._why.show()

    def _close_line(self, keep_focus: bool) -> None:
        line = self._line
        if line is None:
            return
        self.state = SHOWN  # what the focus tells on its way out is no second commit
        self._value.show()
        if keep_focus:
            self._value.setFocus(Qt.FocusReason.OtherFocusReason)
        line.hide()

    def _set_state(self, state: str) -> None:
        self.state = state
        self._why.clear()
        self._why.hide()
        self.update()

    def _open_menu(self) -> None:
        assert self._ticket is not None
        self.base = self._ticket
        now = field_text(self.spec.name, self._ticket) or ""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, word in self.spec.choices:
            choice = QAction(word, menu)
            choice.setCheckable(True)
            choice.setChecked(text == now)
            choice.setData(text)
            menu.addAction(choice)
            if text == now:
                menu.setActiveAction(choice)
        menu.triggered.connect(self._chosen)
        menu.popup(self._value.mapToGlobal(QPoint(0, self._value.height())))

    def _chosen(self, choice: QAction) -> None:
        text = str(choice.data())
        if self.base is None or text == (field_text(self.spec.name, self.base) or ""):
            return
        self._set_state(PENDING)
        self._value.show_text(choice.text() if text else "")
        self.committed.emit(self, text)
