"""The same alerts make the same row, not one like it; anything that tells otherwise makes it anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from app.connectors.prometheus.parse import Reject, Sent, maker
from app.connectors.prometheus.picture import told_of
from app.connectors.prometheus.rows import AlertRows, Place, Told, all_rows, grouped
from app.domain.health import HealthRow

PLACE = Place("am", "", "")
DISK = Told({"alertname": "Disk", "instance": "db-1", "severity": "critical"}, {"summary": "full"}, 1, known=True)
LOAD = Told({"alertname": "Disk", "instance": "db-1", "severity": "warning"}, {"summary": "fuller"}, 1, known=True)
DOWN = Told({"alertname": "HostDown", "instance": "db-1", "severity": "critical"}, {}, 1, known=True)


def made(known: AlertRows, alerts: Sequence[Told]) -> dict[str, HealthRow]:
    return {row.name: row for row in all_rows(PLACE, grouped(alerts, "am"), (), {}, (), known=known)}


def test_the_same_alerts_make_the_same_row() -> None:
    known = AlertRows(PLACE)
    first, second = made(known, (DISK, LOAD)), made(known, (LOAD, DISK))
    assert second["Disk"] is first["Disk"]


def test_another_alert_makes_another_row() -> None:
    known = AlertRows(PLACE)
    first = made(known, (DISK,))
    changed = replace(DISK, annotations={"summary": "fuller still"})
    for alerts in ((changed,), (DISK, LOAD), (DISK, DISK), (LOAD,)):
        now = made(known, alerts)
        assert now["Disk"] is not first["Disk"]
        assert now["Disk"] == made(AlertRows(PLACE), alerts)["Disk"]
        made(known, (DISK,))


def test_a_host_that_goes_down_suppresses_what_nobody_else_knows() -> None:
    known = AlertRows(PLACE)
    alone = replace(DISK, known=False)
    before = made(known, (alone,))
    after = made(known, (alone, DOWN))
    assert not before["Disk"].suppressed
    assert after["Disk"].suppressed


def test_a_row_that_was_gone_for_a_picture_is_forgotten() -> None:
    known = AlertRows(PLACE)
    first = made(known, (DISK,))
    made(known, ())
    assert made(known, (DISK,))["Disk"] is not first["Disk"]


def test_a_record_in_the_same_words_is_the_same_object() -> None:
    text = b'{"labels": {"a": "b"}, "startsAt": "2026-01-01T00:00:00Z", "status": {"state": "active"}}'
    reader, rejects = maker("alert", Sent, told_of), list[Reject]()
    (first,) = reader.read([("0", msgspec.Raw(text))], rejects)
    reader.turn()
    (again,) = reader.read([("0", msgspec.Raw(text))], rejects)
    (other,) = reader.read([("0", msgspec.Raw(text.replace(b"active", b"suppressed")))], rejects)
    assert again is first
    assert other is not first
    assert not rejects
