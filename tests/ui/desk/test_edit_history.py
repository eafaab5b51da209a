"""The order in which edits are taken back, held against a plain list for any run of edits, undos and failures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.actions.action import Plan, Result
from app.ui.desk.edit_history import DEPTH, EditHistory, State, Step, Turn


def plan(title: str) -> Plan:
    return Plan(title, (), lambda _means, _cancel: Result(()))


def run(history: EditHistory, step: Step) -> Step:
    """It succeeds; its way back."""
    assert history.begin(step) == ""
    history.end(step)
    return history.keep(step.plan, step)


@given(st.lists(st.sampled_from(["edit", "undo", "redo", "failed undo", "failed redo"]), max_size=40))
def test_keys_take_back_and_do_again_in_order(moves: list[str]) -> None:
    history, done, undone = EditHistory(), list[str](), list[str]()
    for at, move in enumerate(moves):
        turn = {"edit": Turn.EDIT, "undo": Turn.UNDO, "redo": Turn.REDO}[move.split()[-1]]
        step = Step(plan(str(at))) if turn is Turn.EDIT else history.next(turn)
        if step is None:
            assert not (done if turn is Turn.UNDO else undone)
        elif move.startswith("failed"):
            assert history.begin(step) == ""
            history.wait(step)
        else:
            run(history, step)
            if turn is Turn.EDIT:
                undone.clear()
            at_name = (undone if turn is Turn.REDO else done).pop() if turn is not Turn.EDIT else str(at)
            assert step.plan.title == at_name
            (undone if turn is Turn.UNDO else done).append(at_name)
        for turn_, names in ((Turn.UNDO, done), (Turn.REDO, undone)):
            following = history.next(turn_)
            assert (following.plan.title if following else None) == (names[-1] if names else None)


def test_one_that_runs_is_passed_over_and_comes_back_to_its_place() -> None:
    history = EditHistory()
    first, second = (run(history, Step(plan(title))) for title in "ab")
    history.begin(second)
    assert history.next(Turn.UNDO) is first
    history.wait(second, plan("the rest of b"))
    assert history.next(Turn.UNDO) is second
    assert second.plan.title == "the rest of b"


def test_what_is_too_long_ago_says_so() -> None:
    history = EditHistory()
    oldest, *_, newest = [run(history, Step(plan(str(n)))) for n in range(DEPTH + 1)]
    assert oldest.state is State.PAST
    assert "too long ago" in history.begin(oldest)
    assert history.begin(newest) == ""


def test_a_new_edit_ends_what_could_be_done_again() -> None:
    history = EditHistory()
    redo = run(history, run(history, Step(plan("a"))))
    run(history, Step(plan("b")))
    assert history.next(Turn.REDO) is None
    assert redo.state is State.PAST
