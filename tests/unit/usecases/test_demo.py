"""The demo: a believable company, the same for the same seed, and ready before anybody waits."""

from __future__ import annotations

import posixpath
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from app.analysis import markup
from app.base.clock import DAY, HOUR, MINUTE
from app.base.events import SOURCES, TICKETS, CancelToken, Touched
from app.base.ids import Ids
from app.base.paths import Profile
from app.connectors.simulated import open_simulated
from app.domain import sla
from app.domain.health import SERVICE
from app.domain.ticket import Ticket
from app.query import TICKETS as TICKET_SCHEMA
from app.query import Env, parse
from app.storage.history import SqliteHistory, open_history
from app.storage.store import SqliteStore, open_store
from app.usecases.board import Board, Instant, SourceRows
from app.usecases.demo import build_demo
from app.usecases.demo.tickets import TEAMS
from app.usecases.poll_ask import ask
from app.usecases.roll_up import Members, query_predicates
from app.usecases.view import count_views, queue_views
from tests.fakes.clock import VirtualClock


@dataclass(frozen=True)
class Made:
    """A demo and where it lies."""

    store: SqliteStore
    history: SqliteHistory
    clock: VirtualClock
    touched: Touched

    @property
    def tickets(self) -> list[Ticket]:
        return list(self.store.tickets.every(parse("sort:number", TICKET_SCHEMA), self.env))

    @property
    def env(self) -> Env:
        return Env(self.clock.now(), "mia")


Make = Callable[..., Made]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    opened: list[Made] = []

    def build(seed: int = 7) -> Made:
        clock = VirtualClock()
        profile = Profile(Path(tmp_path_factory.mktemp("demo")))
        store, history = open_store(profile, clock), open_history(profile, clock)
        ids = Ids(clock, random.Random(1).randbytes)
        opened.append(Made(store, history, clock, build_demo(store, history, clock, ids, seed, me="mia")))
        return opened[-1]

    yield build
    for made in opened:
        made.store.close()
        made.history.close()


@pytest.fixture(scope="module")
def demo(make: Make) -> Made:
    return make()


def test_it_holds_what_it_promises(demo: Made) -> None:
    rows = demo.history.rows()
    assert sum(row.kind == SERVICE for row in rows) == 60
    assert demo.store.tickets.count(parse("", TICKET_SCHEMA), demo.env) == 200
    assert demo.store.articles.count() == 20
    assert len(demo.store.team.business_services()) == 12
    assert len(demo.store.team.views()) >= 3
    assert demo.touched.touches(TICKETS)
    assert demo.touched.touches(SOURCES)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_and_another_seed_another(make: Make, demo: Made) -> None:
    again, other = make(), make(8)
    assert again.tickets == demo.tickets
    assert list(again.history.rows()) == list(demo.history.rows())
    assert [ticket.title for ticket in other.tickets] != [ticket.title for ticket in demo.tickets]


def test_the_board_is_live_at_once_and_goes_on_where_the_past_ends(demo: Made) -> None:
    (source,) = demo.store.team.sources()
    mark = demo.history.marks()[source.name]
    assert mark.received_at == demo.clock.now()
    previous = {row.id: row for row in demo.history.rows(source.name)}
    asked = ask(source, lambda: open_simulated(source, demo.clock), previous, mark, demo.clock, cancel=CancelToken())
    assert asked.ingest is not None
    assert asked.ingest.rows == ()
    assert asked.ingest.changes == ()


def test_every_checked_row_has_a_day_of_states_and_the_services_a_day_of_samples(demo: Made) -> None:
    now_at = demo.clock.now()
    rows = demo.history.rows()
    strips = demo.history.strips([row.id for row in rows], now_at)
    assert all(all(strip) for strip in strips.values())
    assert len({state for strip in strips.values() for state in strip}) > 6
    for row in rows:
        longest = max((len(one.at) for one in demo.history.series(row.id, now_at - DAY, now_at)), default=0)
        assert longest > 60 or row.state in ("pending", "unreachable", "unknown"), (row.host, row.name, longest)


