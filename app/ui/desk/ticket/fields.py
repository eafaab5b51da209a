"""The left pane of a ticket: its fields in groups, each edited in place. Saves nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import duration, tr
from app.domain import sla
from app.domain.ticket import CHANNELS, KINDS, Ticket
from app.ui.desk.ticket.field_edit import LABEL, FieldEdit
from app.ui.desk.ticket.field_letters import FieldLetters
from app.ui.desk.ticket.field_value import FieldSpec
from app.ui.desk.ticket.story import moment_text
from app.ui.kit.text import Label
from app.ui.kit.theme import current

_IMPACTS = (("1", "1 many customers"), ("2", "2 some"), ("3", "3 few"), ("", "not set"))
_URGENCIES = (("1", "1 now"), ("2", "2 today"), ("3", "3 can wait"), ("", "not set"))

_TIMES = ("Opened", "Updated", "Paused since", "Time left", "Due", "Resolved", "Closed", "Reopened")


def _level(name: str, choices: Sequence[tuple[str, str]]) -> str:
    return dict(choices).get(name, "") if name else ""


def impact_text(ticket: Ticket) -> str:
    """``1 many customers``; empty when not known."""
    return _level(str(ticket.impact or ""), _IMPACTS)


def urgency_text(ticket: Ticket) -> str:
    """``1 now``; empty when not known."""
    return _level(str(ticket.urgency or ""), _URGENCIES)


def _priority_text(ticket: Ticket) -> str:
    if ticket.priority is None:
        return ""
    return tr("P{n}, major", n=ticket.priority) if ticket.major else f"P{ticket.priority}"


def _paused_left(ticket: Ticket, now_at: Moment) -> str:
    """What is left while the clock stands still; empty when it runs, or nobody knows since when it stands."""
    left_ms = sla.clock(ticket, now_at).left_ms
    return "" if ticket.pending_since_at is None or left_ms is None else duration(left_ms)


def _words(values: Sequence[str], *, optional: bool) -> tuple[tuple[str, str], ...]:
    return (*((value, value) for value in values), *((("", tr("not set")),) if optional else ()))


def _text(name: str, label: str, *, completes: bool = True) -> FieldSpec:
    return FieldSpec(name, label, completes=completes)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A titled group of fields."""

    title: str
    fields: tuple[FieldSpec, ...]


def field_groups() -> tuple[FieldGroup, ...]:
    """The groups in the order of the screen."""
    follows = tr("Follows impact and urgency.")
    return (
        FieldGroup(tr("Work"), (_text("team", tr("Team")), _text("assignee", tr("Assignee")))),
        FieldGroup(
            tr("What"),
            (
                FieldSpec("kind", tr("Kind"), _words(KINDS, optional=False)),
                _text("service", tr("Service")),
                _text("category", tr("Category")),
                _text("environment", tr("Environment")),
                _text("tags", tr("Tags"), completes=False),
            ),
        ),
        FieldGroup(
            tr("How bad"),
            (
                FieldSpec("impact", tr("Impact"), _IMPACTS, shows=impact_text),
                FieldSpec("urgency", tr("Urgency"), _URGENCIES, shows=urgency_text),
                FieldSpec("priority", tr("Priority"), is_editable=False, shows=_priority_text, tip=follows),
                FieldSpec("major", tr("Major"), (("yes", tr("yes")), ("no", tr("no")))),
            ),
        ),
        FieldGroup(
            tr("Who asked"),
            (
                _text("requester", tr("Requester")),
                FieldSpec("channel", tr("Channel"), _words(CHANNELS, optional=True)),
            ),
        ),
    )


class _Group(QWidget):
    """A title, its rows, a line under them."""

    def __init__(self, title: str, parent: QWidget, *, margin: int) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        head = Label(title, style="body_strong", role="fg.secondary", parent=self)
        head.setContentsMargins(margin, 0, margin, 0)
        head.setFixedHeight(24)
        column.addWidget(head)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        column.addLayout(self.rows)
        column.addSpacing(8)
        line = QFrame(self)
        line.setProperty("kind", "line")
        around = QVBoxLayout()
        around.setContentsMargins(margin, 0, margin, 0)
        around.addWidget(line)
        column.addLayout(around)


