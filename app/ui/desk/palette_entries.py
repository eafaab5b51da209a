"""What the palette offers: an entry of each kind of thing, with the letters that were typed. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.actions.action import Action
from app.analysis.match import Found, find
from app.base.clock import Moment
from app.base.text import age, one_line, tr
from app.domain.article import ArticleHit
from app.domain.health import HealthRow
from app.domain.ticket import Ticket

PREFIXES = {">": "actions", "#": "tickets", "@": "services", "?": "articles"}
"""What is typed first to look in one kind only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``picture``: ``icon:NAME``, ``state:WORD`` or ``status:WORD``. ``why_not``: disabled, and why."""

    id: str
    title: str
    note: str
    picture: str
    do: Callable[[], None]
    spans: tuple[tuple[int, int], ...] = ()
    keys: str = ""
    why_not: str = ""


class Call:
    """A call kept for later, without keeping the palette alive."""

    def __init__(self, function: Callable[..., None], value: object) -> None:
        self._function, self._value = function, value

    def __call__(self) -> None:
        self._function(self._value)


def kind_and_words(text: str) -> tuple[str, str]:
    """(kind, words) of what was typed: ``#card`` → tickets, card."""
    stripped = text.strip()
    kind = PREFIXES.get(stripped[:1], "")
    return kind, stripped[1:].strip() if kind else stripped


def matched(title: str, words: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of the letters of a title that were typed, in order."""
    return tuple(sorted(span for word in words.split() for hit in find(word, (title,), str) for span in hit.spans))


def ticket_entry(ticket: Ticket, words: str, opens: Callable[[str], None]) -> Entry:
    title = f"{ticket.number} {one_line(ticket.title)}"
    who = one_line(ticket.assignee) if ticket.assignee else tr("not assigned")
    note = ", ".join(filter(None, [f"P{ticket.priority}" if ticket.priority else "", who, ticket.status]))
    do = Call(opens, ticket.id)
    return Entry(f"ticket:{ticket.id}", title, note, f"status:{ticket.status}", do, matched(title, words))


def row_entry(row: HealthRow, words: str, opens: Callable[[HealthRow], None], now_at: Moment) -> Entry:
    name = one_line(row.name)
    note = f"{one_line(row.host)}, {row.state} {age(now_at, row.since_at)}"
    return Entry(f"row:{row.id}", name, note, f"state:{row.state}", Call(opens, row), matched(name, words))


def article_entry(article: ArticleHit, words: str, opens: Callable[[str], None]) -> Entry:
    title = one_line(article.title)
    do = Call(opens, article.id)
    return Entry(f"article:{article.id}", title, article.path, "icon:book", do, matched(title, words))


def action_entry(found: Found[Action], why_not: str, act: Callable[[str], None]) -> Entry:
    """An action whose title was found; ``why_not`` it cannot be done now."""
    action = found.item
    note, keys = why_not or tr(action.help), action.keys[0] if action.keys else ""
    do, picture = Call(act, action.id), f"icon:{action.icon}"
    return Entry(f"action:{action.id}", tr(action.title), note, picture, do, found.spans, keys, why_not)
