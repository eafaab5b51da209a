"""The line of a query field: an editor of one line, and the colours of what is typed. Knows no query language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextOption
from PySide6.QtWidgets import QWidget

from app.base.text import one_line
from app.ui.kit.document import PlainEditor
from app.ui.kit.theme import current


class Token(Protocol):
    """A stretch of the query for colouring; ``role`` is field, value, word, joining or error."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def role(self) -> str: ...


class Fault(Protocol):
    """What is wrong with a query, and where (``end`` exclusive, may equal ``start``)."""

    @property
    def message(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Tokens = Callable[[str], Sequence[Token]]
_ROLES = {"field": "accent.text", "joining": "fg.muted", "error": "state.critical.text"}
_ELSEWHERE = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Why the focus goes away for a while: it comes back, and typing goes on."""


class QueryColours(QSyntaxHighlighter):
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


class QueryLine(PlainEditor):
    """An editor of one line."""

    key = Signal(QKeyEvent)
    focus_changed = Signal(bool)
    finished = Signal()
    """The person has gone on to something else in this window."""

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
        if event.reason() not in _ELSEWHERE:
            self.finished.emit()
