"""What a ticket's timeline shows, as values. Owns the grouping of field changes; draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.base.clock import MINUTE, Moment
from app.base.text import count, tr

Kind = Literal["public", "internal", "message", "change", "event", "alert", "automation"]
"""``public`` and ``internal`` are notes, ``message`` comes from the requester, the rest are one-liners."""

TALK: frozenset[str] = frozenset({"public", "internal", "message"})
_TOGETHER_MS = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``text`` is plain; ``html`` (sanitised by ``analysis.markup``) is shown instead when given.

    ``lead`` is the strong beginning of a one-liner; ``to`` names the recipient; ``state`` draws a glyph in the
    gutter, else ``icon`` does; ``when`` is the time as text. ``note`` stands under a block (waiting, refused).
    A change that ``stands_alone`` is never folded with others.
    """

    id: str
    kind: Kind
    at: Moment
    when: str
    author: str = ""
    text: str = ""
    html: str = ""
    lead: str = ""
    to: str = ""
    icon: str = ""
    state: str = ""
    note: str = ""
    is_pending: bool = False
    stands_alone: bool = False


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Field changes of one person within five minutes, shown as ``4 field changes by ...``."""

    changes: tuple[Entry, ...]

    @property
    def id(self) -> str:
        return f"group:{self.changes[0].id}"

    @property
    def lead(self) -> str:
        return count(len(self.changes), tr("field change"), tr("field changes"))

    @property
    def text(self) -> str:
        names = ", ".join(dict.fromkeys(change.lead for change in self.changes))
        return tr("by {author}: {names}", author=self.changes[0].author, names=names)


Item = Entry | ChangeGroup


def grouped(entries: Iterable[Entry]) -> list[Item]:
    """Entries in order, with neighbouring minor changes of one author folded into a group."""
    found: list[Item] = []
    for entry in entries:
        last = found[-1] if found else None
        if entry.kind == "change" and last is not None and _belongs(entry, last):
            found[-1] = ChangeGroup((*_changes(last), entry))
        else:
            found.append(entry)
    return found


def _changes(item: Item) -> tuple[Entry, ...]:
    return item.changes if isinstance(item, ChangeGroup) else (item,)


def _belongs(entry: Entry, last: Item) -> bool:
    first = _changes(last)[0]
    if entry.stands_alone or first.stands_alone:
        return False
    is_change = first.kind == "change" and first.author == entry.author
    return is_change and entry.at - _changes(last)[-1].at <= _TOGETHER_MS


def of_kinds(entries: Sequence[Entry], kinds: frozenset[str] | None) -> list[Entry]:
    """Those of some kinds; None means all."""
    return [entry for entry in entries if kinds is None or entry.kind in kinds]
