"""The palette: any action, ticket, host, service or article by a few letters. Built on the registry and the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.action import Action
from app.analysis.match import find
from app.base.text import age, one_line, tr
from app.domain.health import HealthRow
from app.query import Env
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.key_words import spoken_keys
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.column import Column
from app.ui.kit.figures import paint_status
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.roles import Section
from app.ui.kit.table import DenseTable
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.models.line_model import LineModel
from app.ui.parts.key_cap import KeyCap, key_cap_width, paint_key_cap
from app.ui.parts.overlay import Overlay
from app.usecases.lookup import FoundThings, look_up

ROWS = 12
ROW_PX = 36
PREFIXES = {">": "actions", "#": "tickets", "@": "services", "?": "articles"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``picture``: ``icon:NAME``, ``state:WORD`` or ``status:WORD``. ``why_not``: disabled, and why."""

    id: str
    title: str
    note: str
    picture: str
    do: Callable[[], None]
    spans: tuple[tuple[int, int], ...] = ()
    keys: str = ""
    why_not: str = ""


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
        self.overlay = Overlay(window)
        self.overlay.setObjectName("palette")
        self.field = _Field(self.overlay)
        self.field.setPlaceholderText(tr("Find an action, ticket, service or article"))
        self.field.setAccessibleName(tr("Palette"))
        self.field.setProperty("kind", "bare")
        self.field.textChanged.connect(self._typed)
        self.field.stepped.connect(self._step)
        self._model: LineModel[Entry] = LineModel(1, lambda entry: entry.id, _sentence)
        self.table = _Entries((Column("entry", "", _paint_entry, width=100, grow=1),), parent=self.overlay)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setModel(self._model)
        self.table.setFixedHeight(ROWS * ROW_PX)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.opened.connect(self._do)
        self._found = FoundThings()
        self._lay_out()
        self.overlay.closed.connect(self.overlay.deleteLater)
        self.field.entered.connect(self._enter)
        self._typed("")
        self.overlay.open(self.field)

    def entries(self) -> list[Entry]:
        """What is offered now."""
        return self._model.values()

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
        body.addWidget(self.table)
        body.addLayout(foot)

    def _add_key(self, row: QHBoxLayout, key: str, word: str) -> None:
        row.addWidget(KeyCap(key, self.overlay))
        row.addWidget(Label(word, style="caption", role="fg.muted", parent=self.overlay))

    def _typed(self, text: str) -> None:
        kind, words = _split(text)
        self._found = FoundThings()
        self._show(kind, words)
        if words and kind != "actions":
            env = Env(self._context.now(), self._context.me)
            rows = self._places.rows()
            self._context.read(
                lambda store, cancel: look_up(store, rows, words, env, cancel),
                lambda found: self._take(found, kind, words),
                key="palette",
            )

    def _take(self, found: FoundThings, kind: str, words: str) -> None:
        self._found = found
        self._show(kind, words)

    def _show(self, kind: str, words: str) -> None:
        lines: list[Entry | Section] = []
        total = 0
        for name, title, entries in self._sections(words):
            if entries and kind in ("", name):
                lines.append(Section(f"section:{name}", title, can_fold=False))
                lines += entries
                total += len(entries)
        self._model.show(lines)
        self.table.select_row(self._model.first())
        self._foot.setText(tr("{n} found", n=total))

    def _sections(self, words: str) -> list[tuple[str, str, list[Entry]]]:
        found, now_at = self._found, self._context.now()
        tickets = [
            Entry(
                f"ticket:{t.id}", f"{t.number} {one_line(t.title)}", _ticket_note(t.priority, t.assignee, t.status),
                f"status:{t.status}", _Call(self._places.open_ticket, t.id),
                matched(f"{t.number} {one_line(t.title)}", words),
            )
            for t in found.tickets
        ]  # fmt: skip
        rows = [
            Entry(
                f"row:{row.id}", one_line(row.name), f"{one_line(row.host)}, {row.state} {age(now_at, row.since_at)}",
                f"state:{row.state}", _Call(self._places.open_row, row), matched(one_line(row.name), words),
            )
            for row in found.rows
        ]  # fmt: skip
        articles = [
            Entry(
                f"article:{a.id}", one_line(a.title), a.path, "icon:book", _Call(self._places.open_article, a.id),
                matched(one_line(a.title), words),
            )
            for a in found.articles
        ]  # fmt: skip
        return [
            ("actions", tr("Actions"), self._actions(words)),
            ("tickets", tr("Tickets"), tickets),
            ("services", tr("Services and hosts"), rows),
            ("articles", tr("Articles"), articles),
        ]

    def _actions(self, words: str) -> list[Entry]:
        entries = []
        named = [action for action in self._context.registry if action.id != "view.palette" and action.title]
        for found in find(words, named, lambda action: tr(action.title), limit=8 if words else 30):
            action: Action = found.item
            why = self._dispatcher.why_not(action)
            entries.append(
                Entry(
                    f"action:{action.id}", tr(action.title), why or tr(action.help), f"icon:{action.icon}",
                    _Call(self._dispatcher.act, action.id), found.spans, action.keys[0] if action.keys else "", why,
                )
            )  # fmt: skip
        return sorted(entries, key=lambda entry: bool(entry.why_not))

    def _step(self, by: int) -> None:
        self.table.step(by)

    def _enter(self) -> None:
        self._do(self.table.current_row())

    def _do(self, entry: Entry | None) -> None:
        if entry is None or entry.why_not:
            return
        self.overlay.dismiss()
        entry.do()


