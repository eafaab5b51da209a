"""``watchdesk silences``: everything quiet, by whom, until when, and when it last mattered."""

from __future__ import annotations

from collections.abc import Callable

from app.base.clock import HOUR
from app.domain.health import Downtime, Remark
from tests.fakes.health_source import health_row
from tests.unit.cli.test_sources_and_health import Site, down, site

__all__ = ["site"]

KEYS = [
    "id", "source", "kind", "phase", "host", "name", "state", "stale", "author", "comment", "start_at", "until",
    "last_match_at", "remote_id",
]  # fmt: skip


def test_the_ledger_tells_who_until_when_and_the_last_match(site: Callable[..., Site]) -> None:
    here = site("n1")
    now = here.clock.now()
    acked, patched, loud = down("disk", acknowledged=True), health_row("load", in_downtime=True), down("swap")
    source = here.sources["n1"]
    source.remarks = (
        Remark(row_id=acked.id, remote_id="7", kind="acknowledgement", author="mia", at=now - HOUR, text="a\nb"),
    )
    source.downtimes = (
        Downtime(
            row_id=patched.id, remote_id="8", author="ana", text="patch", start_at=now - HOUR, end_at=now + HOUR,
            in_effect=True,
        ),
    )  # fmt: skip
    source.rows = (acked, health_row("load", "critical", in_downtime=True, since_at=now), loud)
    here.run("poll", "--once")
    here.clock.spend(60)  # type: ignore[attr-defined]
    source.rows = (acked, patched, loud)
    here.run("poll", "--once")
    recovered = here.clock.now()
    here.clock.spend(10)  # type: ignore[attr-defined]
    first, second = here.run("silences", "--json").json
    assert list(first) == KEYS
    assert (first["kind"], first["author"], first["name"], first["remote_id"]) == ("downtime", "ana", "load", "8")
    assert first["until"] == iso(now + HOUR)
    assert first["last_match_at"] == iso(recovered)
    assert (second["kind"], second["author"], second["until"]) == ("acknowledgement", "mia", None)
    assert second["last_match_at"] == iso(here.clock.now())
    told = here.run("silences").out
    assert "10 s ago" in told
    assert "a b" in told
    assert [each["name"] for each in here.run("silences", "--filter", "state:critical", "--json").json] == ["disk"]
    assert len(here.run("silences", "--limit", "1", "--json").json) == 1
    here.clock.spend(7_200)  # type: ignore[attr-defined]
    (left,) = here.run("silences", "--json").json
    assert (left["kind"], left["stale"]) == ("acknowledgement", True), "the downtime has ended"


def test_nothing_silenced_is_said(site: Callable[..., Site]) -> None:
    here = site("n1")
    assert here.run("silences").out == "Nothing is silenced.\n"
    assert here.run("silences", "--json").json == []


def iso(at: int) -> str:
    from app.cli.ticket_document import iso as written

    return str(written(at))
