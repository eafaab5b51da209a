"""The query field: coloured tokens, completion under it, an error's wave and its sentence. Knows no query language.

What a text means is asked from the callables it is given: ``tokens`` (start, end, role), ``complete`` and ``check``.
An error is shown once the person submits or goes on to something else: half a query is no mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.base.text import one_line
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.completion_list import CompletionList
from app.ui.parts.key_cap import key_cap_width, paint_key_cap
from app.ui.parts.query_line import Fault, QueryColours, QueryLine, Tokens


class Offer(Protocol):
    """A completion: put ``text`` in place of ``start`` to ``end``."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def help(self) -> str: ...


Complete = Callable[[str, int], Sequence[Offer]]
Check = Callable[[str], Fault | None]
# A theme reaches a widget as either: a palette, or a style sheet that brings one.
_THEME_EVENTS = (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange)
_CALM_MS = 120
_HEIGHT = 28
_LEFT = 32


class FilterBar(QWidget):
    """``queryChanged`` when typing rests and the query is sound; ``submitted`` on Enter; ``left`` on Esc."""

    queryChanged = Signal(str)
    submitted = Signal(str)
    left = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        tokens: Tokens | None = None,
        complete: Complete | None = None,
        check: Check | None = None,
        hint: str = "",
        key: str = "/",
    ) -> None:
        super().__init__(parent)
        self._complete, self._check = complete, check
        self._key, self._note = key, ""
        self._told = ""
        self._is_quiet = False
        self._hint = hint
        self.line = QueryLine(self)
        self.line.setAccessibleName(hint)
        self.setFocusProxy(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._colours = QueryColours(self.line.document(), tokens)
        self._offers = CompletionList(self)
        self.line.keeps_tab = self._offers.isVisible
        self._sentence = Label("", style="caption", role="state.critical.text", elide="right", parent=self)
        self._sentence.hide()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_LEFT, 5, 30, 3)
        self._row.setSpacing(8)
        self._row.addWidget(self.line, 1)
        self._row.addWidget(self._sentence)
        self._connect()

    def _connect(self) -> None:
        self._calm.timeout.connect(self._rested)
        self.line.textChanged.connect(self._typed)
        self.line.key.connect(self._on_key)
        self.line.focus_changed.connect(self._on_focus)
        self.line.finished.connect(self._finished)
        self._offers.chosen.connect(self._take)

    def text(self) -> str:
        """The query as typed."""
        return self.line.toPlainText()

    def set_text(self, text: str) -> None:
        """Another query, told at once when it is sound."""
        self._is_quiet = True
        self.line.setPlainText(one_line(text))
        self.line.moveCursor(QTextCursor.MoveOperation.End)
        self._is_quiet = False
        self._offers.hide()
        self._tell()

    def set_note(self, note: str) -> None:
        """A quiet word at the right end: ``31 tickets``."""
        self._note = note
        self._share_room()

    def offer_again(self) -> None:
        """What ``complete`` knows has grown: offer it, when somebody is typing a value here."""
        if self.line.hasFocus() and self.text():
            self._offer()

    def fault(self) -> Fault | None:
        """What is shown as wrong with the query; None when it is sound or still being typed."""
        return self._colours.fault

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.line.hasFocus()
        edge = "state.critical.outline" if self.fault() else "accent.focus" if focused else "line.control"
        painter.setPen(theme.color(edge))
        painter.setBrush(theme.color("bg.input"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_icon(painter, QRect(8, 0, 16, self.height()), "search", "fg.muted")
        cap = key_cap_width(self._key)
        right = self.width() - 8 - cap
        if self._key and not focused:
            paint_key_cap(painter, QRect(right, 0, cap, self.height()), self._key)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.muted"))
        ends = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        if self.fault() is None:
            painter.drawText(QRect(0, 0, right - 8, self.height()), ends, self._note)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _THEME_EVENTS and hasattr(self, "_colours"):
            self._colours.rehighlight()

    def _typed(self) -> None:
        if self._is_quiet:
            return
        if self.fault() is not None:
            self._set_fault(None)
        self._calm.start()
        if self.line.hasFocus():
            self._offer()

    def _rested(self) -> None:
        """Typing rests: a query that is not sound yet may become so with the next letter, so nothing is said."""
        if self._wrong() is None:
            self._tell()

    def _finished(self) -> None:
        if self.fault() is None and self._wrong() is not None:
            self._tell()

    def _wrong(self) -> Fault | None:
        text = self.text()
        return self._check(text) if self._check is not None and text.strip() else None

    def _tell(self) -> None:
        self._calm.stop()
        text = self.text()
        self._set_fault(self._wrong())
        if self.fault() is None and text != self._told:
            self._told = text
            self.queryChanged.emit(text)

    def _set_fault(self, fault: Fault | None) -> None:
        if fault is None and self._colours.fault is None:
            return
        self._colours.fault = fault
        # The highlighter changes formats, which Qt reports as a change of the text.
        self._is_quiet = True
        self._colours.rehighlight()
        self._is_quiet = False
        said = fault.message if fault is not None else ""
        self._sentence.setText(said)
        self._sentence.setVisible(bool(said))
        self.setAccessibleDescription(said)
        self._share_room()

    def _share_room(self) -> None:
        """The error's sentence stands in the field, where the note is else: what is under the field stays in sight
        and in its place. It takes what the query leaves, and half of the field when that is more."""
        note = "" if self.fault() is not None else self._note
        metrics = current().metrics("caption")
        width = round(metrics.horizontalAdvance(note)) + 8 if note else 0
        right = 14 + key_cap_width(self._key) + width
        self._row.setContentsMargins(_LEFT, 5, right, 3)
        for_hint = self.width() - _LEFT - right - 4
        elided = current().metrics("mono").elidedText(self._hint, Qt.TextElideMode.ElideRight, for_hint)
        self.line.setPlaceholderText(elided)
        typed = round(current().metrics("mono").horizontalAdvance(self.text())) + 16
        room = max(self.width() // 2, self.width() - _LEFT - right - typed)
        wanted = round(metrics.horizontalAdvance(self._sentence.text())) + 4
        self._sentence.setFixedWidth(min(wanted, room))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _offer(self) -> None:
        if self._complete is None:
            return
        offers = self._complete(self.text(), self.line.textCursor().position())
        self._offers.offer(offers, self._caret_x())

    def _caret_x(self) -> int:
        return self.line.x() + self.line.cursorRect().x()

    def _take(self, offer: Offer) -> None:
        cursor = self.line.textCursor()
        cursor.setPosition(offer.start)
        cursor.setPosition(max(offer.start, offer.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(offer.text)
        self.line.setTextCursor(cursor)

    def _on_key(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._offers.isVisible() and self._offers.handle_key(key):
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            self._offers.hide()
            self._tell()
            if self.fault() is None:
                self.submitted.emit(self.text())
        elif key == Qt.Key.Key_Escape:
            event.ignore()
            self.left.emit()
        elif key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            self._offer()

    def _on_focus(self, focused: bool) -> None:
        if not focused:
            self._offers.hide()
        self.update()