class FieldsPane(QScrollArea):
    """``edit_asked(field, text)``: save it; ``completion_wanted(field, prefix)``: look for values."""

    edit_asked = Signal(object, str)
    completion_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None, *, also: FieldEdit | None = None) -> None:
        """``also``: a field that stands elsewhere and has its letter too."""
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(current().length("layout.ticket_fields"))
        self._margin = current().space(6)
        body = QFrame(self)
        body.setProperty("kind", "pane")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(0)
        self.fields: dict[str, FieldEdit] = {}
        self._facts: dict[str, tuple[QWidget, Label]] = {}
        for group in field_groups():
            self._add_group(group, body)
        self._elsewhere = _Group(tr("Elsewhere"), body, margin=self._margin)
        for label in (tr("Source"), tr("Its number"), tr("Its status")):
            self._add_fact(self._elsewhere, label)
        self._times = _Group(tr("When"), body, margin=self._margin)
        for label in _TIMES:
            self._add_fact(self._times, tr(label))
        self._column.addWidget(self._times)
        self._column.addWidget(self._elsewhere)
        self._column.addStretch(1)
        self.setWidget(body)
        self.letters = FieldLetters(self, {**self.fields, **({also.spec.name: also} if also else {})})

    def show_ticket(self, ticket: Ticket, now_at: Moment) -> None:
        """The values; a field that is being edited keeps its text."""
        for field in self.fields.values():
            field.show_ticket(ticket)
        reopened = tr("{n} times", n=ticket.reopen_count) if ticket.reopen_count else ""
        facts = {
            tr("Waits for"): ticket.pending_reason,
            tr("Status"): tr(ticket.status.capitalize()),
            tr("Source"): ticket.source,
            tr("Its number"): ticket.remote_id,
            tr("Its status"): ticket.source_status,
            tr("Opened"): moment_text(ticket.created_at or None, now_at),
            tr("Updated"): moment_text(ticket.updated_at or None, now_at),
            tr("Paused since"): moment_text(ticket.pending_since_at, now_at),
            tr("Time left"): _paused_left(ticket, now_at),
            tr("Due"): "" if _paused_left(ticket, now_at) else moment_text(ticket.due_at, now_at),
            tr("Resolved"): moment_text(ticket.resolved_at, now_at),
            tr("Closed"): moment_text(ticket.closed_at, now_at),
            tr("Reopened"): reopened,
        }
        for label, (row, value) in self._facts.items():
            value.setText(facts.get(label) or "")
            row.setVisible(bool(facts.get(label)))
        self._elsewhere.setVisible(bool(ticket.source or ticket.remote_id))

    @property
    def facts(self) -> dict[str, str]:
        """What is shown and nobody sets here, by its label."""
        return {label: value.text() for label, (row, value) in self._facts.items() if not row.isHidden()}

    def focus_first(self) -> None:
        """The first field, or the one that was refused."""
        refused = next((field for field in self.fields.values() if field.why), None)
        field = refused or next(iter(self.fields.values()))
        self.ensureWidgetVisible(field)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def choose(self) -> None:
        """The focus comes here, and each field's letter edits it."""
        self.focus_first()
        self.letters.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.letters.take(event):
            super().keyPressEvent(event)

    def _add_group(self, group: FieldGroup, body: QWidget) -> None:
        made = _Group(group.title, body, margin=self._margin)
        for spec in group.fields:
            field = FieldEdit(spec, made, margin=self._margin)
            field.committed.connect(self.edit_asked)
            field.completion_wanted.connect(self.completion_wanted)
            self.fields[spec.name] = field
            made.rows.addWidget(field)
        if group.fields[0].name == "team":
            self._add_fact(made, tr("Status"))
            self._add_fact(made, tr("Waits for"))
        self._column.addWidget(made)

    def _add_fact(self, group: _Group, label: str) -> None:
        row = QWidget(group)
        line = QHBoxLayout(row)
        line.setContentsMargins(self._margin, 0, self._margin, 0)
        line.setSpacing(0)
        name = Label(label, role="fg.muted", elide="right", parent=row)
        name.setFixedSize(LABEL, 24)
        value = Label("", elide="right", parent=row)
        line.addWidget(name)
        line.addWidget(value, 1)
        self._facts[label] = (row, value)
        group.rows.addWidget(row)
