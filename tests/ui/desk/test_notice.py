"""What is told after a run: what is done, what is not, and what is not known."""

from __future__ import annotations

import pytest

from app.actions.action import Plan, Result, Target
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Outcome
from app.ui.desk.notice import notice_of

PLAN = Plan(
    "Acknowledge", (Target("a", "load on web-1"),), lambda _means, _cancel: Result(()), done_text="Acknowledged."
)


@pytest.mark.parametrize(
    ("outcomes", "text", "is_error"),
    [
        ([Outcome("a", DONE)], "Acknowledged.", False),
        ([Outcome("a", DONE), Outcome("b", DONE)], "Acknowledged. (2 things)", False),
        ([Outcome("a", FAILED, "It said no.")], "It said no.", True),
        (
            [Outcome("a", DONE), Outcome("b", FAILED, "It said no.")],
            "1 done, 1 not. It said no. What is done stays done.",
            True,
        ),
        (
            [Outcome("a", FAILED, "Full."), Outcome("b", REFUSED, "Closed."), Outcome("c", FAILED, "Full.")],
            "0 done, 3 not. 2: Full. 1: Closed.",
            True,
        ),
        (
            [Outcome("a", DONE), *(Outcome(why, FAILED, f"{why}.") for why in "ABCD")],
            "1 done, 4 not. 1: A. 1: B. And 2 for other reasons. What is done stays done.",
            True,
        ),
        (
            [Outcome("a", DONE), Outcome("b", UNCONFIRMED, "Not seen."), Outcome("c", FAILED, "It said no.")],
            "1 done, 1 sent but not seen yet, 1 not. 1: Not seen. 1: It said no. What is done stays done.",
            True,
        ),
        ([Outcome("a", UNCONFIRMED, "Not seen.")], "Sent, but not seen at the source yet: Not seen.", False),
    ],
)
def test_one_sentence_about_what_became_of_it(outcomes: list[Outcome], text: str, is_error: bool) -> None:
    notice = notice_of(PLAN, Result(tuple(outcomes)), None)
    assert (notice.text, notice.is_error) == (text, is_error)
