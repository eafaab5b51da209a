"""What a click on a column's head makes of the query."""

from __future__ import annotations

import pytest

from app.ui.desk.board.problem_table import sorted_query


@pytest.mark.parametrize(
    ("query", "column", "expected"),
    [
        ("", "host", ("sort:host", False)),
        ("is:stale", "age", ("is:stale sort:since", False)),
        ("is:stale sort:since", "age", ("is:stale sort:-since", True)),
        ("is:stale sort:-since", "age", ("is:stale sort:since", False)),
        ("sort:host is:stale", "both", ("is:stale sort:service", False)),
        ("is:stale", "output", None),
    ],
)
def test_a_head_sorts_and_then_the_other_way_round(
    query: str, column: str, expected: tuple[str, bool] | None
) -> None:
    assert sorted_query(query, column) == expected
