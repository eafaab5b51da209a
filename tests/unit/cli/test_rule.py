"""``watchdesk rule``: tried on what is stored, kept, judged with each poll, forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.base.clock import MINUTE
from app.cli.ticket_document import iso
from tests.fakes.health_source import health_row
from tests.unit.cli.test_sources_and_health import Site, site

__all__ = ["site"]

LOAD = ("--filter", "host:web*", "--label", "load1")


def polled(here: Site, *loads: float) -> None:
    """A sample a minute, each told by the source ``n1``."""
    for load in loads:
        here.clock.spend(60)  # type: ignore[attr-defined]
        now = here.clock.now()
        here.sources["n1"].rows = (
            health_row("load", perf=f"load1={load} load5=1", last_check_at=now, groups=("web",)),
            health_row("quiet", last_check_at=now),
        )
        assert here.run("poll", "--once").code == 0


def own(here: Site) -> list[dict[str, object]]:
    return list(here.run("services", "--filter", "source:watchdesk", "--json").json)


def test_a_rule_is_tried_kept_judged_and_forgotten(site: Callable[..., Site]) -> None:
    here = site("n1")
    polled(here, 1, 9, 9, 9, 1, 9, 9, 9)
    asked = ("rule", "add", "Busy", *LOAD, "--above", "8", "--for", "2m", "--severity", "critical")
    tried = here.run(*asked, "--dry-run", "--json").json
    assert [(each["host"], each["label"], each["worst"], each["until"] is None) for each in tried] == [
        ("web-1", "load1", 9, False), ("web-1", "load1", 9, True),
    ]  # fmt: skip
    assert here.run("rule", "list", "--json").json == []
    kept = here.run(*asked, "--json").json
    assert (kept["name"], kept["limit"], kept["for_s"], kept["clear"]) == ("Busy", 8, 120, None)
    assert here.run("rule", "try", "busy", "--json").json == tried
    assert "2 problems on 1 series" in here.run("rule", "try", "busy").out
    polled(here, 9.5)
    (row,) = own(here)
    assert (row["state"], row["host"], row["name"], row["groups"]) == (
        "critical",
        "web-1",
        "Busy: load load1",
        ["web"],
    )
    assert row["since_at"] == iso(here.clock.now() - MINUTE)
    assert row["output"] == "load1 is 9.5, above 8 for 3 min."
    assert [each["name"] for each in here.run("problems", "--json").json] == ["Busy: load load1"]
    polled(here, 2)
    assert [each["state"] for each in own(here)] == ["ok"]
    refused = here.run("ack", "--filter", "source:watchdesk", "--json").json
    assert refused[0]["outcome"] == "refused"
    here.run("rule", "remove", "Busy")
    polled(here, 9)
    assert own(here) == []


def test_what_cannot_be_judged_is_unknown_and_no_alarm_of_its_own(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.run("rule", "add", "Busy", *LOAD, "--above", "8")
    polled(here, 9)
    assert [each["state"] for each in own(here)] == ["warning"]
    here.clock.spend(3_600)  # type: ignore[attr-defined]
    here.run("poll", "--once", "--source", "watchdesk")
    (row,) = own(here)
    assert (row["state"], row["stale"]) == ("unknown", False)
    assert "n1 tells nothing" in str(row["output"])
    assert here.run("problems", "--filter", "is:unhandled source:watchdesk", "--json").json == []


def test_absence_and_rate(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.run("rule", "add", "Silent", *LOAD, "--kind", "absence", "--over", "10m")
    here.run("rule", "add", "Rising", *LOAD, "--kind", "rate", "--above", "0.1", "--over", "1m")
    polled(here, 1, 7)
    assert {str(each["name"]): each["state"] for each in own(here)} == {
        "Silent: load load1": "ok", "Rising: load load1": "ok",
    }  # fmt: skip
    polled(here, 14)
    told = {str(each["name"]): (each["state"], each["output"]) for each in own(here)}
    assert told["Rising: load load1"] == ("warning", "load1 is 0.116667 a second, above 0.1 a second for 0 s.")
    here.clock.spend(900)  # type: ignore[attr-defined]
    here.sources["n1"].rows = tuple(
        health_row(name, last_check_at=here.clock.now()) for name in ("load", "quiet")
    )  # it answers, and has no figures
    here.run("poll", "--once")
    told = {str(each["name"]): (each["state"], each["output"]) for each in own(here)}
    assert told["Silent: load load1"] == ("warning", "No sample of load1 for 15 min.")
    assert told["Rising: load load1"][0] == "unknown"


def test_availability_over_a_window(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.run("rule", "add", "Good", "--filter", "load", "--kind", "availability", "--below", "90", "--over", "1h")
    for state in ("ok", "ok", "critical", "critical"):
        here.clock.spend(60)  # type: ignore[attr-defined]
        here.sources["n1"].rows = (health_row("load", state, last_check_at=here.clock.now()),)
        here.run("poll", "--once")
    here.clock.spend(60)  # type: ignore[attr-defined]
    here.run("poll", "--once")
    (row,) = own(here)
    assert row["state"] == "warning"
    assert str(row["output"]).startswith("Availability is 50 %, below 90 %")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Busy", *LOAD), "either --above or --below"),
        (("Busy", "--filter", "state:", "--above", "1"), "not understood"),
        (("Busy", *LOAD, "--kind", "rate", "--above", "1"), "needs a window"),
        (("Busy", *LOAD, "--above", "1", "--clear", "2"), "end and begin with each sample"),
        ((" ", *LOAD, "--above", "1"), "needs a name"),
    ],
)
def test_a_rule_that_could_not_work_is_refused(site: Callable[..., Site], words: tuple[str, ...], said: str) -> None:
    here = site("n1")
    ran = here.run("rule", "add", *words)
    assert ran.code != 0
    assert said in ran.err
    assert here.run("rule", "list", "--json").json == []


def test_a_name_is_taken_once_and_the_source_name_is_theirs(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.run("rule", "add", "Busy", *LOAD, "--above", "8")
    assert "already an alert rule" in here.run("rule", "add", "busy", *LOAD, "--above", "8").err
    assert "no alert rule named “x”" in here.run("rule", "remove", "x").err
