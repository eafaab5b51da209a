"""What every ``Store`` promises: the suite that each adapter passes, whatever it keeps its rows in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.base.errors import Refused
from app.base.paths import Profile
from app.domain.alert_rule import AlertRule
from app.domain.article import Article
from app.domain.business import BusinessService
from app.domain.draft import Draft
from app.domain.source import Source
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.domain.view import View
from app.ports import Store
from app.query import TICKETS, Env, Query, parse
from app.storage.store import open_store
from tests.fakes.clock import VirtualClock

NOW = Env(1_800_000_000_000, "Ada")
EVERYTHING = Query()

WHOLE = Ticket(
    id="t-1", number="INC-1", title="Payments fail", kind="problem", status="pending", source_status="On hold",
    pending_reason="vendor", priority=1, impact=1, urgency=1, major=True, category="Payments", service="Checkout",
    environment="production", channel="phone", team="Network", assignee="Ada", requester="Bob", source="sn",
    remote_id="R1", created_at=1_000, updated_at=5_000, resolved_at=6_000, closed_at=7_000, due_at=8_000,
    reopen_count=2, reassignment_count=3, sla_made=False, tags=("a b", "ü"), description="Long\ntext",
    resolution="Restarted",
)  # fmt: skip


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = {"sqlite": lambda: open_store(Profile(tmp_path / "profile"), VirtualClock())}[request.param]()
    yield opened
    opened.close()


def ticket(index: int, /, **fields: object) -> Ticket:
    bare = Ticket(id=f"t-{index}", number=f"INC-{index}", title=f"Ticket {index}", updated_at=index)
    return msgspec.structs.replace(bare, **fields)


def entry(number: int, at: int, **fields: object) -> TimelineEntry:
    bare = TimelineEntry(id=f"e-{number}", ticket_id="t-1", at=at, kind="internal", text=f"note {number}")
    return msgspec.structs.replace(bare, **fields)


def put(store: Store, *tickets: Ticket) -> None:
    with store.write() as unit:
        unit.put_tickets(tickets)


def numbers(store: Store, text: str) -> list[str]:
    return [found.number for found in store.tickets.page(parse(text, TICKETS), NOW, limit=100)]


# --- tickets ----------------------------------------------------------------------------------------------


def test_a_ticket_comes_back_as_it_was_put(store: Store) -> None:
    put(store, WHOLE, ticket(2))
    assert store.tickets.get("t-1") == WHOLE
    assert store.tickets.get("inc-1") == WHOLE
    assert store.tickets.get("INC-2") == ticket(2)
    assert store.tickets.get("INC-3") is None


def test_an_id_wins_over_a_number(store: Store) -> None:
    put(store, ticket(1, number="t-2"), ticket(2))
    found = store.tickets.get("t-2")
    assert found is not None
    assert found.id == "t-2"


def test_a_page_leaves_the_long_texts_out(store: Store) -> None:
    put(store, WHOLE)
    light = msgspec.structs.replace(WHOLE, description="", resolution=None)
    assert store.tickets.page(EVERYTHING, NOW, limit=5) == [light]
    assert list(store.tickets.by_keys(store.tickets.keys(EVERYTHING, NOW)).values()) == [light]
    assert list(store.tickets.every(EVERYTHING, NOW)) == [WHOLE]


def test_putting_again_writes_what_differs(store: Store) -> None:
    put(store, WHOLE, ticket(2))
    changed = msgspec.structs.replace(WHOLE, status="open", pending_reason=None, major=False, tags=())
    put(store, changed, ticket(2), ticket(3))
    assert store.tickets.get("t-1") == changed
    assert store.tickets.count(EVERYTHING, NOW) == 3


def test_the_last_of_two_in_one_call_stands(store: Store) -> None:
    put(store, ticket(1, title="first"), ticket(1, title="second"))
    found = store.tickets.get("t-1")
    assert found is not None
    assert found.title == "second"


def test_a_unit_sees_its_own_writes(store: Store) -> None:
    with store.write() as unit:
        unit.put_tickets([WHOLE])
        assert unit.ticket("INC-1") == WHOLE
        assert unit.tickets_by_remote("sn", ["R1", "R2"]) == {"R1": WHOLE}
        assert unit.tickets_by_remote("other", ["R1"]) == {}
        assert store.tickets.get("t-1") is None


def test_queries_order_limit_and_count(store: Store) -> None:
    put(store, ticket(1, status="closed"), ticket(2, due_at=9), ticket(3, due_at=5), ticket(4))
    assert numbers(store, "is:open") == ["INC-4", "INC-3", "INC-2"]
    assert numbers(store, "is:open sort:due") == ["INC-3", "INC-2", "INC-4"]
    assert store.tickets.count(parse("is:open", TICKETS), NOW) == 3
    keys = store.tickets.keys(parse("is:open", TICKETS), NOW, limit=2)
    assert [store.tickets.by_keys(keys)[key].number for key in keys] == ["INC-4", "INC-3"]
    assert store.tickets.keys_of(["t-4", "t-3", "gone"]) == {"t-4": keys[0], "t-3": keys[1]}


def test_now_is_the_moment_of_asking(store: Store) -> None:
    put(store, ticket(1, due_at=1_000))
    query = parse("is:breached", TICKETS)
    assert store.tickets.count(query, Env(1_000)) == 0
    assert store.tickets.count(query, Env(1_001)) == 1
    assert store.tickets.count(query, Env(999)) == 0


def test_me_is_the_person_who_asks(store: Store) -> None:
    put(store, ticket(1, assignee="Ada"), ticket(2, assignee="Bob"))
    query = parse("is:mine", TICKETS)
    found = [store.tickets.page(query, Env(0, me), limit=9)[0].number for me in ("Ada", "bob")]
    assert found == ["INC-1", "INC-2"]


def test_numbers_never_repeat(store: Store) -> None:
    with store.write() as unit:
        first = unit.next_number("INC")
    put(store, ticket(9, number="inc-2"))
    with store.write() as unit:
        rest = [unit.next_number("INC"), unit.next_number("INC"), unit.next_number("CHG")]
    assert [first, *rest] == ["INC-1", "INC-3", "INC-4", "CHG-1"]


def test_completion_gives_the_commonest_first(store: Store) -> None:
    teams = ("Network", "network east", "Netops", "Netops", "Database", None, "")
    put(store, *(ticket(i, team=team, tags=("red", f"r{i % 2}")) for i, team in enumerate(teams)))
    assert store.tickets.values("team", "NET") == ["Netops", "Network", "network east"]
    assert store.tickets.values("team", "net", limit=1) == ["Netops"]
    assert store.tickets.values("tags", "r") == ["red", "r0", "r1"]
    assert store.tickets.values("priority", "") == []
    assert store.tickets.values("no such field", "") == []


# --- timelines --------------------------------------------------------------------------------------------


def test_a_timeline_is_ordered_by_moment_then_writing_and_paged(store: Store) -> None:
    put(store, ticket(1), ticket(2))
    with store.write() as unit:
        given = [entry(1, 30), entry(2, 10), entry(3, 30), entry(4, 20)]
        assert unit.add_entries(given) == 4
        unit.add_entries([entry(5, 5, ticket_id="t-2")])
    shown = store.tickets.timeline("t-1")
    assert [e.id for e in shown] == ["e-2", "e-4", "e-1", "e-3"]
    assert [msgspec.structs.replace(e, seq=0) for e in shown] == [given[1], given[3], given[0], given[2]]
    newest = store.tickets.timeline("t-1", limit=2)
    older = store.tickets.timeline("t-1", limit=2, before_seq=newest[0].seq)
    assert [e.id for e in (*older, *newest)] == ["e-2", "e-4", "e-1", "e-3"]
    assert store.tickets.timeline("t-1", before_seq=older[0].seq) == []


def test_the_same_origin_is_taken_once_by_each_ticket(store: Store) -> None:
    put(store, ticket(1), ticket(2))
    batch = [entry(1, 1, origin="row 1"), entry(2, 2, origin="row 1"), entry(3, 3), entry(4, 4)]
    with store.write() as unit:
        assert unit.add_entries(batch) == 3
        assert unit.add_entries(batch[:2]) == 0
        assert unit.add_entries([entry(5, 1, ticket_id="t-2", origin="row 1")]) == 1
    assert [e.id for e in store.tickets.timeline("t-1")] == ["e-1", "e-3", "e-4"]


def test_the_entries_of_one_edit(store: Store) -> None:
    put(store, ticket(1))
    change = entry(1, 1, kind="change", field="team", old=None, new="Net", text=None, change_id="c-1")
    with store.write() as unit:
        unit.add_entries([change, entry(2, 1, change_id="c-2"), entry(3, 1)])
        found = unit.entries("t-1", "c-1")
    assert [msgspec.structs.replace(e, seq=0) for e in found] == [change]


def test_an_attachment_is_kept_once_by_its_content(store: Store, tmp_path: Path) -> None:
    put(store, ticket(1))
    path = tmp_path / "trace.log"
    path.write_bytes(b"boom\x00")
    sha256, size_bytes = store.keep_file(path)
    assert (sha256, size_bytes) == (hashlib.sha256(b"boom\x00").hexdigest(), 5)
    assert store.keep_file(path) == (sha256, 5)
    kept = Attachment(id="a", ticket_id="t-1", name="trace.log", sha256=sha256, size_bytes=5, at=1, by="Ada")
    with store.write() as unit:
        unit.add_attachment(kept)
    assert store.tickets.attachments("t-1") == [kept]
    assert store.tickets.attachments("t-2") == []


def test_what_is_no_file_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        store.keep_file(tmp_path / "missing")
    with pytest.raises(Refused):
        store.keep_file(tmp_path)


# --- articles ---------------------------------------------------------------------------------------------

PAGE = Article(
    id="a-1", path="runbooks/KubePodCrashLooping", title="Kube Pod Crash Looping", body="# Meaning\nA pod restarts.",
    tags=("kubernetes",), owner="Ada", reviewed_at=1, next_review_at=2, facts={"company": "X"}, source="files",
    created_at=3, updated_at=4,
)  # fmt: skip


def test_an_article_comes_back_with_all_its_versions(store: Store) -> None:
    second = msgspec.structs.replace(PAGE, body="Other words.", version=2, updated_at=9)
    with store.write() as unit:
        unit.put_article(PAGE, "Ada")
        assert unit.article(PAGE.path) == PAGE
        unit.put_article(second, "Bob")
    assert store.articles.get("a-1") == second
    assert store.articles.get(PAGE.path) == second
    assert store.articles.get("nothing") is None
    assert store.articles.count() == 1
    versions = [(v.version, v.body, v.at, v.by) for v in store.articles.versions("a-1")]
    assert versions == [(1, PAGE.body, 4, "Ada"), (2, "Other words.", 9, "Bob")]


def test_the_tree_is_ordered_by_path(store: Store) -> None:
    with store.write() as unit:
        for name in ("b/x", "a/y", "a"):
            unit.put_article(Article(id=name, path=name, title=name.upper(), body=""), "Ada")
    assert store.articles.tree() == [("a", "a", "A"), ("a/y", "a/y", "A/Y"), ("b/x", "b/x", "B/X")]


@pytest.mark.parametrize(
    "text", ["kube pod crash looping", "KubePodCrashLooping", "restarting", "crash-loop", "kubern"]
)
def test_search_finds_names_by_their_parts_stems_and_beginnings(store: Store, text: str) -> None:
    with store.write() as unit:
        unit.put_article(PAGE, "Ada")
        unit.put_article(Article(id="a-2", path="disk", title="Disk full", body="Remove logs."), "Ada")
    assert [hit.id for hit in store.articles.search(text)] == ["a-1"]


def test_search_ranks_the_title_first_marks_its_finds_and_forgets_old_text(store: Store) -> None:
    body = "About disks. " + "Other matters. " * 20
    with store.write() as unit:
        unit.put_article(Article(id="a-1", path="p/1", title="Backup", body=body), "Ada")
        unit.put_article(Article(id="a-2", path="p/2", title="Disk", body="Clean up the disk."), "Ada")
    first, second = store.articles.search("disk")
    assert (first.id, second.id) == ("a-2", "a-1")
    assert first.score > second.score
    assert first.snippet == "Clean up the \x02disk\x03."
    with store.write() as unit:
        unit.put_article(Article(id="a-2", path="p/2", title="Tape", body="", version=2), "Ada")
    assert [hit.id for hit in store.articles.search("disk")] == ["a-1"]
    assert [hit.id for hit in store.articles.search("disk other", limit=1)] == ["a-1"]


# --- what the team shares ---------------------------------------------------------------------------------


def test_team_settings_come_back_and_go(store: Store) -> None:
    source = Source(id="s", name="site", kind="nagios", url="https://x", user="me", interval_s=15.5, enabled=False)
    view = View(id="v", name="Mine", query="is:mine", position=3)
    service = BusinessService(id="b", name="Shop", members="host:web*", rule="weighted", down_share=0.25)
    rule = AlertRule(id="r", name="Load", rows="host:web*", limit=8.5, clear=6, for_s=600, enabled=False)
    with store.write() as unit:
        unit.put_alert_rule(msgspec.structs.replace(rule, clear=None))
        unit.put_alert_rule(rule)
        unit.put_source(msgspec.structs.replace(source, name="old", interval_s=None))
        unit.put_source(source)
        unit.put_view(view)
        unit.put_business_service(service)
    assert (store.team.sources(), store.team.views(), store.team.business_services()) == ([source], [view], [service])
    assert store.team.alert_rules() == [rule]
    with store.write() as unit:
        unit.drop_alert_rule("r")
        unit.drop_source("s")
        unit.drop_view("v")
        unit.drop_business_service("b")
    assert (store.team.sources(), store.team.views(), store.team.business_services()) == ([], [], [])
    assert store.team.alert_rules() == []


def test_a_draft_is_kept_until_it_is_dropped(store: Store) -> None:
    draft = Draft(key="ticket:t-1:note", text="half a sen", at=5, mode="public")
    with store.write() as unit:
        unit.put_draft(msgspec.structs.replace(draft, text="half"))
        unit.put_draft(draft)
    assert store.team.draft(draft.key) == draft
    assert store.team.drafts() == [draft]
    with store.write() as unit:
        unit.drop_draft(draft.key)
    assert store.team.draft(draft.key) is None


# --- units of work ----------------------------------------------------------------------------------------


def _write_everything_and_fail(store: Store) -> None:
    with store.write() as unit:
        unit.put_tickets([ticket(1, title="changed"), ticket(2)])
        unit.add_entries([entry(1, 1)])
        unit.put_article(PAGE, "Ada")
        unit.put_draft(Draft(key="k", text="t", at=1))
        unit.next_number("INC")
        unit.audit("x", by="Ada", concerns="INC-1")
        raise ZeroDivisionError


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    put(store, ticket(1))
    with pytest.raises(ZeroDivisionError):
        _write_everything_and_fail(store)
    assert store.tickets.get("t-1") == ticket(1)
    assert store.tickets.count(EVERYTHING, NOW) == 1
    assert store.tickets.timeline("t-1") == []
    assert store.articles.search("pod") == []
    assert store.team.drafts() == []
    with store.write() as unit:
        assert unit.next_number("INC") == "INC-2"


def test_own_writes_are_no_foreign_changes(store: Store) -> None:
    put(store, ticket(1))
    assert not store.foreign_changes()
