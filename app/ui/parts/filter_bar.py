"""The query field: coloured tokens, completion under it, an error's wave and its sentence. Knows no query language.

What a text means is asked from the callables it is given: ``tokens`` (start, end, role), ``complete`` and ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.base.text import one_line
from app.ui.kit.document import PlainEditor
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.completion_list import CompletionList
from app.ui.parts.key_cap import key_cap_width, paint_key_cap


class Token(Protocol):
    """A stretch of the query for colouring; ``role`` is field, value, word, joining or error."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def role(self) -> str: ...


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


class Fault(Protocol):
    """What is wrong with a query, and where (``end`` exclusive, may equal ``start``)."""

    @property
    def message(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Tokens = Callable[[str], Sequence[Token]]
Complete = Callable[[str, int], Sequence[Offer]]
Check = Callable[[str], Fault | None]
_ROLES = {"field": "accent.text", "joining": "fg.muted", "error": "state.critical.text"}
# A theme reaches a widget as either: a palette, or a style sheet that brings one.
_THEME_EVENTS = (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange)
_CALM_MS = 120
_HEIGHT = 28


class _Colours(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument, tokens: Tokens | None) -> None:
        super().__init__(document)
        self.tokens = tokens
        self.fault: Fault | None = None

    def highlightBlock(self, text: str) -> None:
        theme = current()
        for token in self.tokens(text) if self.tokens is not None else ():
            made = QTextCharFormat()
            made.setForeground(theme.color(_ROLES.get(token.role, "fg.default")))
            self.setFormat(token.start, token.end - token.start, made)
        if self.fault is not None and text:
            start = min(self.fault.start, len(text) - 1)
            for at in range(start, max(start + 1, min(self.fault.end, len(text)))):
                made = self.format(at)
                made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
                made.setUnderlineColor(theme.color("state.critical.outline"))
                self.setFormat(at, 1, made)


class _Line(PlainEditor):
    """An editor of one line."""

    key = Signal(QKeyEvent)
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, style="mono")
        self.setProperty("kind", "bare")
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setLineWrapMode(PlainEditor.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(PlainEditor.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.setFixedHeight(current().line("mono") - 1)
        self.keeps_tab: Callable[[], bool] = lambda: False
        """Whether Tab is for this line now, and not for walking to the next widget."""

    def focusNextPrevChild(self, is_next: bool) -> bool:
        return not self.keeps_tab() and super().focusNextPrevChild(is_next)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(one_line(source.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self.key.emit(event)
        if event.isAccepted():
            super().keyPressEvent(event)
        event.accept()  # what was done here is nothing for the page behind: its Tab would move the focus

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)


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
        self.line = _Line(self)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.setFocusProxy(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._colours = _Colours(self.line.document(), tokens)
        self._offers = CompletionList(self)
        self.line.keeps_tab = self._offers.isVisible
        self._sentence = _Sentence(self)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(32, 5, 30, 3)
        self._row.addWidget(self.line)
        self._connect()

    def _connect(self) -> None:
        self._calm.timeout.connect(self._tell)
        self.line.textChanged.connect(self._typed)
        self.line.key.connect(self._on_key)
        self.line.focus_changed.connect(self._on_focus)
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
        width = round(current().metrics("caption").horizontalAdvance(note)) + 8 if note else 0
        self._row.setContentsMargins(32, 5, 14 + key_cap_width(self._key) + width, 3)
        self.update()

    def offer_again(self) -> None:
        """What ``complete`` knows has grown: offer it, when somebody is typing a value here."""
        if self.line.hasFocus() and self.text():
            self._offer()

    def fault(self) -> Fault | None:
        """What is wrong with the query; None when it is sound."""
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

    def _tell(self) -> None:
        self._calm.stop()
        text = self.text()
        self._set_fault(self._check(text) if self._check is not None and text.strip() else None)
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
        self._say_fault()
        self.setAccessibleDescription(fault.message if fault is not None else "")
        self.update()

    def _say_fault(self) -> None:
        """Under the field, unless completions stand there: then the wave says enough."""
        fault = self.fault()
        self._sentence.tell(fault.message if fault is not None and not self._offers.isVisible() else "")

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
            self._say_fault()
        self.update()


class _Sentence(QWidget):
    """The error's sentence, floating under the field."""

    def __init__(self, bar: FilterBar) -> None:
        super().__init__(bar.window())
        self._bar = bar
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        self._label = Label("", style="caption", role="state.critical.text", parent=self)
        row.addWidget(self._label)
        self.hide()

    def tell(self, message: str) -> None:
        self._label.setText(message)
        if not message or not self._bar.isVisible():
            self.hide()
            return
        self.setParent(self._bar.window())
        self.adjustSize()
        self.move(self._bar.mapTo(self._bar.window(), self._bar.rect().bottomLeft()))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().color("state.critical.tint"))
        painter.end()
