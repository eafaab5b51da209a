"""The attachments of a ticket as rows: name, size, when and by whom, Open and Save as. Does neither itself.

One row is the current one: that with the focus, else the one that had it last, else the only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.base.clock import Moment
from app.base.text import number, one_line, tr
from app.domain.file_name import RUN, ending_of, harmless_name
from app.domain.ticket import Attachment
from app.ui.desk.ticket.side_row import Row, Rows
from app.ui.desk.ticket.story import moment_text
from app.ui.parts.button import Button

_STEPS: Final = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_MOVES: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def size_text(size_bytes: int) -> str:
    """``812 B``, ``1.2 MB``."""
    for step, unit in _STEPS:
        if size_bytes >= step:
            return f"{size_bytes / step:.1f} {unit}"
    return f"{number(size_bytes)} B"


class FileRow(Row):
    """One attachment. ``moved(by)``: the row above (-1) or below is wanted."""

    open_asked = Signal(object)
    save_asked = Signal(object)
    moved = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget, file: Attachment, now_at: Moment) -> None:
        who = tr("{time} by {who}", time=moment_text(file.at, now_at), who=file.by)
        super().__init__(parent, "document", file.name, size_text(file.size_bytes), who, link=file.id)
        self.file = file
        self.elide = Qt.TextElideMode.ElideMiddle
        self.text_role = "fg.default"
        self.opened.connect(self._ask_open)
        self.buttons = [self._button(tr("Save as…"), tr("Save a copy"), "Shift+S", self.save_asked)]
        if ending_of(harmless_name(file.name)) not in RUN:
            self.buttons.insert(0, self._button(tr("Open"), tr("Open a copy"), "Shift+O", self.open_asked))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        right = self.width() + 6  # the last word ends where the size above it does
        for button in reversed(self.buttons):
            button.resize(button.sizeHint().width(), 20)
            right -= button.width()
            button.move(right, 20)
        self.taken_below = self.width() - right + 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = _MOVES.get(Qt.Key(event.key()))
        if by is not None:
            self.moved.emit(by)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def _ask_open(self, _id: str) -> None:
        self.open_asked.emit(self.file)

    def _button(self, word: str, tip: str, key: str, asked: SignalInstance) -> Button:
        button = Button(word, kind="bare", small=True, parent=self)
        button.set_words(word, tip=f"{tip} ({key})")
        button.setAccessibleName(f"{word} {one_line(self.file.name)}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row has the focus; its keys do the same
        button.clicked.connect(partial(_emit, asked, self.file))
        return button


def _emit(signal: SignalInstance, file: Attachment, _checked: bool = False) -> None:
    signal.emit(file)


class FileRows(Rows):
    """``open_asked(Attachment)``, ``save_asked(Attachment)``, ``attach_asked``."""

    open_asked = Signal(object)
    save_asked = Signal(object)
    attach_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[FileRow] = []
        self._shown: Sequence[Attachment] | None = None
        self._last = ""
        attach = Button(tr("Attach…"), icon="attach", small=True, key="Ctrl+Shift+A", parent=self)
        attach.clicked.connect(self.attach_asked)
        self.column.addSpacing(4)
        self.column.addWidget(attach, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def current(self) -> Attachment | None:
        """The one that the keys are about; None when that is not clear."""
        for row in self.rows:
            if row.hasFocus() or row.file.id == self._last:
                return row.file
        return self.rows[0].file if len(self.rows) == 1 else None

    def show_files(self, files: Sequence[Attachment], now_at: Moment) -> None:
        """In the order in which they were attached. Rows that are the same stay, and so does the focus."""
        if self._shown is not None and list(files) == list(self._shown):
            return
        focused = next((row.file.id for row in self.rows if row.hasFocus()), "")
        self._shown = files
        self.rows = [FileRow(self, file, now_at) for file in files]
        for row in self.rows:
            row.open_asked.connect(self.open_asked)
            row.save_asked.connect(self.save_asked)
            row.moved.connect(self._move)
            row.entered.connect(self._entered)
        self.show_rows(self.rows, tr("Nothing is attached."))
        if focused:
            self._focus(focused)

    def focus_current(self) -> None:
        """The current row, else the newest one."""
        if self.rows:
            now = self.current
            self._focus(now.id if now else self.rows[-1].file.id)

    def _focus(self, id_: str) -> None:
        for row in self.rows:
            if row.file.id == id_:
                row.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _move(self, by: int) -> None:
        here = next((place for place, row in enumerate(self.rows) if row.hasFocus()), 0)
        place = max(0, min(len(self.rows) - 1, here + by))
        self.rows[place].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _entered(self) -> None:
        self._last = next((row.file.id for row in self.rows if row.hasFocus()), self._last)
