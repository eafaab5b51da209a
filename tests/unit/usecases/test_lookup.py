"""Looking up by a few letters: the exact number first, hostile text is only text."""

from __future__ import annotations

import pytest

from app.base.events import CancelToken
from app.query import Env
from app.storage.store import SqliteStore
from app.usecases.article import new_article
from app.usecases.lookup import FoundThings, look_up
from app.usecases.ticket import new_ticket
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import health_row


def found(store: SqliteStore, time: VirtualClock, typed: str) -> FoundThings:
    rows = (health_row("card payments"), health_row("disk", host="db-1"))
    return look_up(store, rows, typed, Env(time.now(), "J. Reyes"), CancelToken())


def test_one_word_finds_things_of_every_kind(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    ticket = new_ticket(me, {"title": "Card payments refused"}).ticket
    article = new_article(me, "Card gateway", "How to restart it").article
    things = found(store, time, "card")
    assert [each.id for each in things.tickets] == [ticket.id]
    assert [each.name for each in things.rows] == ["card payments"]
    assert [each.id for each in things.articles] == [article.id]


def test_a_number_finds_its_ticket_first_in_any_case(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    first = new_ticket(me, {"title": "Slow"}).ticket
    new_ticket(me, {"title": "See inc-1 for more"})
    assert found(store, time, "inc-1").tickets[0].id == first.id


def test_at_most_five_of_a_kind(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    for number in range(8):
        new_ticket(me, {"title": f"Card {number}"})
    assert len(found(store, time, "card").tickets) == 5


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_finds_nothing(store: SqliteStore, time: VirtualClock, typed: str) -> None:
    assert found(store, time, typed) == FoundThings()


@pytest.mark.parametrize("typed", ['"', "a:(", "%_\\", "'; DROP TABLE ticket; --", "NEAR(", "-", "OR OR", "\x00"])
def test_hostile_text_is_only_text(me: Work, store: SqliteStore, time: VirtualClock, typed: str) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    found(store, time, typed)
    assert store.tickets.get(number) is not None