def matched(title: str, words: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of the letters of a title that were typed, in order."""
    return tuple(sorted(span for word in words.split() for hit in find(word, (title,), str) for span in hit.spans))


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


class _Call:
    """A call kept for later, without keeping the palette alive."""

    def __init__(self, function: Callable[..., None], value: object) -> None:
        self._function, self._value = function, value

    def __call__(self) -> None:
        self._function(self._value)


class _Entries(DenseTable):
    """The list under the field: the field has the focus for it, so its row is drawn as the chosen one."""

    def hasFocus(self) -> bool:
        return True


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


def _split(text: str) -> tuple[str, str]:
    """(kind, words) of what was typed: ``#card`` → tickets, card."""
    stripped = text.strip()
    kind = PREFIXES.get(stripped[:1], "")
    return kind, stripped[1:].strip() if kind else stripped


def _ticket_note(priority: int | None, assignee: str | None, status: str) -> str:
    who = one_line(assignee) if assignee else tr("not assigned")
    return ", ".join(filter(None, [f"P{priority}" if priority else "", who, status]))


def _sentence(entry: Entry) -> str:
    return ", ".join(filter(None, [entry.title, entry.note, entry.keys]))


def _paint_entry(painter: QPainter, rect: QRect, entry: Entry, ctx: CellContext) -> None:
    kind, _, name = entry.picture.partition(":")
    spot = QRect(rect.x() + 6, rect.y(), 18, rect.height())
    role = "fg.disabled" if entry.why_not else "fg.secondary"
    if kind == "state":
        paint_glyph(painter, QRect(spot.x(), spot.y() + (rect.height() - 16) // 2, 16, 16), name)
    elif kind == "status":
        paint_status(painter, spot, name, role=ctx.role(role))
    elif name:
        paint_icon(painter, spot, name, ctx.role(role), 16)
    right = rect.right()
    for word in reversed(spoken_keys(entry.keys)) if entry.keys else ():
        if word == "then":
            continue
        width = key_cap_width(word)
        right -= width + 4
        paint_key_cap(painter, QRect(right, rect.y(), width, rect.height()), word)
    room = QRect(rect.x() + 36, rect.y(), right - rect.x() - 48, rect.height())
    used = _paint_title(painter, room, entry, ctx)
    rest = room.adjusted(round(used) + 12, 0, 0, 0)
    draw_text(painter, rest, entry.note, ctx, role="fg.muted", style="dense")


def _paint_title(painter: QPainter, room: QRect, entry: Entry, ctx: CellContext) -> float:
    """The title with its matched letters in weight 600; the width used."""
    role = "fg.disabled" if entry.why_not else "fg.default"
    x = 0.0
    at = 0
    pieces: list[tuple[str, bool]] = []
    for start, end in entry.spans:
        if start >= at:
            pieces += [(entry.title[at:start], False), (entry.title[start:end], True)]
            at = end
    pieces.append((entry.title[at:], False))
    for text, strong in pieces:
        left = room.adjusted(round(x), 0, 0, 0)
        drawn = draw_text(painter, left, text, ctx, role=role, style="body", strong=strong)
        # Blanks at a piece's end have a width too.
        x += max(drawn, current().metrics("body", strong=strong).horizontalAdvance(text) if drawn else 0)
    return min(x, float(room.width()))
