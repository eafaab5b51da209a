"""The ledger of what is silenced leaves nothing out that is quiet, and tells when it last mattered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE
from app.domain.health import Downtime, HealthRow, Remark, health_id
from app.domain.history import StateChange
from app.domain.silence import ACKNOWLEDGEMENT, ACTIVE, DOWNTIME, PLANNED, SUPPRESSED, last_match_at, silences

NOW = 1_700_000_000_000


def row(name: str = "load", state: str = "critical", **more: bool) -> HealthRow:
    return HealthRow(
        id=health_id("n1", "web-1", name), source="n1", kind="service", host="web-1", name=name, state=state, **more
    )


def remark(of: HealthRow, at: int, author: str = "mia", kind: str = "acknowledgement") -> Remark:
    return Remark(row_id=of.id, remote_id=f"c{at}", kind=kind, author=author, at=at, text="on it")


def downtime(of: HealthRow, start_at: int, end_at: int, **more: bool) -> Downtime:
    return Downtime(row_id=of.id, remote_id="d", author="ana", text="patch", start_at=start_at, end_at=end_at, **more)


def test_an_acknowledgement_is_that_of_its_newest_remark() -> None:
    acked = row(acknowledged=True)
    told = [remark(acked, NOW - HOUR), remark(acked, NOW - MINUTE, "ben"), remark(acked, NOW, "eve", "comment")]
    (found,) = silences([acked], told, [], NOW)
    assert (found.kind, found.phase, found.author, found.start_at, found.end_at) == (
        ACKNOWLEDGEMENT, ACTIVE, "ben", NOW - MINUTE, None,
    )  # fmt: skip
    assert silences([row()], told, [], NOW) == [], "an old remark silences nothing"


def test_what_the_source_only_marks_is_listed_too() -> None:
    found = silences([row(acknowledged=True, in_downtime=True, suppressed=True)], [], [], NOW)
    assert [each.kind for each in found] == [ACKNOWLEDGEMENT, DOWNTIME, SUPPRESSED]
    assert {(each.author, each.start_at, each.end_at) for each in found} == {("", None, None)}


def test_a_downtime_is_planned_until_it_begins_and_gone_when_it_has_ended() -> None:
    quiet = row()
    told = [
        downtime(quiet, NOW + HOUR, NOW + 2 * HOUR),
        downtime(quiet, NOW - HOUR, NOW + HOUR),
        downtime(quiet, NOW - HOUR, NOW),
        downtime(quiet, NOW - HOUR, NOW + 3 * HOUR, fixed=False),  # flexible: waits for a problem
        downtime(quiet, NOW - HOUR, NOW + 4 * HOUR, fixed=False, in_effect=True),
    ]
    assert [(each.phase, each.end_at) for each in silences([quiet], [], told, NOW)] == [
        (ACTIVE, NOW + HOUR), (PLANNED, NOW + 2 * HOUR), (PLANNED, NOW + 3 * HOUR), (ACTIVE, NOW + 4 * HOUR),
    ]  # fmt: skip


def change(at: int, state: str) -> StateChange:
    return StateChange(row_id="r", at=at, state=state, hard=True)


def test_the_last_match_is_the_end_of_the_last_problem() -> None:
    told = [change(0, "critical"), change(20, "ok"), change(30, "warning"), change(40, "ok"), change(50, "")]
    assert last_match_at(told, 10, 100) == 40
    assert last_match_at(told[:2], 10, 100) == 20
    assert last_match_at(told[:2], 20, 100) is None, "it had ended when the silence began"
    assert last_match_at(told[:3], 10, 100) == 100
    assert last_match_at([], 10, 100) is None
    assert last_match_at([change(0, "pending"), change(60, "")], 10, 100) is None


@given(
    st.lists(st.sampled_from(["ok", "critical", "unknown", "pending", ""]), min_size=1, max_size=12),
    st.integers(0, 130),
)
def test_the_last_match_is_the_last_moment_of_a_problem(states: list[str], since: int) -> None:
    """Held against looking at each moment."""
    told = [change(10 * at, state) for at, state in enumerate(states)]
    now = 10 * len(states) + 5
    bad = [at for at in range(since, now) if states[min(at // 10, len(states) - 1)] in {"critical", "unknown"}]
    assert last_match_at(told, since, now) == (bad[-1] + 1 if bad else None)