def test_every_business_service_has_parts(demo: Made) -> None:
    rows = {row.id: row for row in demo.history.rows()}
    (source,) = demo.store.team.sources()
    now = Instant(demo.clock.now(), demo.clock.monotonic())
    mark = demo.history.marks()[source.name]
    board = Board(MappingProxyType({source.name: SourceRows(rows=MappingProxyType(rows), mark=mark, seen=now)}))
    members = Members(demo.store.team.business_services(), query_predicates(demo.env))
    members.update(board)
    rolled = members.roll_up(board, now)
    assert len(rolled) == 12
    assert {one.service.name: len(one.member_ids) for one in rolled if len(one.member_ids) < 2} == {}


def test_every_view_is_understood_and_holds_tickets(demo: Made) -> None:
    views = queue_views(demo.store)
    counts = count_views(demo.store, views, demo.env, CancelToken())
    assert {view.name for view in views if view.id not in counts} == set()
    assert {view.name for view in views if not counts[view.id].total} == set()


def test_the_due_times_show_every_state_of_the_clock(demo: Made) -> None:
    states = Counter(sla.clock(ticket, demo.clock.now()).state for ticket in demo.tickets)
    wanted = (sla.BREACHED, sla.IMMINENT, sla.SOON, sla.CALM, sla.PAUSED, sla.MET, sla.MISSED)
    assert [state for state in wanted if states[state] < 3] == []
    assert states[sla.MET] > 4 * states[sla.MISSED]


def test_the_tickets_are_of_many_sorts(demo: Made) -> None:
    tickets = demo.tickets
    for field, few in {"team": 7, "assignee": 10, "requester": 8, "service": 10, "kind": 4, "status": 5,
                       "priority": 5, "channel": 4, "category": 5}.items():  # fmt: skip
        assert len({getattr(ticket, field) for ticket in tickets} - {None}) >= few, field
    open_titles = [ticket.title for ticket in tickets if ticket.is_working]
    assert len(set(open_titles)) > len(open_titles) * 0.75
    assert not [ticket.number for ticket in tickets if "{" in ticket.title + ticket.description]


def test_a_ticket_and_its_timeline_tell_the_same(demo: Made) -> None:
    for ticket in demo.tickets:
        entries = demo.store.tickets.timeline(ticket.id)
        at = [entry.at for entry in entries]
        assert at == sorted(at)
        assert ticket.created_at == at[0]
        assert at[-1] <= demo.clock.now()
        assert [entry.new for entry in entries if entry.field == "status"][-1] == ticket.status
        assert ticket.created_at <= ticket.updated_at <= demo.clock.now()
        assert ticket.description


def test_ages_go_from_minutes_to_days(demo: Made) -> None:
    now_at = demo.clock.now()
    ages = sorted(now_at - (row.since_at or now_at) for row in demo.history.rows() if row.is_problem)
    assert ages[0] < 30 * MINUTE
    assert ages[len(ages) // 2] > 30 * MINUTE
    assert ages[-1] > 20 * HOUR


def test_every_article_is_shown_as_markdown_and_its_links_lead_somewhere(demo: Made) -> None:
    paths = {path for _, path, _ in demo.store.articles.tree()}
    linked = tables = code = 0
    for path in paths:
        article = demo.store.articles.get(path)
        assert article is not None
        shown = markup.render(article.body, resolve=lambda href: f"article:{href}")
        assert not shown.is_plain
        assert article.owner
        assert article.tags
        assert len(shown.plain.split()) > 60, path
        for href in re.findall(r'href="article:([^"#]+)', shown.html):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), href)) in paths, (path, href)
            linked += 1
        tables += "<table>" in shown.html
        code += "<pre>" in shown.html
    assert linked >= 10
    assert tables >= 5
    assert code >= 5


def test_articles_were_written_and_gone_over_by_people_of_their_team(demo: Made) -> None:
    for id_, path, _ in demo.store.articles.tree():
        article = demo.store.articles.get(id_)
        versions = demo.store.articles.versions(id_)
        assert article is not None
        assert [each.version for each in versions] == [1, 2], path
        assert {each.by for each in versions} <= set(TEAMS[article.owner or ""]), path
        assert versions[0].at < versions[1].at < demo.clock.now(), path
        assert (article.version, article.body) == (2, versions[1].body), path
