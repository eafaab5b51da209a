"""What the board's detail says of a row, and that it claims no more than is known."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.base.clock import HOUR, MINUTE
from app.domain.health import HOST, HealthRow
from app.domain.history import Series, StateChange
from app.ui.desk.board.story import RowStory, lanes_of, lines_of, no_samples_text, state_sentence, where_of
from tests.fakes.health_source import health_row

NOW = 1_760_000_000_000


def a_host(groups: tuple[str, ...]) -> HealthRow:
    return msgspec.structs.replace(health_row("web-1", "up", host="web-1", groups=groups), kind=HOST)


def story(**more: object) -> RowStory:
    row = health_row("cpu", "critical", expected_by_at=more.pop("expected_by_at", None))
    changes = (StateChange(row_id=row.id, at=NOW - 2 * HOUR, state="ok", hard=True),)
    values: dict[str, object] = {"is_stale": False, "since_at": NOW - HOUR, "until_at": NOW, "changes": changes}
    return RowStory(row=row, **{**values, **more})  # type: ignore[arg-type]


def spans(told: RowStory) -> list[tuple[str, int, int]]:
    return [
        (span.state, (span.start_at - NOW) // MINUTE, (span.end_at - NOW) // MINUTE)
        for span in lanes_of(told)[0].spans
    ]


@pytest.mark.usefixtures("qtbot")
def test_what_a_silent_source_said_is_not_drawn_past_its_last_word() -> None:
    assert spans(story()) == [("ok", -60, 0)]
    assert spans(story(is_stale=True, heard_at=NOW - 20 * MINUTE)) == [("ok", -60, -20), ("stale", -20, 0)]
    assert spans(story(is_stale=True, heard_at=NOW, expected_by_at=NOW - 5 * MINUTE))[-1] == ("stale", -5, 0)
    assert spans(story(is_stale=True)) == [("stale", -60, 0)]
    assert spans(story(is_stale=True, heard_at=NOW - 3 * HOUR)) == [("stale", -60, 0)]
    assert spans(story(changes=())) == [("stale", -60, 0)]


def test_where_a_row_is_does_not_repeat_its_title(qtbot: QtBot) -> None:
    assert where_of(health_row("cpu", "ok", host="web-1", groups=("shop", "web"))) == "web-1 · shop · web"
    assert where_of(a_host(("shop",))) == "shop"
    assert where_of(a_host(())) == "host"


@pytest.mark.usefixtures("qtbot")
def test_a_state_in_the_middle_of_a_sentence_is_written_as_one_writes_it() -> None:
    assert "was OK when" in state_sentence(health_row("cpu", "ok"), True, NOW)[1]
    assert "was critical when" in state_sentence(health_row("cpu", "critical"), True, NOW)[1]


def test_a_row_without_curves_says_why() -> None:
    empty = Series(row_id="x", label="rta", unit="ms", at=(), values=())
    known = Series(row_id="x", label="pl", unit="%", at=(NOW,), values=(1.0,))
    assert no_samples_text([]) == "No samples are stored for this row."
    assert "longer one" in no_samples_text([empty])
    assert no_samples_text([empty, known]) == ""
    assert lines_of([empty]) == []
    assert [line.name for line in lines_of([empty, known])] == ["rta", "pl"]
