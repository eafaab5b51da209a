"""The bar of ticked rows: how many there are, and what can be done with all of them. Actions are the registry's; what
an action does, and why it may not, is theirs."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.base.text import count, tr
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page_bar import moved_text
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button

OFFERED = {
    "ticket.mine": ("Make it mine", "Mine"),
    "ticket.move": ("Change status", "Status"),
    "ticket.resolve": ("Resolve or close", "Resolve"),
    "ticket.note": ("Write a note", "Note"),
    "copy.rows": ("Copy rows", "Copy"),
}
"""Actions that are done to all ticked rows, by id: what each is called here, and where room is short."""
_ICON = 16


class TickBar(QFrame):
    """As high as the toolbar, whose place it takes. ``buttons`` by the id of their action; ``tab_order``: all."""

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toolbar")  # F6 stops here
        self._context, self._dispatcher = context, dispatcher
        self.setFixedHeight(current().length("layout.toolbar"))
        row = self._row = QHBoxLayout(self)
        self._left = current().space(5)
        row.setContentsMargins(self._left + _ICON + current().space(3), 0, self._left, 0)
        row.setSpacing(current().space(3))
        self._count = Label("", style="body_strong", role="fg.strong", parent=self)
        row.addWidget(self._count)
        row.addSpacing(current().space(4))
        self.buttons: dict[str, Button] = {}
        for id_, (word, _) in OFFERED.items():
            self.buttons[id_] = action_button(context, dispatcher, id_, parent=self, word=tr(word))
            row.addWidget(self.buttons[id_])
        row.addStretch(1)
        self._moved = Label("", style="caption", role="fg.secondary", parent=self)
        self._moved_words = ("", "")
        self._moved.hide()
        row.addWidget(self._moved)
        untick = action_button(context, dispatcher, "view.back", "bare", self, word=tr("Untick"))
        row.addWidget(untick)
        self.tab_order = (*self.buttons.values(), untick)

    def show_ticked(self, amount: int) -> None:
        """So many rows are ticked; what is possible with them is asked again."""
        told = tr("{tickets} ticked", tickets=count(amount, "ticket", "tickets"))
        self._count.setText(told)
        self.setAccessibleName(told)
        for id_, button in self.buttons.items():
            button.set_refusal(self._dispatcher.why_not(self._context.registry[id_]))
        self._fit()

    def show_moved(self, moved: int) -> None:
        """So many rows wait for a new place; 0: none does."""
        short = tr("{n} moved, Enter", n=moved)
        self._moved_words = (moved_text(moved), short) if moved else ("", "")
        self._moved.setToolTip(self._moved_words[0])
        self._moved.setVisible(bool(moved))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # It takes the room that there is: a window must not grow because rows may be ticked.
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The long words if they fit, else the short ones; their names stay."""
        for at in (0, 1):
            for id_, words in OFFERED.items():
                self.buttons[id_].setText(tr(words[at]))
            self._moved.setText(self._moved_words[at])
            if self._row.minimumSize().width() <= self.width():
                return

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color("accent.tint"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line.default"))
        paint_icon(painter, QRect(self._left, 0, _ICON, self.height()), "check-box", "accent.text", _ICON)
        painter.end()
