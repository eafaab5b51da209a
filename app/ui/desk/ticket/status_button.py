"""The status of a ticket as a button; its menu holds the moves, those that are not allowed with the reason."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.base.text import tr
from app.domain import ticket as words
from app.domain.ticket import Ticket
from app.ui.kit.figures import paint_status
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import safe_tooltip
from app.ui.kit.theme import current
from app.ui.parts.button import Button


class StatusButton(Button):
    """``move_asked(status, reason)``: ``reason`` only with pending. Resolving asks for its text elsewhere."""

    move_asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", kind="plain", small=True, parent=parent)
        self._ticket: Ticket | None = None
        self.clicked.connect(self.open_menu)

    def show_ticket(self, ticket: Ticket) -> None:
        """The status as it is now."""
        self._ticket = ticket
        word = tr(ticket.status.capitalize())
        self.set_words(word, tip=tr("Change status"), key="s")
        self.setAccessibleName(tr("Status: {status}", status=word))

    def sizeHint(self) -> QSize:
        width = round(current().metrics("body").horizontalAdvance(self.text()))
        return QSize(width + 58, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.length("radius.control")
        painter.setPen(theme.color("accent.focus" if self.hasFocus() else "line.control"))
        painter.setBrush(theme.color("bg.hover" if self.underMouse() else "bg.raised"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        if self._ticket is not None:
            paint_status(painter, QRect(8, 0, 16, self.height()), self._ticket.status, role="fg.default")
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("fg.default"))
        painter.drawText(QRect(30, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        paint_icon(painter, QRect(self.width() - 24, 0, 16, self.height()), "chevron-down", "fg.muted", 12)
        painter.end()

    def open_menu(self, _checked: bool = False) -> None:
        """Show the moves under the button."""
        if self._ticket is not None:
            menu = self.menu_of(self._ticket)
            menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def menu_of(self, ticket: Ticket) -> QMenu:
        """The menu for a ticket; each entry's data is (status, reason)."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for status in words.STATUSES:
            if status == ticket.status:
                continue
            if status == words.PENDING and status in words.allowed_moves(ticket.status):
                self._add_reasons(menu)
            else:
                self._add(menu, ticket, status)
        if not words.allowed_moves(ticket.status):
            self._add_reason_why(menu, ticket)
        menu.triggered.connect(self._chosen)
        return menu

    def _add_reason_why(self, menu: QMenu, ticket: Ticket) -> None:
        """With no way on, the reason stands in sight, and not only in tooltips."""
        refused = words.refusal(ticket, words.OPEN, reason=None, resolution=None)
        menu.addSeparator()
        why = QAction(refused.detail if refused else "", menu)
        why.setEnabled(False)
        menu.addAction(why)

    def _add(self, menu: QMenu, ticket: Ticket, status: str) -> None:
        move = QAction(tr(status.capitalize()), menu)
        move.setData((status, ""))
        allowed = words.MOVES.get((ticket.status, status))
        if allowed is None:
            refused = words.refusal(ticket, status, reason=None, resolution=None)
            move.setEnabled(False)
            move.setToolTip(safe_tooltip(refused.sentence() if refused else ""))
        elif allowed.needs == "resolution" and not ticket.resolution:
            move.setText(tr("{status}…", status=tr(status.capitalize())))
        menu.addAction(move)

    def _add_reasons(self, menu: QMenu) -> None:
        reasons = menu.addMenu(tr("Pending, waits for"))
        for reason in words.PENDING_REASONS:
            move = QAction(tr(reason), reasons)
            move.setData((words.PENDING, reason))
            reasons.addAction(move)

    def _chosen(self, move: QAction) -> None:
        status, reason = move.data()
        self.move_asked.emit(status, reason)
