"""The toolbar of a list: title, what it shows, the query field, a count, buttons at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.base.errors import WatchdeskError
from app.ports import Store
from app.query import Completion, QueryError, Schema, complete, parse, tokens
from app.query.scan import Token
from app.ui.desk.context import Context
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.filter_bar import FilterBar


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

    def _check(self, text: str) -> QueryError | None:
        try:
            parse(text, self._schema)
        except QueryError as error:
            return error
        return None

    def _complete(self, text: str, cursor: int) -> list[Completion]:
        return complete(text, cursor, self._schema, self._known_values)

    def _known_values(self, field: str, prefix: str) -> Sequence[str]:
        """Values that were read already; others are asked for and offered with the next letter."""
        key = (field, prefix.casefold()[:1])
        known = self._values.get(key)
        if known is None:
            self._values[key] = ()
            self._context.read(
                lambda store, _cancel: self._read_values(store, field, key[1]),
                lambda found: self._values.__setitem__(key, found),
                key=f"values {self._schema.name} {field}",
            )
            return ()
        folded = prefix.casefold()
        return [value for value in known if value.casefold().startswith(folded)]

    def _read_values(self, store: Store, field: str, prefix: str) -> Sequence[str]:
        if self._schema.name != "tickets":
            return ()
        try:
            return store.tickets.values(field, prefix, 200)
        except (KeyError, WatchdeskError):
            return ()
