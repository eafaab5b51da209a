"""Rows to draw: an invented night at a payment desk, with each look a table can have."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.base.clock import MINUTE
from app.ui.kit import cells, roles
from app.ui.kit.column import Column
from app.ui.kit.sla_look import SlaView

NOW = 1_794_490_328_000
QUIET = (cells.Hour(),) * 24


@dataclass(frozen=True)
class Problem:
    """One problem row."""

    state: str
    service: str
    host: str
    output: str
    source: str = "nagios-core"
    minutes: int = 12
    attempt: tuple[int, int] = (3, 3)
    hours: tuple[cells.Hour, ...] = QUIET
    ticket: str = ""
    marks: tuple[str, ...] = ()
    owner: str = ""
    look: roles.RowLook = field(default=roles.PLAIN_LOOK)

    @property
    def since_at(self) -> int:
        return NOW - self.minutes * MINUTE


def ending(*states: str, handled: bool = False) -> tuple[cells.Hour, ...]:
    """A strip that was quiet until these last hours."""
    tail = tuple(cells.Hour(state, handled) for state in states)
    return (*QUIET[: 24 - len(tail)], *tail)


NEW = roles.RowLook(mark="new", is_strong=True)
HANDLED = roles.RowLook(is_handled=True)
BOARD = (
    roles.Section("unhandled", "Unhandled", 11, "worst first, then newest"),
    Problem("down", "ping", "pay-01", "No answer for 5 packets, 100 % loss", hours=ending("down"), ticket="INC-48213",
            owner="JR", look=NEW),
    Problem("critical", "checkout rate", "shop-west", "31 orders/min, expected 88 to 104 for this hour of the week",
            hours=ending("critical"), ticket="INC-48213", owner="JR", look=NEW),
    Problem("critical", "card p95", "pay-cluster", "p95 4 820 ms over 5 min (limit 1 500 ms), 6 of 100 refused",
            hours=ending("warning", "critical"), ticket="INC-48213", owner="JR"),
    Problem("critical", "disk /var/log", "score-07", "97 % used, 1.9 GB free", minutes=34,
            hours=ending("warning", "warning", "critical", "critical", "critical")),
    Problem("critical", "queue depth", "mq-01", "48 211 messages, oldest 6 min", minutes=2, attempt=(2, 3),
            hours=ending("critical"), look=NEW),
    Problem("unreachable", "host", "branch-0417", "Parent branch-agg-04 down", minutes=19, attempt=(1, 1),
            hours=ending("unknown", "unknown")),
    Problem("unknown", "hsm health", "hsm-01", "Plugin timed out after 30 s", minutes=8, hours=ending("unknown")),
    Problem("warning", "search p99", "cat-es-05", "1 240 ms, limit 900 ms", minutes=9, hours=ending("warning")),
    Problem("warning", "heap after GC", "statement-render-with-a-long-name-04", "82 % of 12 GB after full collection",
            minutes=41, hours=ending("warning", "ok", "warning", "warning"), marks=("flapping",)),
    Problem("pending", "new check", "app-09", "Not yet run", minutes=1, attempt=(1, 3)),
    Problem("info", "backup size", "bk-01", "Grew by 4 %", minutes=192, ticket="CHG-3391", owner="AK"),
    roles.Section("stale", "Stale", 2, "last known state is not shown as current"),
    Problem("stale", "branch WAN, 214 services", "icinga-branch", "No data since 14:26, was 212 OK", minutes=6,
            attempt=(0, 0), hours=ending("stale", "stale", "stale"), ticket="INC-48215", owner="SN"),
    Problem("stale", "fx feed age", "rates-02", "Agent silent since 14:19, was OK", minutes=13, attempt=(0, 0),
            hours=ending("", "")),
    roles.Section("recovered", "Just recovered", 1, "leaves at 14:34"),
    Problem("ok", "http health", "basket-02", "200 in 38 ms; was critical for 4 min", minutes=3,
            hours=ending("critical", "ok", "ok"), ticket="INC-48211", owner="JR"),
    roles.Section("handled", "Handled", 5, "acknowledged 2, in downtime 1, suppressed 1, snoozed 1"),
    Problem("down", "host", "stage-11", "Switched off for memory exchange", minutes=302, ticket="CHG-3402",
            marks=("downtime",), owner="AK", hours=ending(*["maintenance"] * 6, handled=True), look=HANDLED),
    Problem("critical", "mail queue", "mx-02", "2 114 deferred, remote throttles", minutes=108, ticket="INC-48196",
            marks=("acknowledged",), owner="AK", hours=ending("critical", "critical", handled=True), look=HANDLED),
    Problem("unknown", "snmp ups-b", "ups-b", "No response", minutes=380,
            marks=("acknowledged", "flapping"), owner="SN", hours=ending(*["unknown"] * 7), look=HANDLED),
    Problem("warning", "swap", "report-02", "38 % used", minutes=242, marks=("suppressed",), owner="MO",
            hours=ending(*["warning"] * 4, handled=True), look=HANDLED),
    Problem("warning", "dns answer", "resolver-2", "48 ms, limit 40 ms", minutes=31, marks=("snoozed",), owner="JR",
            hours=ending("warning", handled=True), look=HANDLED),
)  # fmt: skip

BOARD_COLUMNS = (
    Column("state", "", cells.state_cell(lambda r: r.state, outlined=lambda r: 0 < r.attempt[0] < r.attempt[1]), 28,
           pad=6),
    Column("service", "Service", cells.text_cell(lambda r: r.service, below=lambda r: r.output), 180,
           tip=lambda r: r.service, sort=True),
    Column("host", "Host", cells.text_cell(lambda r: r.host, "fg.secondary", elide="middle"), 138,
           tip=lambda r: r.host),
    Column("output", "Output", cells.text_cell(lambda r: r.output, "fg.secondary"), 160, grow=1,
           tip=lambda r: r.output),
    Column("source", "Source", cells.text_cell(lambda r: r.source, "fg.secondary"), 108),
    Column("age", "Age", cells.age_cell(lambda r: r.since_at), 64, align="right", is_live=True, sort=True),
    Column("attempt", "Try", cells.attempt_cell(lambda r: r.attempt if r.attempt[1] else None), 36, align="right",
           leave_order=2),
    Column("strip", "24 h", cells.strip_cell(lambda r: r.hours), 112, leave_order=3),
    Column("ticket", "Ticket", cells.text_cell(lambda r: r.ticket, "fg.secondary", elide="none"), 82),
    Column("marks", "Marks", cells.marks_cell(lambda r: r.marks), 52),
    Column("owner", "", cells.initials_cell(lambda r: r.owner), 32, leave_order=1),
)  # fmt: skip


@dataclass(frozen=True)
class Ticket:
    """One queue row."""

    status: str
    number: str
    priority: int
    title: str
    service: str
    owner: str
    sla: SlaView
    updated_min: int
    look: roles.RowLook = roles.PLAIN_LOOK
    writing: bool = False


def sla(minutes: int, total: int = 60, **rest: object) -> SlaView:
    """A clock with this much left."""
    return SlaView(minutes * MINUTE, total * MINUTE, NOW, **rest)  # type: ignore[arg-type]


CHANGED = roles.RowLook(mark="changed", is_strong=True)
QUEUE = (
    Ticket("open", "INC-48190", 2, "Duplicate booking of instant transfers", "Instant transfers", "LB", sla(-12), 4),
    Ticket("open", "INC-48213", 1, "Card payments refused at checkout", "Card payments", "JR", sla(18), 1, CHANGED,
           writing=True),
    Ticket("open", "INC-48209", 2, "Ledger replica 400 s behind", "Ledger", "LB", sla(26), 2, CHANGED),
    Ticket("new", "INC-48216", 2, "Refund button shows a blank page", "Returns", "", sla(41), 6,
           roles.RowLook(is_strong=True)),
    Ticket("new", "INC-48217", 3, "Two-factor code arrives after it has expired", "Sign-in", "", sla(62, 240), 9,
           roles.RowLook(is_ticked=True)),
    Ticket("pending", "INC-48155", 4, "es-log-09 and es-log-10 above 85 %", "Log platform", "AK",
           sla(0, paused="vendor"), 120),
    Ticket("resolved", "INC-48211", 3, "Basket answered with errors for 4 min", "Online shop", "JR",
           sla(0, met_ms=3 * MINUTE), 3, HANDLED),
    Ticket("closed", "REQ-9913", 5, "Drive 3 of the tape library", "Backup", "MO", sla(0, met_ms=130 * MINUTE), 60,
           HANDLED),
)  # fmt: skip
QUEUE_COLUMNS = (
    Column("status", "", cells.status_cell(lambda r: r.status), 34),
    Column("number", "Number", cells.text_cell(lambda r: r.number, "fg.secondary", elide="none"), 88),
    Column("priority", "Priority", cells.priority_cell(lambda r: r.priority), 66),
    Column("title", "Title", cells.text_cell(lambda r: r.title), 200, grow=1, tip=lambda r: r.title),
    Column("service", "Service", cells.text_cell(lambda r: r.service, "fg.secondary"), 140),
    Column("owner", "", cells.initials_cell(lambda r: r.owner, writing=lambda r: r.writing), 40),
    Column("sla", "Next breach", cells.sla_cell(lambda r: r.sla), 100, align="right", is_live=True, sort=True),
    Column("updated", "Updated", cells.age_cell(lambda r: NOW - r.updated_min * MINUTE, "fg.muted"), 72,
           align="right", is_live=True),
)  # fmt: skip


class SampleModel(QAbstractTableModel):
    """A model over a tuple of rows that answers the kit's roles."""

    def __init__(self, rows: tuple[object, ...], columns: int) -> None:
        super().__init__()
        self.rows = rows
        self.columns = columns

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.columns

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        row = self.rows[index.row()]
        if role == roles.ROW:
            return row
        if role == roles.LOOK:
            return getattr(row, "look", None)
        if role == roles.SECTION:
            heads = [at for at in range(index.row() + 1) if isinstance(self.rows[at], roles.Section)]
            return heads[-1] if heads else None
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if isinstance(self.rows[index.row()], roles.Section):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class StandingClock:
    """A clock that stands at ``NOW``."""

    def now(self) -> int:
        return NOW

    def monotonic(self) -> float:
        return 0.0
