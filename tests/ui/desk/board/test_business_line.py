"""What stands after the services in trouble claims no more than is so."""

from __future__ import annotations

import pytest

from app.ui.desk.board.business_line import rest_text


@pytest.mark.parametrize(
    ("left", "bad", "total", "told"),
    [(12, 0, 12, "12, all working"), (5, 7, 12, "5 working"), (6, 7, 12, "6 more"), (1, 12, 12, "1 more")],
)
def test_the_rest_is_called_working_only_when_it_all_is(left: int, bad: int, total: int, told: str) -> None:
    assert rest_text(left, bad, total) == told
