"""The estate at a moment: rows as a monitoring system would tell them, with remarks and downtimes.

A row depends on the moment of its last check alone, so that between two checks it is the same object again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from app.analysis.simulation.chance import mixed
from app.analysis.simulation.check_kind import KINDS
from app.analysis.simulation.course import FLAVOURS, HOST_DOWN, HOST_PLANNED, LASTING, Lane, Trouble, deal
from app.analysis.simulation.estate import NEVER_CHECKED, SimulatedHost
from app.analysis.simulation.reading import Reading, read
from app.base.clock import MINUTE, SECOND, Moment
from app.domain import health
from app.domain.health import Downtime, HealthRow, Remark, health_id
from app.domain.value import Value

MAX_ATTEMPTS: Final = 3
SLICE: Final = 40
PEOPLE: Final = ("M. Okafor", "J. Reyes", "S. Nilsen", "L. Brandt", "A. Kowalska", "T. Haddad")
WORDS: Final = (
    "Looking into it.", "Known since the last release, the fix is on its way.", "Vendor case is open.",
    "Restarted the worker, watching it.", "Waiting for the storage team.",
)  # fmt: skip
PLANS: Final = ("Memory exchange", "Monthly patches", "Move to the new rack", "Upgrade of the second node")
Breathe = Callable[[], object]


class Told(Value, frozen=True, gc=False):
    """One row with what belongs to it."""

    row: HealthRow
    remark: Remark | None = None
    downtime: Downtime | None = None


class Picture(Value, frozen=True, gc=False):
    """Everything at one moment."""

    rows: tuple[HealthRow, ...]
    remarks: tuple[Remark, ...]
    downtimes: tuple[Downtime, ...]


class Subject(Value, frozen=True, gc=False):
    """A host (``service`` empty) or a service; ``lane`` None: it has no troubles of its own."""

    host: SimulatedHost
    service: str
    kind: str
    seed: int
    id: str
    member: str
    lane: Lane | None


class Simulation:
    """One estate. Keeps the last rows only to hand out the same objects; otherwise pure. One thread at a time."""

    def __init__(
        self,
        seed: int,
        hosts: Iterable[SimulatedHost],
        *,
        source: str,
        environment: str = "production",
        check_every: int = MINUTE,
    ) -> None:
        self.source, self.every = source, check_every
        self._environment = environment
        hosts = tuple(hosts)
        self._host_lanes = _host_lanes(seed, hosts)
        self._subjects = tuple(_subjects(seed, source, hosts, self._host_lanes))
        self._known: list[tuple[int, Told] | None] = [None] * len(self._subjects)

    def picture(self, at: Moment, breathe: Breathe = int) -> Picture:
        """All rows, hosts first, as of ``at``; ``breathe`` is called every few rows."""
        told = []
        for number, subject in enumerate(self._subjects):
            if not number % SLICE:
                breathe()
            turn = (at - subject.seed % self.every) // self.every
            known = self._known[number]
            if known is None or known[0] != turn:
                known = self._known[number] = (turn, self._told(subject, turn))
            told.append(known[1])
        return Picture(
            tuple([one.row for one in told]),
            tuple([one.remark for one in told if one.remark is not None]),
            tuple([one.downtime for one in told if one.downtime is not None]),
        )

    def _told(self, subject: Subject, turn: int) -> Told:
        """A subject by its check of that turn."""
        at = turn * self.every + subject.seed % self.every
        if (subject.host.name, subject.service) == NEVER_CHECKED:
            return Told(self._row(subject, health.PENDING, None, None, Reading(""), attempt=0))
        own = subject.lane.last(subject.member, at) if subject.lane else None
        gone = self._gone(subject, at)
        if gone is not None and at < gone.end_at:
            return self._behind_a_dead_host(subject, at, gone)
        back_at = gone.end_at if gone else 0
        if own is None or at >= own.end_at:
            return self._well(subject, at, max(own.end_at if own else 0, back_at))
        if own.flavour.silent:
            return self._silent(subject, own, back_at)
        return self._ill(subject, at, own, back_at)

    def _gone(self, subject: Subject, at: Moment) -> Trouble | None:
        """The last trouble of the host that this depends on, over or not."""
        name = subject.host.behind or (subject.host.name if subject.service else "")
        lane = self._host_lanes.get(name)
        return lane.last(name, at) if lane else None

    def _behind_a_dead_host(self, subject: Subject, at: Moment, gone: Trouble) -> Told:
        state = health.CRITICAL if subject.service else health.UNREACHABLE
        since_at = self._checked_at(subject, gone.begin_at)
        reading = read(KINDS["ping"], subject.seed, at, health.UNREACHABLE)
        return Told(self._row(subject, state, at, since_at, reading, suppressed=True, attempt=MAX_ATTEMPTS))

    def _well(self, subject: Subject, at: Moment, since_at: Moment) -> Told:
        state = health.OK if subject.service else health.UP
        reading = read(KINDS[subject.kind], subject.seed, at, state)
        return Told(self._row(subject, state, at, self._checked_at(subject, since_at), reading))

    def _silent(self, subject: Subject, own: Trouble, since_at: Moment) -> Told:
        """Its results stay away: the last one stands and grows old."""
        return self._well(subject, self._checked_at(subject, own.begin_at) - self.every, since_at)

    def _ill(self, subject: Subject, at: Moment, own: Trouble, back_at: Moment) -> Told:
        begin_at = self._checked_at(subject, max(own.begin_at, back_at))
        times = max(0, (at - begin_at) // self.every)
        if own.flavour.flaps and times // 2 % 2:
            told = self._well(subject, at, begin_at + times // 2 * 2 * self.every)
            return Told(_with(told.row, flapping=times >= MAX_ATTEMPTS))
        limit = MAX_ATTEMPTS if subject.service else 1
        attempt = min(limit, 1 + (times % 2 if own.flavour.flaps else times))
        acknowledged_at = _acknowledged_at(own, begin_at)
        is_known = acknowledged_at is not None and at >= acknowledged_at
        state = own.flavour.state
        since_at = begin_at + (times // 2 * 2 * self.every if own.flavour.flaps else 0)
        row = self._row(
            subject, state, at, since_at, read(KINDS[subject.kind], subject.seed, at, state), attempt=attempt,
            hard=attempt == limit, acknowledged=is_known, in_downtime=own.flavour.planned,
            flapping=own.flavour.flaps and times >= MAX_ATTEMPTS,
        )  # fmt: skip
        remark = _remark(row, acknowledged_at) if is_known and acknowledged_at else None
        return Told(row, remark, _downtime(row, own) if own.flavour.planned else None)

    def _checked_at(self, subject: Subject, at: Moment) -> Moment:
        """The first check at or after a moment."""
        phase = subject.seed % self.every
        return -(-(at - phase) // self.every) * self.every + phase

    def _row(
        self,
        subject: Subject,
        state: str,
        checked_at: Moment | None,
        since_at: Moment | None,
        reading: Reading,
        *,
        attempt: int = 1,
        hard: bool = True,
        acknowledged: bool = False,
        in_downtime: bool = False,
        flapping: bool = False,
        suppressed: bool = False,
    ) -> HealthRow:
        due_at = None if checked_at is None else checked_at + 2 * self.every + 30 * SECOND
        return HealthRow(
            id=subject.id, source=self.source, kind=health.SERVICE if subject.service else health.HOST,
            host=subject.host.name, name=subject.service or subject.host.name, state=state, hard=hard,
            attempt=attempt if subject.service else min(attempt, 1),
            max_attempts=MAX_ATTEMPTS if subject.service else 1,
            since_at=since_at, last_check_at=checked_at, expected_by_at=due_at, acknowledged=acknowledged,
            in_downtime=in_downtime, flapping=flapping, suppressed=suppressed, output=reading.output,
            long_output=reading.long_output, perf=reading.perf, groups=subject.host.groups,
            environment=self._environment,
        )  # fmt: skip


def _host_lanes(seed: int, hosts: tuple[SimulatedHost, ...]) -> dict[str, Lane]:
    """Hosts that others stand behind fail unplanned; of the others some are in maintenance now and then."""
    parents = {host.behind for host in hosts if host.behind}
    others = [host.name for host in hosts if not host.behind and host.name not in parents]
    return deal(seed, parents, (HOST_DOWN,)) | deal(seed, others, (HOST_PLANNED,))


def _subjects(
    seed: int, source: str, hosts: tuple[SimulatedHost, ...], host_lanes: dict[str, Lane]
) -> Iterable[Subject]:
    names = [f"{host.name}/{service}" for host in hosts for service, _ in host.checks]
    lanes = deal(seed, names, FLAVOURS, LASTING)
    for host in hosts:
        own = mixed(seed, *host.name.encode())
        yield Subject(host, "", "ping", own, health_id(source, host.name), host.name, host_lanes.get(host.name))
    for host in hosts:
        for service, kind in host.checks:
            member = f"{host.name}/{service}"
            own = mixed(seed, *member.encode())
            yield Subject(host, service, kind, own, health_id(source, host.name, service), member, lanes[member])


def _acknowledged_at(own: Trouble, begin_at: Moment) -> Moment | None:
    after = own.flavour.acknowledged_after
    return None if after is None else begin_at + after


def _remark(row: HealthRow, at: Moment) -> Remark:
    throw = mixed(at, *row.id.encode())
    return Remark(
        row_id=row.id, remote_id=f"a{throw % 10**9}", kind="acknowledgement", author=PEOPLE[throw % len(PEOPLE)],
        at=at, text=WORDS[throw // 7 % len(WORDS)],
    )  # fmt: skip


def _downtime(row: HealthRow, own: Trouble) -> Downtime:
    throw = mixed(own.begin_at, *row.id.encode())
    return Downtime(
        row_id=row.id, remote_id=f"d{throw % 10**9}", author=PEOPLE[throw % len(PEOPLE)],
        text=PLANS[throw // 7 % len(PLANS)], start_at=own.begin_at, end_at=own.end_at, in_effect=True,
    )  # fmt: skip


def _with(row: HealthRow, *, flapping: bool) -> HealthRow:
    return msgspec.structs.replace(row, flapping=flapping)
