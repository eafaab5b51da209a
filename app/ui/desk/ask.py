"""Asking for what an action needs: a small form over the page, made of the action's arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.actions.action import Argument
from app.base.text import tr
from app.ui.desk.ask_fields import FIELDS, text_of
from app.ui.desk.panel import Panel
from app.ui.kit.document import PlainEditor
from app.ui.kit.text import Label
from app.ui.kit.theme import current

_FIELD = 28


class AskPanel(Panel):
    """A small form made of an action's arguments; calls ``answered`` with their texts."""

    def __init__(
        self, window: QWidget, title: str, arguments: Sequence[Argument],
        answered: Callable[[Mapping[str, str]], None], button: str,
    ) -> None:  # fmt: skip
        super().__init__(window, title)
        self._arguments = tuple(arguments)
        self._answered = answered
        self._fields: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(current().space(5))
        grid.setColumnStretch(1, 1)
        for row, argument in enumerate(self._arguments):
            field = FIELDS[argument.kind](argument, self)
            field.setAccessibleName(argument.label)
            label = Label(argument.label, style="body", role="fg.muted", parent=self)
            label.setFixedHeight(_FIELD)  # its words stand beside the first line of a field of any height
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
            self._fields[argument.name] = field
        self.body.addLayout(grid)
        self._why = Label("", style="body", role="state.critical.text", parent=self)
        self._why.setWordWrap(True)
        self._why.hide()
        self.body.addWidget(self._why)
        self.add_buttons(button, self._submit)
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus()

    def refuse(self, why: str, field: str = "") -> None:
        """Show why it was refused, at its field; what was typed stays."""
        self._why.setText(why)
        self._why.show()
        if field in self._fields:
            self._fields[field].setFocus()
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.is_submitted(event) or (enter and not self._in_long_text()):
            self._submit()
            return
        super().keyPressEvent(event)

    def _in_long_text(self) -> bool:
        return isinstance(self.focusWidget(), PlainEditor)

    def _submit(self) -> None:
        values = {name: text_of(field) for name, field in self._fields.items()}
        for argument in self._arguments:
            if argument.needed and not values[argument.name].strip():
                self.refuse(tr("Please fill in “{label}”.", label=argument.label), argument.name)
                return
        self._answered(values)
