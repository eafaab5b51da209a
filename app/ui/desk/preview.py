"""A plan shown before it runs: what it would do, what it cannot and why."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.actions.action import Plan
from app.base.text import count, tr
from app.ui.desk.panel import Panel
from app.ui.kit.text import Label

_SHOWN = 12
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
        will = tr("Will be done on {n}:", n=count(len(plan.targets), "thing", "things"))
        self._rows.addWidget(Label(will, style="body_strong"))
        for target in plan.targets[:_SHOWN]:
            self._rows.addWidget(Label(f"{target.label}  {target.note}".strip(), style="body", elide="right"))
        self._rest(len(plan.targets))
        if plan.refused:
            text = tr("Cannot be done on {n}:", n=len(plan.refused))
            self._rows.addWidget(Label(text, style="body_strong", role="state.warning.text"))
            for target, why in plan.refused[:_SHOWN]:
                line = f"{target.label}: {why}"
                self._rows.addWidget(Label(line, style="body", role="fg.secondary", elide="right"))
            self._rest(len(plan.refused))

    def _rest(self, total: int) -> None:
        if total > _SHOWN:
            text = tr("and {n} more", n=total - _SHOWN)
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
