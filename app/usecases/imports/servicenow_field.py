"""The columns of ServiceNow's incident log, and what their words are in ours.

Source of the facts: the published "Incident management process enriched event log" (UCI 498) and ServiceNow's
incident table of that time. ``?`` is a missing value. Statuses: New is new; Active and whatever is not known (the log
has a ``-100``) is open; Awaiting X is pending; Resolved; Closed. The word itself is kept as the source status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.domain import ticket as words
from app.usecases.imports.cell import is_whole, wrong

MISSING: Final = "?"
REQUIRED: Final = ("number", "incident_state", "sys_mod_count", "opened_at", "sys_updated_at")
MOST_DIGITS: Final = 9
"""Of a count."""

_PENDING_REASONS: Final = {
    "user info": "user",
    "caller": "user",
    "vendor": "vendor",
    "problem": "problem",
    "change": "change",
    "evidence": "evidence",
}
_STATUSES: Final = {
    "new": words.NEW,
    "resolved": words.RESOLVED,
    "closed": words.CLOSED,
    "canceled": words.CLOSED,
    "cancelled": words.CLOSED,
    "on hold": words.PENDING,
}
_CHANNELS: Final = {"phone": "phone", "ivr": "phone", "email": "mail", "chat": "chat", "self service": "self service"}


def status_of(word: str) -> str:
    """Our status for ServiceNow's."""
    folded = word.casefold()
    return words.PENDING if folded.startswith("awaiting") else _STATUSES.get(folded, words.OPEN)


def reason_of(word: str) -> str | None:
    """Why it is pending; None when it is not."""
    if status_of(word) != words.PENDING:
        return None
    return _PENDING_REASONS.get(word.casefold().removeprefix("awaiting").strip(), "other")


def text_of(word: str) -> str | None:
    return None if word == MISSING or not word else word


def _known(read: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda word: None if word == MISSING or not word else read(word)


def _level(most: int) -> Callable[[str], str | None]:
    def read(word: str) -> str | None:
        digit = word[:1]
        if not digit.isdecimal() or not 1 <= int(digit) <= most:
            raise wrong(word, f"does not begin with 1 to {most}")
        return digit

    return _known(read)


def _amount(word: str) -> str | None:
    if not is_whole(word, MOST_DIGITS):
        raise wrong(word, "is not a count")
    return word


def _flag(word: str) -> str | None:
    try:
        return {"true": "yes", "false": "no"}[word.casefold()]
    except KeyError:
        raise wrong(word, "is neither true nor false") from None


# What a timeline tells: (name, column, how its text is read). The first is what an opening tells.
FIELDS: Final[tuple[tuple[str, str, Callable[[str], str | None]], ...]] = (
    ("status", "incident_state", _known(status_of)),
    ("source_status", "incident_state", text_of),
    ("pending_reason", "incident_state", _known(reason_of)),
    ("priority", "priority", _level(5)),
    ("impact", "impact", _level(3)),
    ("urgency", "urgency", _level(3)),
    ("team", "assignment_group", text_of),
    ("assignee", "assigned_to", text_of),
    ("requester", "caller_id", text_of),
    ("channel", "contact_type", _known(lambda word: _CHANNELS.get(word.casefold(), "other"))),
    ("category", "category", text_of),
    ("service", "cmdb_ci", text_of),
    ("reopen_count", "reopen_count", _known(_amount)),
    ("reassignment_count", "reassignment_count", _known(_amount)),
    ("sla_made", "made_sla", _known(_flag)),
    ("subcategory", "subcategory", text_of),
    ("symptom", "u_symptom", text_of),
    ("location", "location", text_of),
    ("problem_id", "problem_id", text_of),
    ("rfc", "rfc", text_of),
    ("vendor", "vendor", text_of),
    ("caused_by", "caused_by", text_of),
    ("closed_code", "closed_code", text_of),
    ("resolved_by", "resolved_by", text_of),
    ("knowledge", "knowledge", text_of),
    ("notify", "notify", text_of),
    ("priority_confirmation", "u_priority_confirmation", text_of),
)
NAMES: Final = tuple(name for name, _, _ in FIELDS)
