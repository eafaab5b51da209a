"""What every ``History`` keeps: rows, changes, strips, samples, marks, remarks, leases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.base.clock import HOUR, MINUTE, SECOND
from app.base.paths import Profile
from app.domain.health import Downtime, HealthRow, Remark, health_id
from app.domain.history import Ingest, Past, SeriesPoint, SourceMark, StateChange, Stretch
from app.ports import History
from app.storage.history import open_history
from tests.fakes.clock import VirtualClock

NOW = VirtualClock().now() - VirtualClock().now() % HOUR + 30 * MINUTE


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def history(tmp_path: Path, clock: VirtualClock) -> Iterator[History]:
    opened = open_history(Profile(tmp_path / "p"), clock)
    yield opened
    opened.close()


def row(name: str, state: str = "ok", source: str = "n1", **more: object) -> HealthRow:
    made = HealthRow(
        id=health_id(source, "web-1", name), source=source, kind="service", host="web-1", name=name, state=state
    )
    return msgspec.structs.replace(made, **more)


def mark(at: int = NOW, source: str = "n1", **more: object) -> SourceMark:
    made = SourceMark(source=source, observed_at=at, received_at=at, asked_at=at)
    return msgspec.structs.replace(made, **more)


def change(of: HealthRow, at: int, state: str | None = None, handled: bool = False) -> StateChange:
    return StateChange(row_id=of.id, at=at, state=of.state if state is None else state, hard=True, handled=handled)


def answer_every_minute(history: History, since_at: int, until_at: int) -> None:
    for at in range(since_at, until_at + 1, MINUTE):
        history.ingest(Ingest(mark=mark(at, interval_s=60, deadline_s=15)))


def test_rows_come_back_as_they_were_put(history: History) -> None:
    first = row("disk /", "critical", groups=("a", "b c"), flapping=True, hard=False, since_at=NOW, output="‮x\x00")
    other = row("load", source="n2")
    history.ingest(Ingest(mark=mark(), rows=(first,)))
    history.ingest(Ingest(mark=mark(source="n2"), rows=(other,)))
    assert {r.id: r for r in history.rows()} == {first.id: first, other.id: other}
    assert history.rows("n2") == [other]
    changed = msgspec.structs.replace(first, state="ok", groups=())
    history.ingest(Ingest(mark=mark(), rows=(changed,)))
    assert history.row(first.id) == changed
    history.ingest(Ingest(mark=mark(), removed=(first.id,)))
    assert history.row(first.id) is None
    assert history.rows("n1") == []


def test_a_failed_asking_keeps_the_marks_of_the_last_good_answer(history: History) -> None:
    good = mark(services=7, duration_s=0.25)
    history.ingest(Ingest(mark=good))
    failed = SourceMark(source="n1", asked_at=NOW + 15 * SECOND, error="No answer.", interval_s=30)
    history.mark_failed(failed)
    history.mark_failed(SourceMark(source="n2", asked_at=NOW, error="Refused."))
    marks = history.marks()
    assert marks["n1"] == msgspec.structs.replace(good, asked_at=NOW + 15 * SECOND, error="No answer.", interval_s=30)
    assert (marks["n2"].received_at, marks["n2"].error) == (None, "Refused.")
    history.ingest(Ingest(mark=good))
    assert history.marks()["n1"].error == ""


def test_a_refused_sign_in_is_remembered_until_it_is_lifted_or_an_answer_comes(history: History) -> None:
    history.ingest(Ingest(mark=mark(services=7)))
    refused = SourceMark(source="n1", asked_at=NOW + 1, error="Paused.", refused="00:11", refused_at=NOW + 1)
    history.mark_failed(refused)
    history.mark_failed(msgspec.structs.replace(refused, source="n2"))
    found = history.marks()["n1"]
    assert (found.refused, found.refused_at, found.error, found.services) == ("00:11", NOW + 1, "Paused.", 7)
    assert history.lift_refusal("n1")
    found = history.marks()["n1"]
    assert (found.refused, found.refused_at, found.error, found.services) == ("", None, "", 7)
    assert history.marks()["n2"].refused == "00:11"
    assert not history.lift_refusal("n1")
    assert not history.lift_refusal("n9")
    history.ingest(Ingest(mark=mark(source="n2")))
    assert (history.marks()["n2"].refused, history.marks()["n2"].refused_at) == ("", None)


def test_remarks_and_downtimes_are_replaced_per_source(history: History) -> None:
    mine, other = row("load"), row("load", source="n2")
    remark = Remark(row_id=mine.id, remote_id="1", kind="comment", author="ann", at=NOW, text="looking")
    away = Downtime(row_id=mine.id, remote_id="9", author="ann", text="patch", start_at=NOW, end_at=NOW + HOUR)
    kept = msgspec.structs.replace(remark, row_id=other.id, end_at=NOW + HOUR)
    history.ingest(Ingest(mark=mark(), rows=(mine,), remarks=(remark,), downtimes=(away,)))
    history.ingest(Ingest(mark=mark(source="n2"), rows=(other,), remarks=(kept,)))
    assert history.remarks(mine.id) == [remark]
    assert history.downtimes(mine.id) == [away]
    history.ingest(Ingest(mark=mark()))
    assert history.remarks(mine.id) == []
    assert history.downtimes(mine.id) == []
    assert history.remarks(other.id) == [kept]


def test_changes_are_led_by_the_one_in_force(history: History) -> None:
    load = row("load")
    told = [change(load, NOW + n * MINUTE, state) for n, state in enumerate(["ok", "warning", "critical", "ok"])]
    history.ingest(Ingest(mark=mark(), rows=(load,), changes=tuple(told)))
    assert history.changes(load.id, NOW + 90 * SECOND, NOW + 2 * MINUTE) == told[1:3]
    assert history.changes(load.id, NOW - HOUR, NOW + HOUR) == told
    assert history.changes(load.id, NOW - HOUR, NOW - 1) == []
    assert history.changes(load.id, NOW + HOUR, NOW + 2 * HOUR) == told[3:]


def test_what_is_in_force_is_not_told_twice_and_never_before_what_is_known(history: History) -> None:
    load = row("load")
    first = change(load, NOW, "critical")
    history.ingest(Ingest(mark=mark(), rows=(load,), changes=(first, change(load, NOW + SECOND, "critical"))))
    history.ingest(Ingest(mark=mark(), changes=(change(load, NOW - HOUR, "ok"),)))
    assert [(c.at, c.state) for c in history.changes(load.id, 0, NOW + HOUR)] == [(NOW, "ok")]


def test_strips_tell_the_worst_of_each_hour_and_nothing_outside_what_was_answered(history: History) -> None:
    load = row("load")
    hour = NOW - NOW % HOUR
    answer_every_minute(history, hour - 4 * HOUR, hour - 3 * HOUR - MINUTE)
    answer_every_minute(history, hour - HOUR, NOW)
    told = [
        change(load, hour - 5 * HOUR, "ok"),
        change(load, hour - 4 * HOUR + MINUTE, "critical"),
        change(load, hour - 4 * HOUR + 2 * MINUTE, "critical", handled=True),
        change(load, hour - HOUR + 5 * MINUTE, "warning", handled=True),
        change(load, hour, "ok"),
    ]
    history.ingest(Ingest(mark=mark(NOW, interval_s=60), rows=(load,), changes=tuple(told)))
    strip = history.strips([load.id, "unknown"], NOW, hours=6)
    assert strip[load.id] == ("", "critical", "", "", "critical:handled", "ok")
    assert strip["unknown"] == ("",) * 6


def test_an_hour_ends_before_the_next_begins(history: History) -> None:
    load = row("load")
    hour = NOW - NOW % HOUR
    history.ingest(Ingest(mark=mark(hour - HOUR, interval_s=60), rows=(load,), changes=(change(load, hour - HOUR),)))
    answer_every_minute(history, hour - HOUR, hour)
    history.ingest(Ingest(mark=mark(hour, interval_s=60), changes=(change(load, hour, "critical"),)))
    assert history.strips([load.id], hour, hours=2)[load.id] == ("ok", "critical")
    assert history.strips([load.id], hour - 1, hours=2)[load.id] == ("", "ok")


def test_what_was_removed_is_not_known_any_more(history: History) -> None:
    load = row("load")
    hour = NOW - NOW % HOUR
    answer_every_minute(history, hour - 2 * HOUR, NOW)
    told = (change(load, hour - 2 * HOUR, "ok"), change(load, hour - HOUR, ""))
    history.ingest(Ingest(mark=mark(NOW, interval_s=60), rows=(load,), changes=told, removed=(load.id,)))
    assert history.strips([load.id], NOW, hours=3)[load.id] == ("ok", "", "")


def test_samples_come_back_whole_before_and_after_their_hour_is_packed(history: History, clock: VirtualClock) -> None:
    load = row("load")
    points = tuple(
        SeriesPoint(load.id, label, unit, NOW + n * 10 * SECOND, value + n)
        for label, unit, value in (("load1", "", 0.01), ("used", "GB", 1e9 / 3))
        for n in range(60)
    )
    history.ingest(Ingest(mark=mark(), rows=(load,), points=points, limits=((load.id, "used", 80.0, None),)))
    before = history.series(load.id, NOW + 10 * SECOND, NOW + 100 * SECOND)
    clock.advance(3600)
    late = SeriesPoint(load.id, "load1", "", NOW + 15 * SECOND, 7.25)
    history.ingest(Ingest(mark=mark(clock.now())))
    assert history.series(load.id, NOW + 10 * SECOND, NOW + 100 * SECOND) == before
    history.ingest(Ingest(mark=mark(clock.now()), points=(late,)))
    load1, used = history.series(load.id, 0, clock.now())
    assert (len(load1.at), len(used.at)) == (61, 60)
    assert load1.values[load1.at.index(late.at)] == 7.25
    assert (used.unit, used.warn, used.crit) == ("GB", 80.0, None)
    assert used.values == tuple(p.value for p in points[60:])
    assert list(load1.at) == sorted(load1.at)


def test_only_one_holds_a_lease_until_it_ends(history: History) -> None:
    assert history.take_lease("poller", "a", NOW, 30)
    assert history.take_lease("poller", "a", NOW + SECOND, 30)
    assert not history.take_lease("poller", "b", NOW + 30 * SECOND, 30)
    assert history.take_lease("other", "b", NOW, 30)
    assert history.take_lease("poller", "b", NOW + 31 * SECOND, 30)
    assert not history.take_lease("poller", "a", NOW + 32 * SECOND, 30)
    history.drop_lease("poller", "a")
    assert not history.take_lease("poller", "a", NOW + 32 * SECOND, 30)
    history.drop_lease("poller", "b")
    assert history.take_lease("poller", "a", NOW + 32 * SECOND, 30)


def test_a_lease_from_before_the_clock_was_set_back_is_void(history: History) -> None:
    assert history.take_lease("poller", "a", NOW + 24 * HOUR, 30)
    assert history.take_lease("poller", "b", NOW, 30)


def test_a_forgotten_source_leaves_the_board_and_the_others_stay(history: History) -> None:
    mine, other = row("load"), row("load", source="n2")
    history.ingest(Ingest(mark=mark(), rows=(mine,), changes=(change(mine, NOW - HOUR),)))
    history.ingest(Ingest(mark=mark(source="n2"), rows=(other,)))
    history.forget_source("n1")
    assert history.rows() == [other]
    assert set(history.marks()) == {"n2"}
    assert [c.state for c in history.changes(mine.id, 0, NOW + HOUR)] == ["ok", ""]


def test_pruning_keeps_what_is_in_force_and_what_is_younger(history: History, clock: VirtualClock) -> None:
    load, gone = row("load"), row("gone")
    old = tuple(SeriesPoint(load.id, "load1", "", NOW - n * HOUR, float(n)) for n in range(10))
    told = tuple(change(load, NOW - n * HOUR, "ok" if n % 2 else "critical") for n in range(9, -1, -1))
    ended = (change(gone, NOW - 9 * HOUR), change(gone, NOW - 8 * HOUR, ""))
    history.ingest(Ingest(mark=mark(), rows=(load, gone), changes=told + ended, points=old, removed=(gone.id,)))
    assert history.prune(NOW - 3 * HOUR, NOW - 3 * HOUR) > 0
    assert [c.at for c in history.changes(load.id, 0, NOW)] == [NOW - n * HOUR for n in (3, 2, 1, 0)]
    assert history.changes(gone.id, 0, NOW) == []
    assert history.series(load.id, 0, NOW)[0].values == (3.0, 2.0, 1.0, 0.0)
    assert history.row(load.id) == load
    assert history.prune(NOW - 3 * HOUR, NOW - 3 * HOUR) == 0


def past_of(of: HealthRow, *told: tuple[int, str], until_at: int) -> Past:
    changes = tuple(change(of, at, state) for at, state in told)
    return Past(source=of.source, rows=(of,), changes=changes, from_at=told[0][0], until_at=until_at)


def test_stretches_are_what_is_known_of_and_nothing_else(history: History) -> None:
    load, gone = row("load", "critical"), row("gone")
    changes = (change(load, NOW - 2 * HOUR, "ok"), change(load, NOW, "critical"))
    ended = (change(gone, NOW - HOUR), change(gone, NOW - 30 * MINUTE, ""))
    answer_every_minute(history, NOW - 2 * HOUR, NOW - HOUR)
    history.ingest(Ingest(mark=mark(NOW, interval_s=60), rows=(load, gone), changes=(*changes, *ended)))
    end = NOW - HOUR + MINUTE
    assert list(history.stretches(0, NOW + HOUR)) == [
        Stretch(load.id, "ok", NOW - 2 * HOUR, end),  # silent from there on
        Stretch(load.id, "critical", NOW, NOW + MINUTE),
        Stretch(gone.id, "ok", NOW - HOUR, end),
    ]
    assert list(history.stretches(NOW - 2 * HOUR + 5, end - 5, "n1")) == [
        Stretch(load.id, "ok", NOW - 2 * HOUR + 5, end - 5),
        Stretch(gone.id, "ok", NOW - HOUR, end - 5),
    ]
    assert list(history.stretches(0, NOW, "n2")) == []


def test_the_past_that_a_file_tells_is_added_once_and_stands_stale(history: History) -> None:
    pages = row("Pages", "critical", source="page", since_at=NOW - HOUR)
    told = past_of(pages, (NOW - 3 * HOUR, "ok"), (NOW - HOUR, "critical"), until_at=NOW - HOUR // 2)
    assert history.add_past(told) == 2
    assert history.add_past(told) == 0
    assert history.rows("page") == [pages]
    assert history.marks()["page"].received_at == NOW - HOUR // 2
    assert list(history.stretches(0, NOW)) == [
        Stretch(pages.id, "ok", NOW - 3 * HOUR, NOW - HOUR),
        Stretch(pages.id, "critical", NOW - HOUR, NOW - HOUR // 2),
    ]


def test_an_older_file_adds_to_the_past_and_leaves_the_present(history: History) -> None:
    now = row("Pages", "critical", source="page", since_at=NOW - HOUR)
    history.add_past(past_of(now, (NOW - HOUR, "critical"), until_at=NOW))
    before = msgspec.structs.replace(now, state="ok", since_at=NOW - 5 * HOUR)
    assert history.add_past(past_of(before, (NOW - 5 * HOUR, "ok"), until_at=NOW - HOUR)) == 1
    assert history.rows("page") == [now]
    assert history.marks()["page"].received_at == NOW
    assert [(each.state, each.from_at, each.until_at) for each in history.stretches(0, NOW)] == [
        ("ok", NOW - 5 * HOUR, NOW - HOUR),
        ("critical", NOW - HOUR, NOW),
    ]


def test_pruning_leaves_what_a_file_told_until_its_source_is_removed(history: History) -> None:
    pages, load = row("Pages", source="page"), row("load")
    history.add_past(past_of(pages, (NOW - 900 * HOUR, "critical"), (NOW - 800 * HOUR, "ok"), until_at=NOW))
    history.ingest(
        Ingest(mark=mark(), rows=(load,), changes=(change(load, NOW - 9 * HOUR), change(load, NOW, "down")))
    )
    assert history.prune(NOW, NOW) > 0
    assert [each.state for each in history.stretches(0, NOW)] == ["critical", "ok"]
    history.forget_source("page")
    history.prune(NOW + HOUR, NOW + HOUR)
    assert list(history.stretches(0, NOW + HOUR, "page")) == []
