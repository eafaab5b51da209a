"""The palette: any action, ticket, host, service or article by a few letters. Built on the registry and the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenuBar, QVBoxLayout, QWidget

from app.analysis.match import Found, find
from app.base.text import tr
from app.domain.health import HealthRow
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.palette_entries import (
    PREFIXES,
    Entry,
    action_entry,
    article_entry,
    kind_and_words,
    row_entry,
    ticket_entry,
)
from app.ui.desk.palette_list import EntryList
from app.ui.kit.icons import paint_icon
from app.ui.kit.roles import Section
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.key_cap import KeyCap
from app.ui.parts.overlay import Overlay
from app.ui.parts.pane_state import PaneState
from app.usecases.lookup import FoundThings, look_up

_BELOW_MENU_PX = 96
_ACTIONS = 8
"""How many actions some letters bring; without any, all are there to be looked through."""


@dataclass(frozen=True, slots=True)
class Places:
    """How the palette goes where a thing is."""

    open_ticket: Callable[[str], None]
    open_row: Callable[[HealthRow], None]
    open_article: Callable[[str], None]
    rows: Callable[[], Sequence[HealthRow]]


class Palette:
    """Opens over a window; one at a time."""

    def __init__(self, window: QWidget, context: Context, dispatcher: Dispatcher, places: Places) -> None:
        self._context = context
        self._dispatcher = dispatcher
        self._places = places
        self.overlay = Overlay(window, top=_BELOW_MENU_PX + _menu_px(window))
        self.overlay.setObjectName("palette")
        self.field = _Field(self.overlay)
        self.field.setPlaceholderText(tr("Find an action, ticket, service or article"))
        self.field.setAccessibleName(tr("Palette"))
        self.field.setProperty("kind", "bare")
        self.field.textChanged.connect(self._typed)
        self.table = EntryList(self.overlay)
        self.field.stepped.connect(self.table.step)
        self.table.opened.connect(self._do)
        self._nothing = PaneState(self.table, ground="bg.overlay")
        self._found = FoundThings()
        self._lay_out()
        self.overlay.closed.connect(self.overlay.deleteLater)
        self.field.entered.connect(self._enter)
        self._typed("")
        self.overlay.open(self.field)

    def entries(self) -> list[Entry]:
        """What is offered now."""
        return self.table.entries()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(4)
        head.addWidget(_Picture("search", self.overlay))
        head.addSpacing(6)
        head.addWidget(self.field, 1)
        for sign, word in PREFIXES.items():
            self._add_key(head, sign, tr(word))
        self._foot = Label("", style="caption", role="fg.muted", parent=self.overlay)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.addWidget(self._foot)
        foot.addStretch(1)
        foot.setSpacing(4)
        self._add_key(foot, "Enter", tr("do"))
        foot.addSpacing(8)
        self._add_key(foot, "Esc", tr("close"))
        body: QVBoxLayout = self.overlay.body
        body.addLayout(head)
        body.addWidget(_Rule(self.overlay))
        body.addWidget(self.table)
        body.addWidget(_Rule(self.overlay))
        body.addLayout(foot)

    def _add_key(self, row: QHBoxLayout, key: str, word: str) -> None:
        row.addWidget(KeyCap(key, self.overlay))
        row.addWidget(Label(word, style="caption", role="fg.muted", parent=self.overlay))

    def _typed(self, text: str) -> None:
        kind, words = kind_and_words(text)
        self._found = FoundThings()
        is_asking = bool(words) and kind != "actions"
        self._show(kind, words, is_asking=is_asking)
        if is_asking:
            env = self._context.env()
            rows = self._places.rows()
            self._context.read(
                lambda store, cancel: look_up(store, rows, words, env, cancel),
                lambda found: self._take(found, kind, words),
                key="palette",
            )

    def _take(self, found: FoundThings, kind: str, words: str) -> None:
        self._found = found
        self._show(kind, words)

    def _show(self, kind: str, words: str, *, is_asking: bool = False) -> None:
        """``is_asking``: more may still come, so an empty list says nothing yet."""
        lines: list[Entry | Section] = []
        for name, title, entries in self._sections(words):
            if entries and kind in ("", name):
                lines += [Section(f"section:{name}", title, can_fold=False), *entries]
        self.table.show_lines(lines)
        self._foot.setText(tr("{n} found", n=len(self.table.entries())))
        if lines or is_asking:
            self._nothing.clear()
        else:
            self._nothing.good(_why_nothing(kind, words))

    def _sections(self, words: str) -> list[tuple[str, str, list[Entry]]]:
        found, places, now_at = self._found, self._places, self._context.now()
        return [
            ("actions", tr("Actions"), self._actions(words)),
            ("tickets", tr("Tickets"), [ticket_entry(each, words, places.open_ticket) for each in found.tickets]),
            (
                "services",
                tr("Services and hosts"),
                [row_entry(each, words, places.open_row, now_at) for each in found.rows],
            ),
            (
                "articles",
                tr("Articles"),
                [article_entry(each, words, places.open_article) for each in found.articles],
            ),
        ]

    def _actions(self, words: str) -> list[Entry]:
        named = [action for action in self._context.registry if action.id != "view.palette" and action.title]
        # Without letters none fits better than another: in their own order, and not the shortest word first.
        all_found = [Found(action, (0, 0), ()) for action in named]
        found = find(words, named, lambda action: tr(action.title), limit=_ACTIONS) if words else all_found
        why_not = self._dispatcher.why_not
        entries = [action_entry(each, why_not(each.item), self._dispatcher.act) for each in found]
        return sorted(entries, key=lambda entry: bool(entry.why_not))

    def _enter(self) -> None:
        self._do(self.table.current_row())

    def _do(self, entry: Entry | None) -> None:
        if entry is None or entry.why_not:
            return
        self.overlay.dismiss()
        entry.do()


class _Picture(QWidget):
    """An icon that stands before the field."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(16, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, self.rect(), self._name, "fg.muted", 16)
        painter.end()


class _Rule(QWidget):
    """A line over the whole width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().color("line.default"))
        painter.end()


class _Field(QLineEdit):
    """Up and down move in the list, Enter does it."""

    stepped = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


def _why_nothing(kind: str, words: str) -> str:
    if not words:
        return tr("Type a few letters of what you look for.")
    if kind:
        return tr("Nothing has “{words}” here. Delete the first sign to look everywhere.", words=words)
    return tr("Nothing has “{words}”. Try fewer letters.", words=words)


def _menu_px(window: QWidget) -> int:
    """How high the menu bar in the window is; on some systems it stands at the screen's edge."""
    bar = window.findChild(QMenuBar)
    return bar.height() if bar is not None and bar.isVisible() and not bar.isNativeMenuBar() else 0
