"""The head of a ticket: number, status, priority, service and title; its clock and what can be done.

It is 88 px high, and higher while it says why a title was refused.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import one_line, tr
from app.domain.ticket import PENDING, Ticket
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.ticket.field_edit import FieldEdit
from app.ui.desk.ticket.field_value import INSET, FieldSpec
from app.ui.desk.ticket.status_button import StatusButton
from app.ui.desk.ticket.story import moment_text
from app.ui.kit.figures import paint_priority
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.models.ticket_clock import sla_view
from app.ui.parts.button import Button
from app.ui.parts.sla_box import SlaBox

HEIGHT = 88


def _says_way(ticket: Ticket) -> bool:
    return ticket.channel not in (None, "", "other")


class PriorityMark(QWidget):
    """Bars and ``P1``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._priority: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_priority(self, priority: int | None) -> None:
        """1 is worst; None hides it."""
        self._priority = priority
        self.setAccessibleName(tr("Priority {n}", n=priority) if priority else "")
        self.setVisible(priority is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._priority is None:
            return
        painter, theme = QPainter(self), current()
        role = "state.critical.text" if self._priority == 1 else "fg.default"
        paint_priority(painter, self.rect(), self._priority, role=role)
        painter.setFont(theme.font("body", strong=self._priority <= 2))
        painter.setPen(theme.color(role))
        box = QRect(19, 0, self.width(), self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"P{self._priority}")
        painter.end()


class _Number(Label):
    """The ticket's number; a click copies it."""

    clicked = Signal()

    def mouseReleaseEvent(self, event: object) -> None:
        super().mouseReleaseEvent(event)  # type: ignore[arg-type]
        self.clicked.emit()


def due_text(ticket: Ticket, now_at: Moment) -> str:
    """What stands under the clock: ``due 18:18``, ``paused since 14:02``, ``ended 14:50``."""
    if not ticket.is_working:
        ended_at = ticket.resolved_at or ticket.closed_at
        return tr("ended {time}", time=moment_text(ended_at, now_at)) if ended_at else ""
    if ticket.status == PENDING:
        since = moment_text(ticket.pending_since_at, now_at)
        return tr("paused since {time}", time=since) if since else tr("paused")
    return tr("due {time}", time=moment_text(ticket.due_at, now_at)) if ticket.due_at is not None else ""


class TicketHead(QFrame):
    """``copy_asked`` on a click on the number. ``side``: the side panel's button, for narrow windows."""

    copy_asked = Signal()

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toolbar")
        self.setMinimumHeight(HEIGHT)
        self.number = _Number("", style="mono", mono=True, role="fg.secondary", parent=self)
        self.number.setCursor(Qt.CursorShape.PointingHandCursor)
        self.number.clicked.connect(self.copy_asked)
        self._copy = Button("", kind="icon", icon="copy", key=".", tip=tr("Copy the number"), small=True, parent=self)
        self._copy.clicked.connect(self.copy_asked)
        self.status = StatusButton(self)
        self._priority = PriorityMark(self)
        self._service = Label("", elide="right", parent=self)
        self._major = Label(tr("Major incident"), role="state.critical.text", parent=self)
        self._opened = Label("", role="fg.muted", elide="right", parent=self)
        self.title = FieldEdit(FieldSpec("title", "", style="title"), self)
        self.clock = SlaBox(tr("Resolution"), self)
        self.mine = action_button(context, dispatcher, "ticket.mine", parent=self)
        self.side = Button(
            "", kind="icon", icon="panel-right", tip=tr("Articles and attachments"), parent=self
        )  # fmt: skip
        self._lay_out()

    def show_ticket(self, ticket: Ticket, now_at: Moment, me: str) -> None:
        """Everything at once; the title keeps what is being typed."""
        self.number.setText(one_line(ticket.number))
        self.status.show_ticket(ticket)
        self._priority.set_priority(ticket.priority)
        self._service.setText(one_line(ticket.service or ""))
        self._service.setVisible(bool(ticket.service))
        self._major.setVisible(ticket.major)
        opened = tr("opened {time}", time=moment_text(ticket.created_at, now_at))
        self._opened.setText(
            tr("{opened}, by {way}", opened=opened, way=ticket.channel) if _says_way(ticket) else opened
        )
        self.title.show_ticket(ticket)
        is_mine = ticket.assignee == me
        self.mine.setVisible(ticket.is_working and not is_mine)
        self.mine.set_words(
            tr("Take over") if ticket.assignee else tr("Make it mine"), key="m", tip=tr("Become the assignee.")
        )
        self.tick(ticket, now_at)

    def tick(self, ticket: Ticket, now_at: Moment) -> None:
        """The clock moves on."""
        view = sla_view(ticket, now_at)
        self.clock.setVisible(view is not None)
        if view is not None:
            self.clock.set_clock(view, due_text(ticket, now_at))

    def _lay_out(self) -> None:
        theme = current()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(6) - INSET, 14, theme.space(6), 10)
        row.setSpacing(theme.space(6))
        left = QVBoxLayout()
        left.setSpacing(4)
        top = QHBoxLayout()
        top.setContentsMargins(INSET, 0, 0, 0)
        top.setSpacing(8)
        for widget in (self.number, self._copy, self.status, self._priority, self._service, self._major):
            top.addWidget(widget)
        top.addWidget(self._opened, 1)
        left.addLayout(top)
        left.addWidget(self.title)
        left.addStretch(1)
        row.addLayout(left, 1)
        row.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.mine, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.side, 0, Qt.AlignmentFlag.AlignVCenter)
