"""The pane beside the queue's list: one ticket explained, its clock, its fields, what happened last."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.base.events import CancelToken
from app.base.text import number, one_line, tr
from app.domain.ticket import Ticket
from app.ports import Store
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.ticket.fields import impact_text, urgency_text
from app.ui.desk.ticket.head import PriorityMark, due_text
from app.ui.desk.ticket.story import TicketStory, moment_text, read_story, told
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.models.ticket_clock import sla_view
from app.ui.parts.facts_list import FactsList
from app.ui.parts.pane_state import PaneState
from app.ui.parts.section_head import SectionHead
from app.ui.parts.sla_box import SlaBox
from app.ui.parts.timeline import TALK, ChangeGroup, grouped
from app.ui.parts.timeline_entry import Block, FittedReader, Group, OneLiner

LATEST = 3


class TicketPreview(QFrame):
    """``show_ticket`` shows the row at once and asks for the rest; the latest one asked for wins."""

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._context = context
        self.ticket: Ticket | None = None
        self._entries: list[QWidget] = []
        self._buttons: list[QWidget] = []
        self._build(context, dispatcher)
        self.state = PaneState(self)
        self.show_ticket(None)

    def show_ticket(self, ticket: Ticket | None) -> None:
        """Another ticket, or none; the same one again is read again and stays where it was scrolled."""
        is_same = ticket is not None and self.ticket is not None and ticket.id == self.ticket.id
        self.ticket = ticket
        if ticket is None:
            self.state.good(tr("No ticket is selected."), tr("Choose one with j and k, or with the mouse."))
            return
        self.state.clear()
        self._show_head(ticket)
        if not is_same:
            self._show_entries([], 0)
            self._scroll.verticalScrollBar().setValue(0)
        id_ = ticket.id

        def read(store: Store, cancel: CancelToken) -> TicketStory | None:
            return read_story(store, cancel, id_)

        self._context.read(read, self._show, key="preview", failed=self._failed)

    def show_none(self) -> None:
        """There is no ticket to choose."""
        self.ticket = None
        self.state.good(tr("No ticket is selected."))

    @property
    def shown_entries(self) -> tuple[QWidget, ...]:
        """The latest entries, oldest first."""
        return tuple(self._entries)

    def tick(self, now_at: int) -> None:
        """Once a second while in sight: the clock moves on."""
        if self.ticket is not None:
            self._show_clock(self.ticket, now_at)

    def _build(self, context: Context, dispatcher: Dispatcher) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QFrame(self._scroll)
        body.setProperty("kind", "pane")
        self._scroll.setWidget(body)
        outer.addWidget(self._scroll)
        pad = current().space(6)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(8)
        self._column.addLayout(self._head(body))
        self._title = Label("", style="title", role="fg.strong", wrap=True, selectable=True, parent=body)
        self._column.addWidget(self._title)
        self._column.addLayout(self._actions(context, dispatcher, body))
        self._clock_card = QFrame(body)
        self._clock_card.setProperty("kind", "raised")
        card = QHBoxLayout(self._clock_card)
        card.setContentsMargins(12, 8, 12, 8)
        self._clock = SlaBox(tr("Resolution"), self._clock_card)
        card.addWidget(self._clock)
        self._column.addWidget(self._clock_card, 0, Qt.AlignmentFlag.AlignLeft)
        self._facts = FactsList(body, columns=2)
        self._column.addWidget(self._facts)
        self._description = FittedReader(body)
        self._column.addWidget(self._description)
        line = QFrame(body)
        line.setProperty("kind", "line")
        self._column.addWidget(line)
        self._latest = SectionHead(tr("Latest"), body, foldable=False)
        self._column.addWidget(self._latest)
        self._column.addStretch(1)
        self._body = body

    def _head(self, body: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._number = Label("", style="mono", mono=True, role="fg.secondary", selectable=True, parent=body)
        self._priority = PriorityMark(body)
        self._status = Label("", role="fg.muted", elide="right", parent=body)
        row.addWidget(self._number)
        row.addWidget(self._priority)
        row.addWidget(self._status, 1)
        return row

    def _actions(self, context: Context, dispatcher: Dispatcher, body: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = {"move.open": tr("Open"), "ticket.mine": "", "ticket.note": tr("Note"), "ticket.reply": ""}
        for action_id, word in words.items():
            button = action_button(context, dispatcher, action_id, parent=body, word=word)
            row.addWidget(button)
            self._buttons.append(button)
        row.addStretch(1)
        return row

    def set_narrow(self, is_narrow: bool) -> None:
        """Less room: opening is left to Enter."""
        self._buttons[0].setVisible(not is_narrow)

    def _show_head(self, ticket: Ticket) -> None:
        now_at = self._context.now()
        self._number.setText(one_line(ticket.number))
        self._priority.set_priority(ticket.priority)
        waits = tr("waits for {what}", what=ticket.pending_reason) if ticket.pending_reason else ""
        self._status.setText(", ".join(filter(None, [tr(ticket.status.capitalize()), waits])))
        self._title.setText(one_line(ticket.title))
        self._facts.set_facts(
            (
                (tr("Service"), one_line(ticket.service or "")),
                (tr("Requester"), one_line(ticket.requester or "")),
                (tr("Impact"), impact_text(ticket)),
                (tr("Team"), one_line(ticket.team or "")),
                (tr("Urgency"), urgency_text(ticket)),
                (tr("Assignee"), one_line(ticket.assignee or "")),
                (tr("Category"), one_line(ticket.category or "")),
                (tr("Opened"), moment_text(ticket.created_at, now_at)),
            )
        )
        self._description.setVisible(bool(ticket.description))
        self._description.show_plain(_short(ticket.description))
        self._show_clock(ticket, now_at)

    def _show_clock(self, ticket: Ticket, now_at: int) -> None:
        view = sla_view(ticket, now_at)
        self._clock_card.setVisible(view is not None)
        if view is not None:
            self._clock.set_clock(view, due_text(ticket, now_at))

    def _show(self, story: TicketStory | None) -> None:
        if self.ticket is None or (story is not None and story.ticket.id != self.ticket.id):
            return
        if story is None:
            self.show_ticket(None)
            return
        self.ticket = story.ticket
        self._show_head(story.ticket)
        items = grouped(told(story.entries, story.ticket, self._context.now()))
        widgets: list[QWidget] = []
        for item in items[-LATEST:]:
            if isinstance(item, ChangeGroup):
                widgets.append(Group(item, self._body))
            else:
                widgets.append((Block if item.kind in TALK else OneLiner)(item, self._body))
        self._show_entries(widgets, len(items), has_more=story.has_earlier)

    def _show_entries(self, widgets: list[QWidget], total: int, *, has_more: bool = False) -> None:
        for gone in self._entries:
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._entries = widgets
        first = self._column.indexOf(self._latest) + 1
        for place, widget in enumerate(widgets):
            self._column.insertWidget(first + place, widget)
        known = tr("{n} or more", n=number(total)) if has_more else number(total)
        self._latest.set_words(tr("{n} of {total}", n=len(widgets), total=known) if total else "")

    def _failed(self, error: Exception) -> None:
        self._show_entries([Label(sentence(error), role="state.critical.text", wrap=True, parent=self._body)], 0)


def _short(text: str) -> str:
    """The beginning of a description: at most six lines."""
    lines = text.strip().splitlines()
    return "\n".join(lines[:6])[:800] + ("…" if len(lines) > 6 or len(text) > 800 else "")
