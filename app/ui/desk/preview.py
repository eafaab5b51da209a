"""A plan shown before it runs: what it would do, what it cannot and why."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.actions.action import Plan
from app.base.text import number, tr
from app.ui.desk.panel import Panel
from app.ui.kit.text import Label

_SHOWN = 12
_NAME_PX = 300
"""A name up to this long is shown whole, whatever stands beside it."""
_AROUND = 96 + 150
"""How much of the window's height is left to what is not the list."""


class PreviewPanel(Panel):
    """What a plan would do and what it cannot, with the reasons; runs only when told to."""

    def __init__(self, window: QWidget, plan: Plan, go: Callable[[], None]) -> None:
        super().__init__(window, plan.title)
        self._go = go
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(self.body.spacing())
        self._fill(plan)
        self._area = _scrolled(self._list, self)
        self.body.addWidget(self._area)
        safe = self.add_buttons(tr("Go ahead"), self._run, is_on=bool(plan.targets))
        safe.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_submitted(event):
            self._run()
            return
        super().keyPressEvent(event)

    def _fill(self, plan: Plan) -> None:
        self._head(tr("Will be done on {n}:", n=number(len(plan.targets))), "fg.default")
        for target in plan.targets[:_SHOWN]:
            self._line(target.label, target.note)
        self._rest(len(plan.targets))
        if plan.refused:
            self._head(tr("Cannot be done on {n}:", n=number(len(plan.refused))), "state.warning.text")
            for target, why in plan.refused[:_SHOWN]:
                self._line(target.label, why)
            self._rest(len(plan.refused))

    def _head(self, text: str, role: str) -> None:
        self._rows.addWidget(Label(text, style="body_strong", role=role))

    def _line(self, label: str, note: str) -> None:
        """What it concerns, then more about it; the latter gives way where there is no room for both."""
        row = QHBoxLayout()
        row.setSpacing(12)
        named = Label(label, style="body", elide="middle")
        row.addWidget(named)
        if note:
            named.setFixedWidth(min(named.sizeHint().width(), _NAME_PX))
            row.addWidget(Label(note, style="body", role="fg.secondary", elide="right"), 1)
        self._rows.addLayout(row)

    def _rest(self, total: int) -> None:
        if total > _SHOWN:
            text = tr("and {n} more", n=number(total - _SHOWN))
            self._rows.addWidget(Label(text, style="body", role="fg.muted"))

    def _place(self) -> None:
        """The buttons stay in sight in a low window: the list scrolls."""
        parent = self.parentWidget()
        if parent is not None and hasattr(self, "_area"):
            self._area.setFixedHeight(min(self._list.sizeHint().height(), max(80, parent.height() - _AROUND)))
        super()._place()

    def _run(self) -> None:
        self.dismiss()
        self._go()


def _scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(content)
    for each in (area, area.viewport(), content):
        each.setAutoFillBackground(False)
        each.setProperty("kind", "clear")
    return area
