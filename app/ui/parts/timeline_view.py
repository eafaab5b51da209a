"""The timeline of a ticket, newest at the bottom. Owns scrolling: it stays where the reader is.

New entries while the reader is scrolled up do not move the text: a chip says how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.base.text import number, tr
from app.ui.kit.text import Label
from app.ui.parts.button import Button
from app.ui.parts.timeline import TALK, ChangeGroup, Entry, Item, grouped, of_kinds
from app.ui.parts.timeline_entry import Block, Group, OneLiner

PAGE = 40
"""Entries shown at once; the older ones come with *Show earlier*."""


class TimelineView(QScrollArea):
    """``set_entries`` replaces the entries; those that did not change keep their widgets."""

    link_clicked = Signal(str)
    earlier_asked = Signal()
    """*Show earlier* was pressed and all entries that are here are shown."""
    all_asked = Signal()
    """*Show everything* was pressed, where no entry is of the kinds that are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._entries: tuple[Entry, ...] = ()
        self._kinds: frozenset[str] | None = None
        self._none = ""
        self._shown: dict[str, tuple[Item, QWidget]] = {}
        self._page = PAGE
        self._new = 0
        self._has_earlier = False
        self._content = QFrame(self)
        self._content.setProperty("kind", "pane")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(6)
        self._earlier = Button(tr("Show earlier"), kind="bare", small=True, parent=self._content)
        self._earlier.clicked.connect(self._show_earlier)
        self._column.addWidget(self._earlier)
        self._nothing = _Nothing(self._content)
        self._nothing.everything.clicked.connect(self.all_asked)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self.setWidget(self._content)
        self._chip = Button("", kind="primary", small=True, parent=self)
        self._chip.clicked.connect(self.to_end)
        self._chip.hide()
        self._sticks = True
        self._from_end: int | None = None
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        # The height is known only after the layout, which comes later than the entries.
        self.verticalScrollBar().rangeChanged.connect(self._grown)

    def set_entries(self, entries: Sequence[Entry], *, has_earlier: bool = False) -> None:
        """All entries in order of time; ``has_earlier`` when the store holds older ones."""
        added, earlier = _grown_by(self._entries, entries)
        self._entries, self._has_earlier = tuple(entries), has_earlier
        if earlier:
            self._keep_place()
        self._rebuild()
        if added and not self._sticks:
            self._new += added
            self._show_chip()

    def set_opening(self, widget: QWidget) -> None:
        """What stands over the entries and scrolls with them, such as the description."""
        widget.setParent(self._content)
        self._column.insertWidget(0, widget)

    def set_kinds(self, kinds: frozenset[str] | None, *, none: str = "") -> None:
        """Show entries of these kinds only; None shows all. ``none``: what is said where there is none of them."""
        self._kinds, self._none = kinds, none
        self._rebuild()

    def is_at_end(self) -> bool:
        """Whether the newest entry is in sight."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 4

    def to_end(self) -> None:
        """Scroll to the newest entry, and stay there."""
        self._sticks = True
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._new = 0
        self._chip.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_chip()

    def _rebuild(self) -> None:
        items = grouped(of_kinds(self._entries, self._kinds))
        hidden = max(0, len(items) - self._page)
        self._earlier.setVisible(hidden > 0 or self._has_earlier)
        wanted = {item.id: item for item in items[hidden:]}
        for gone in [key for key, (item, _) in self._shown.items() if wanted.get(key) != item]:
            widget = self._shown.pop(gone)[1]
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        first = self._column.indexOf(self._earlier) + 1
        for at, (key, item) in enumerate(wanted.items()):
            if key not in self._shown:
                widget = self._make(item)
                self._shown[key] = (item, widget)
                self._column.insertWidget(first + at, widget)
        self._nothing.show_why("" if items or self._kinds is None else self._why_nothing())

    def _why_nothing(self) -> str:
        """Older entries that were not read may be of the kind."""
        if self._has_earlier:
            return tr("None among the newest {n} entries. “Show earlier” reads on.", n=number(len(self._entries)))
        return self._none or tr("Nothing of this kind.")

    def _make(self, item: Item) -> QWidget:
        if isinstance(item, ChangeGroup):
            return Group(item, self._content)
        if item.kind not in TALK:
            return OneLiner(item, self._content)
        block = Block(item, self._content)
        block.link_clicked.connect(self.link_clicked)
        return block

    def _show_earlier(self) -> None:
        if len(self._shown) < self._page:
            self.earlier_asked.emit()
            return
        self._keep_place()
        self._rebuild()

    def _keep_place(self) -> None:
        """One page more; what is being read stays where it is while the older entries come in above it."""
        bar = self.verticalScrollBar()
        self._page += PAGE
        self._from_end = bar.maximum() - bar.value()
        self._sticks = False

    def _grown(self, _low: int, high: int) -> None:
        if self._sticks:
            self.verticalScrollBar().setValue(high)
        elif self._from_end is not None:
            self.verticalScrollBar().setValue(max(0, high - self._from_end))

    def _scrolled(self, value: int) -> None:
        if self._from_end is not None and self.verticalScrollBar().maximum() - value != self._from_end:
            self._from_end = None  # the reader has moved on
        self._sticks = self.is_at_end()
        if self._new and self._sticks:
            self._new = 0
            self._chip.hide()

    def _show_chip(self) -> None:
        self._chip.set_words(tr("{n} new", n=self._new))
        self._chip.adjustSize()
        self._chip.show()
        self._place_chip()

    def _place_chip(self) -> None:
        self._chip.move((self.width() - self._chip.width()) // 2, self.height() - self._chip.height() - 8)
        self._chip.raise_()


class _Nothing(QWidget):
    """Stands where entries would be: why there are none, and the way back to all."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 32, 0, 0)
        column.setSpacing(8)
        self._why = Label("", role="fg.secondary", wrap=True, parent=self)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._why)
        self.everything = Button(tr("Show everything"), key="Esc", small=True, parent=self)
        column.addWidget(self.everything, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def show_why(self, why: str) -> None:
        """Nothing is shown for no reason."""
        self._why.setText(why)
        self.setAccessibleName(why)
        self.setVisible(bool(why))


def _grown_by(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[int, int]:
    """How many entries are new at the end, and how many older ones came in at the beginning."""
    known = {entry.id for entry in before}
    places = [place for place, entry in enumerate(after) if entry.id in known]
    if not places:
        return len(after) if before else 0, 0
    return len(after) - 1 - places[-1], places[0]
