import json
from pathlib import Path

import pytest

from app.analysis.report.cell import figure_text, head, inert, is_formula, shown
from app.analysis.report.definition import definitions_of
from app.analysis.report.html_style import INK
from app.analysis.report.stamp import period, warning
from app.base.clock import HOUR, from_iso
from app.base.text import THIN_SPACE, plain
from app.domain.report import COUNT, MOMENT, NUMBER, PERCENT, SECONDS, TEXT, Column, Figure, Stamp
from app.usecases.handover import report_handover
from app.usecases.reports import report_incidents
from tests.unit.analysis.report.hostile_text import FORMULAS, HOSTILE
from tests.unit.analysis.report.sample import MADE, nothing, report

TOKENS = Path(__file__).parents[4] / "resources" / "themes" / "tokens.json"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, COUNT, "–"),
        ("", TEXT, "–"),
        (0, COUNT, "0"),
        (1_234_567, COUNT, f"1{THIN_SPACE}234{THIN_SPACE}567"),
        (1.5, NUMBER, "1.5"),
        (-2.25, NUMBER, "-2.25"),
        (50.0, PERCENT, "50.000 %"),
        (99.98765, PERCENT, "99.98765 %"),
        (93_600.0, SECONDS, "26:00:00"),
        (59.25, SECONDS, "0:00:59.250"),
        (-61, SECONDS, "-0:01:01"),
        (MADE, MOMENT, "2026-11-23 18:00:00"),
        (MADE + 7, MOMENT, "2026-11-23 18:00:00"),
    ],
)
def test_a_cell_is_told_in_full(value: float | str | None, kind: str, text: str) -> None:
    assert shown(value, kind) == text


def test_a_moment_is_told_as_clocks_of_its_zone_show_it() -> None:
    assert shown(MADE, MOMENT, "Europe/Berlin") == "2026-11-23 19:00:00"
    assert head(Column("At", MOMENT), "Europe/Berlin") == "At (Europe/Berlin)"
    twice = from_iso("2026-10-25T00:30:00Z")
    assert [shown(twice + hour * HOUR, MOMENT, "Europe/Berlin") for hour in (-1, 0, 1, 2)] == [
        "2026-10-25 01:30:00", "2026-10-25 02:30:00 +0200", "2026-10-25 02:30:00 +0100", "2026-10-25 03:30:00",
    ]  # fmt: skip


def test_a_leading_span_is_told_in_two_units() -> None:
    assert figure_text(Figure("x", 93_600.25, SECONDS)) == "1 d 2 h"
    assert figure_text(Figure("x", None, SECONDS)) == "–"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula_and_each_comes_back(text: str) -> None:
    safe = inert(text)
    assert not is_formula(safe)
    back = safe[1:] if safe[:1] == "'" and is_formula(safe.lstrip("'")) else safe
    assert back == plain(text)


def test_what_is_meant_as_a_formula_is_seen_as_one() -> None:
    harmless = [text for text in FORMULAS if not is_formula(plain(text))]
    assert [text for text in harmless if text[0] != "\r"] == []  # a return is shown as a word: ‹U+000D›
    assert not any(map(is_formula, ("", "a=1", "1-1", "’=1", "web-1", "(=1)")))


def test_definitions_are_those_of_the_docstring() -> None:
    told = {each.terms: each.text for each in definitions_of(report_incidents.__doc__)}
    assert list(told)[:2] == ["incidents", "by_status, by_source_status, by_priority"]
    assert told["opened_per_month"] == "how many were opened in each month, UTC."
    assert [each.terms for each in definitions_of(report_handover.__doc__)] == ["state_changes", "silences", "due"]
    assert definitions_of(None) == ()


def test_the_period_is_told_however_open_it_is() -> None:
    assert period(Stamp(MADE)) == "All that is known"
    assert period(Stamp(MADE, MADE)) == "From 2026-11-23 18:00:00"
    assert period(Stamp(MADE, None, MADE)) == "Until 2026-11-23 18:00:00"
    assert period(Stamp(MADE, MADE - 1000, MADE + 5)) == "2026-11-23 17:59:59 to 2026-11-23 18:00:00"


def test_only_what_is_too_old_is_warned_of() -> None:
    assert warning(report().stamp) == ""
    assert warning(report(is_stale=True).stamp).startswith("Stale: 1 source had not answered in time")
    assert "(n1)" in warning(nothing().stamp)


def test_the_colours_are_the_light_tokens() -> None:
    light = json.loads(TOKENS.read_text(encoding="utf-8"))["color"]["light"]
    for role, colour in INK.items():
        found = light
        for step in role.split("."):
            found = found[step]
        assert found == colour, role
