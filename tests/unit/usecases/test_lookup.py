"""Looking up by a few letters: the exact number first, hostile text is only text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.base.errors import Cancelled
from app.base.events import CancelToken
from app.domain.business import ALL, BusinessService
from app.query import Env
from app.storage.store import SqliteStore
from app.usecases.article import new_article
from app.usecases.imports.articles import import_articles
from app.usecases.lookup import FoundThings, look_up, values_in_use
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


def values(store: SqliteStore, kind: str, field: str, prefix: str = "") -> Sequence[str]:
    rows = (
        health_row("disk", host="db-1", groups=("database", "linux")),
        health_row("load", host="db-1", groups=("database",)),
        health_row("http", host="web-1"),
    )
    return values_in_use(store, rows, kind, field, prefix, CancelToken())


def test_values_of_articles_are_told_commonest_first(me: Work, store: SqliteStore, tmp_path: Path) -> None:
    for name, tags in (("a", "dns, linux"), ("b", "linux"), ("c", "LDAP, linux")):
        text = f"---\ntags: [{tags}]\nowner: Platform\n---\n# {name}\n\nText.\n"
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    import_articles(me, tmp_path, source="wiki")
    assert values(store, "articles", "tags") == ["linux", "LDAP", "dns"]
    assert values(store, "articles", "tags", "l") == ["linux", "LDAP"]
    assert values(store, "articles", "owner") == ["Platform"]
    assert values(store, "articles", "source", "W") == ["wiki"]
    assert values(store, "articles", "path") == ["a.md", "b.md", "c.md"]
    assert values(store, "articles", "title", "B") == ["b"]
    assert values(store, "articles", "text") == values(store, "articles", "body") == []
    assert values(store, "articles", "reviewed") == values(store, "articles", "nothing known") == []
    assert store.articles.values("path", "", 2) == ["a.md", "b.md"]


def test_values_of_the_board_are_those_of_its_rows(me: Work, store: SqliteStore) -> None:
    with store.write() as unit:
        unit.put_business_service(BusinessService(id="b1", name="Ledger", members="group:database", rule=ALL))
    assert values(store, "health", "host") == ["db-1", "web-1"]
    assert values(store, "health", "groups", "l") == ["linux"]
    assert values(store, "health", "business") == ["Ledger"]
    assert values(store, "health", "environment") == []


def test_values_of_tickets_come_from_the_store(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    new_ticket(me, {"title": "Slow", "team": "Payments"})
    assert values(store, "tickets", "team", "pay") == ["Payments"]
    new_ticket(me, {"title": "Slow again", "team": "Öffentliches"})
    new_ticket(me, {"title": "Still slow", "team": "Pay desk"})
    time.advance(1)
    new_ticket(me, {"title": "Slower", "team": "pay desk"})
    assert values(store, "tickets", "team", "PAY") == ["pay desk", "Payments"]
    assert values(store, "tickets", "team", "öff") == ["Öffentliches"]
    assert values(store, "tickets", "team", "payments!") == []
    assert len(values(store, "tickets", "team")) == 3
    assert values(store, "nothing known", "team") == []


def test_looking_for_values_stops_when_it_is_cancelled(me: Work, store: SqliteStore) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        values_in_use(store, (health_row("disk"),), "health", "host", "", cancel)
