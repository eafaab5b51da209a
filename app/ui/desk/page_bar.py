"""The toolbar of a list: title, what it shows, the query field, a count, buttons at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.base import events
from app.base.errors import EnvironmentTrouble
from app.base.events import CancelToken, Touched
from app.base.text import count, tr
from app.ports import Store
from app.query import ARTICLES, HEALTH, TICKETS, Completion, QueryError, Schema, complete, parse, tokens
from app.query.scan import Token
from app.ui.desk.context import Context
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.filter_bar import FilterBar
from app.usecases.lookup import values_in_use

_WRITTEN = {TICKETS.name: events.TICKETS, HEALTH.name: events.HEALTH, ARTICLES.name: events.ARTICLES}
"""What is written when the values of a schema may be others."""


class Wrong(NamedTuple):
    """What is wrong with a query and what to write instead; the characters at fault."""

    message: str
    start: int
    end: int


def moved_text(moved: int) -> str:
    """What waits, and how it comes in."""
    return tr("{rows} moved, Enter to re-sort", rows=count(moved, "row", "rows"))


class PageBar(QFrame):
    """40 px. ``query_changed`` with a sound query; ``left`` on Esc in the field."""

    query_changed = Signal(str)
    left = Signal()

    def __init__(self, context: Context, schema: Schema, title: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toolbar")
        self._context = context
        self._schema = schema
        self._values: dict[tuple[str, str], Sequence[str]] = {}
        self.setFixedHeight(current().length("layout.toolbar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(current().space(5), 0, current().space(5), 0)
        row.setSpacing(current().space(4))
        row.addWidget(Label(title, style="heading", parent=self))
        self._shown = Label("", style="body", role="fg.secondary", parent=self)
        row.addWidget(self._shown)
        self.field = FilterBar(self, tokens=self._tokens, complete=self._complete, check=self._check, hint=hint)
        self.field.queryChanged.connect(self.query_changed)
        self.field.submitted.connect(self._submitted)
        self.field.left.connect(self.left)
        row.addWidget(self.field, 1)
        self._row = row
        context.touched.connect(self._forget_values)

    def add(self, widget: QWidget) -> None:
        """One more at the right end."""
        self._row.addWidget(widget)

    def set_query(self, text: str) -> None:
        """Show a query without asking it again."""
        self.field.blockSignals(True)
        self.field.set_text(text)
        self.field.blockSignals(False)

    def set_shown(self, text: str) -> None:
        """What the list shows: the view's name, all sources."""
        self._shown.setText(text)

    def show_count(self, text: str) -> None:
        self.field.set_note(text)

    def focus_query(self) -> None:
        self.field.setFocus()
        self.field.line.selectAll()

    def _submitted(self, _text: str) -> None:
        self.left.emit()

    def _tokens(self, text: str) -> list[Token]:
        return tokens(text, self._schema)

    def _check(self, text: str) -> Wrong | None:
        try:
            parse(text, self._schema)
        except QueryError as error:
            return Wrong(f"{error.message} {error.hint}".strip(), error.start, error.end)
        return None

    def _complete(self, text: str, cursor: int) -> list[Completion]:
        return complete(text, cursor, self._schema, self._known_values)

    def _known_values(self, field: str, prefix: str) -> Sequence[str]:
        """Values that were read already; others are asked for, and offered as soon as they are there."""
        key = (field, prefix.casefold()[:1])
        known = self._values.get(key)
        if known is None:
            self._values[key] = ()
            self._context.read(
                lambda store, cancel: self._read_values(store, field, key[1], cancel),
                lambda found: self._take_values(key, found),
                key=f"values {self._schema.name} {field} {key[1]}",
            )
            return ()
        folded = prefix.casefold()
        return [value for value in known if value.casefold().startswith(folded)]

    def _take_values(self, key: tuple[str, str], found: Sequence[str]) -> None:
        self._values[key] = found
        if found:
            self.field.offer_again()

    def _read_values(self, store: Store, field: str, prefix: str, cancel: CancelToken) -> Sequence[str]:
        opened = self._context.opened
        rows = tuple(opened.poller.board.rows()) if opened is not None and self._schema.name == HEALTH.name else ()
        try:
            return values_in_use(store, rows, self._schema.name, field, prefix, cancel)
        except EnvironmentTrouble:
            return ()  # the list under the field is a help; what fails here fails in the page too, and is told there

    def _forget_values(self, touched: Touched) -> None:
        if touched.touches(_WRITTEN[self._schema.name]):
            self._values.clear()
