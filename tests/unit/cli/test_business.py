"""``watchdesk business``: tried, kept, judged on what the sources told, forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.health_source import health_row
from tests.unit.cli.test_sources_and_health import Site, site

__all__ = ["site"]


def polled(here: Site, **states: str) -> None:
    """One service of each name in that state, told by the source ``n1``."""
    at = here.clock.now()
    here.sources["n1"].rows = tuple(health_row(name, state=state, last_check_at=at) for name, state in states.items())
    assert here.run("poll", "--once").code == 0


def test_a_service_is_tried_kept_judged_and_forgotten(site: Callable[..., Site]) -> None:
    here = site("n1")
    polled(here, cart="ok", pay="critical")
    asked = ("business", "add", "Online  shop", "--filter", "host:web*", "--rule", "all")
    tried = here.run(*asked, "--dry-run", "--json").json
    assert (tried["name"], tried["state"], tried["parts"], tried["problems"]) == ("Online shop", "degraded", 2, 1)
    assert here.run("business", "list", "--json").json == []
    assert "1 of 2 parts in trouble" in here.run(*asked).out
    (kept,) = here.run("business", "list", "--json").json
    assert {**kept, "id": ""} == {**tried, "id": ""}
    found = here.run("services", "--filter", 'business:"Online shop"', "--json").json
    assert sorted(each["name"] for each in found) == ["cart", "pay"]
    polled(here, cart="critical", pay="critical")
    assert here.run("business", "list", "--json").json[0]["state"] == "down"
    here.run("business", "remove", "online SHOP")
    assert here.run("business", "list", "--json").json == []


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ({"a": "ok", "b": "ok", "c": "ok", "d": "ok"}, "working"),
        ({"a": "critical", "b": "ok", "c": "ok", "d": "ok"}, "degraded"),
        ({"a": "critical", "b": "critical", "c": "ok", "d": "ok"}, "down"),
        ({"a": "warning", "b": "ok", "c": "ok", "d": "ok"}, "at_risk"),
    ],
)
def test_a_weighted_one_goes_by_its_share(site: Callable[..., Site], states: dict[str, str], state: str) -> None:
    here = site("n1")
    polled(here, **states)
    added = here.run(
        "business", "add", "Shop", "--filter", "host:web*", "--rule", "weighted", "--down-share", "50%", "--json"
    ).json
    assert (added["state"], added["down_share_pct"]) == (state, 50)


def test_what_is_stale_is_not_known(site: Callable[..., Site]) -> None:
    here = site("n1")
    polled(here, a="ok")
    here.run("business", "add", "Shop", "--filter", "host:web*")
    here.clock.spend(3_600)  # type: ignore[attr-defined]
    assert here.run("business", "list", "--json").json[0]["state"] == "unknown"


def test_worst_comes_first(site: Callable[..., Site]) -> None:
    here = site("n1")
    polled(here, a="ok", b="critical", c="warning")
    for name in "abc":
        here.run("business", "add", f"Service {name}", "--filter", f"service:{name}")
    listed = here.run("business", "list", "--json").json
    assert [each["state"] for each in listed] == ["down", "at_risk", "working"]
    lines = here.run("business", "list").out.splitlines()
    assert lines[0].split() == ["STATE", "NAME", "PARTS", "RULE", "FILTER"]
    assert lines[1].startswith("down")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "Shop", "--filter", "state:("), "The query is not understood"),
        (("add", "Shop", "--filter", " "), "needs parts"),
        (("add", " ", "--filter", "host:x"), "needs a name"),
        (("add", "shop", "--filter", "host:x"), "already a business service"),
        (("remove", "Nothing"), "no business service named “Nothing”"),
    ],
)
def test_what_cannot_be_is_refused_in_words(site: Callable[..., Site], words: tuple[str, ...], told: str) -> None:
    here = site("n1")
    here.run("business", "add", "Shop", "--filter", "host:web*")
    ran = here.run("business", *words)
    assert ran.code != 0
    assert told in ran.err
    assert [each["name"] for each in here.run("business", "list", "--json").json] == ["Shop"]


def test_a_share_lies_within_a_hundred_per_cent(
    site: Callable[..., Site], capsys: pytest.CaptureFixture[str]
) -> None:
    here = site("n1")
    for share in ("0", "101", "half"):
        with pytest.raises(SystemExit):
            here.run("business", "add", "Shop", "--filter", "host:x", "--down-share", share)
        assert f"“{share}” is not a number of per cent" in capsys.readouterr().err


def test_a_service_without_parts_is_not_well(site: Callable[..., Site]) -> None:
    here = site("n1")
    assert "no part is known" in here.run("business", "add", "Shop", "--filter", "host:nowhere").out
    assert here.run("business", "list", "--json").json[0]["state"] == "unknown"
