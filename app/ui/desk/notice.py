"""What is told after a run: one message with what is done, what is not and why, and what can be done about it.

Owns the wording of outcomes; does not show them (``app.ui.parts.toast``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.actions.action import Plan, Result
from app.base.text import count, number, tr
from app.domain.command import DONE, UNCONFIRMED, Outcome

_REASONS: Final = 2
"""Different reasons told one by one; a message is no list."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell the person. ``undo`` runs the way back, ``again`` tries what failed once more. Errors stay until
    they are closed."""

    text: str
    is_error: bool = False
    undo: Callable[[], None] | None = None
    again: Callable[[], None] | None = None


def notice_of(
    plan: Plan, result: Result, undo: Callable[[], None] | None, again: Callable[[], None] | None = None
) -> Notice:
    """One message about what became of a plan."""
    bad = result.failed
    if not bad:
        many = len(result.outcomes)
        text = plan.done_text or plan.title
        return Notice(text if many < 2 else f"{text} ({count(many, 'thing', 'things')})", undo=undo)
    unseen = sum(outcome.outcome == UNCONFIRMED for outcome in bad)
    if unseen == len(bad):
        return Notice(tr("Sent, but not seen at the source yet: {why}", why=_reasons(bad)), undo=undo, again=again)
    if len(result.outcomes) == 1:
        return Notice(bad[0].reason, is_error=True, undo=undo, again=again)
    done = sum(outcome.outcome == DONE for outcome in result.outcomes)
    told = [_tally(done, unseen, len(bad) - unseen), _reasons(bad)]
    if done:
        told.append(tr("What is done stays done."))
    return Notice(" ".join(told), is_error=True, undo=undo, again=again)


def _tally(done: int, unseen: int, failed: int) -> str:
    if unseen:
        return tr(
            "{done} done, {unseen} sent but not seen yet, {n} not.",
            done=number(done),
            unseen=number(unseen),
            n=number(failed),
        )
    return tr("{done} done, {n} not.", done=number(done), n=number(failed))


def _reasons(bad: Sequence[Outcome]) -> str:
    """The commonest first, each with how many it concerns where they differ."""
    reasons = Counter(outcome.reason for outcome in bad).most_common()
    if len(reasons) == 1:
        return reasons[0][0]
    told = [tr("{n}: {why}", n=number(n), why=why) for why, n in reasons[:_REASONS]]
    more = sum(n for _why, n in reasons[_REASONS:])
    if more:
        told.append(tr("And {n} for other reasons.", n=number(more)))
    return " ".join(told)
