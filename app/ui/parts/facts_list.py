"""Facts in two columns: a label of 84 px, a value. Owns the layout; values are plain text, or a widget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.ui.kit.text import Label

_LABEL = 84
_ROW = 24


class FactsList(QWidget):
    """Rows of 24 px; long values wrap, an empty one is said as a quiet dash."""

    def __init__(self, parent: QWidget | None = None, *, columns: int = 1) -> None:
        super().__init__(parent)
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_facts(self, facts: Sequence[tuple[str, str | QWidget]]) -> None:
        """Replace all rows."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, (label, value) in enumerate(facts):
            self._add(at, label, value)

    def _add(self, at: int, label: str, value: str | QWidget) -> None:
        row, side = divmod(at, self._columns)
        name = Label(label, style="body", role="fg.muted", elide="right", parent=self)
        name.setFixedWidth(_LABEL)
        name.setMinimumHeight(_ROW)
        shown = value if isinstance(value, QWidget) else self._value(value)
        shown.setMinimumHeight(_ROW)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, row, 2 * side, top)
        self._grid.addWidget(shown, row, 2 * side + 1, top)
        self._grid.setColumnStretch(2 * side + 1, 1)

    def _value(self, text: str) -> Label:
        role = "fg.default" if text else "fg.muted"
        return Label(text or "-", role=role, wrap=True, selectable=bool(text), parent=self)
