"""Tickets through their use cases, judged by what the store holds afterwards."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import HOUR
from app.base.errors import Conflict, NotFound, Refused
from app.base.events import TICKETS
from app.domain.draft import Draft
from app.domain.ticket import ATTACHMENT, CHANGE, INTERNAL, PRIORITY_MATRIX, PUBLIC, RESOLVE_WITHIN_MS
from app.storage.store import SqliteStore
from app.usecases.ticket import (
    COMMENT_LIMIT,
    attach_file,
    comment_ticket,
    draft_key,
    edit_ticket,
    move_ticket,
    new_ticket,
    undo_edit,
)  # fmt: skip
from app.usecases.work import DESK, Work
from tests.fakes.clock import VirtualClock
from tests.unit.usecases.conftest import Audited


class Stumbling:
    """The real store, whose units fail at one call, as a bug or a full disk would."""

    def __init__(self, store: SqliteStore, fails_at: str) -> None:
        self._store, self._fails_at = store, fails_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self) -> Any:
        return _StumblingUnit(self._store.write(), self._fails_at)


class _StumblingUnit:
    def __init__(self, real: Any, fails_at: str) -> None:
        self._real, self._fails_at = real, fails_at
        self._unit: Any = None

    def __enter__(self) -> Any:
        self._unit = self._real.__enter__()
        return self

    def __exit__(self, *told: Any) -> Any:
        return self._real.__exit__(*told)

    def __getattr__(self, name: str) -> Any:
        if name == self._fails_at:
            raise RuntimeError(name)
        return getattr(self._unit, name)


def current(work: Work, number: str) -> Any:
    found = work.store.tickets.get(number)
    assert found is not None
    return found


def test_a_new_ticket_is_numbered_and_told(me: Work, time: VirtualClock) -> None:
    saved = new_ticket(me, {"title": "Card payments refused", "impact": "1", "urgency": "2", "tags": "card, shop"})
    ticket = current(me, saved.ticket.number)
    assert ticket == saved.ticket
    assert (ticket.number, ticket.status, ticket.priority) == ("INC-1", "new", 2)
    assert ticket.created_at == ticket.updated_at == time.now()
    assert ticket.due_at == ticket.created_at + RESOLVE_WITHIN_MS[2]
    assert saved.touched.touches(TICKETS)
    (first,) = me.store.tickets.timeline(ticket.id)
    assert (first.field, first.new, first.by) == ("status", "new", "J. Reyes")


@pytest.mark.parametrize(("kind", "number"), [("request", "REQ-1"), ("problem", "PRB-1"), ("change", "CHG-1")])
def test_each_kind_has_numbers_of_its_own(me: Work, kind: str, number: str) -> None:
    new_ticket(me, {"title": "An incident first"})
    assert new_ticket(me, {"title": "Another", "kind": kind}).ticket.number == number


@pytest.mark.parametrize("fields", [{}, {"title": ""}, {"title": "  \n "}])
def test_a_ticket_needs_a_title(me: Work, fields: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        new_ticket(me, fields)
    assert refused.value.field == "title"
    assert me.store.tickets.get("INC-1") is None


@pytest.mark.parametrize(
    ("field", "text"), [("impact", "4"), ("urgency", "often"), ("kind", "wish"), ("due_at", "31 February")]
)
def test_an_impossible_value_is_refused_at_its_field(me: Work, field: str, text: str) -> None:
    number = new_ticket(me, {"title": "Card payments refused"}).ticket.number
    before = current(me, number)
    with pytest.raises(Refused) as refused:
        edit_ticket(me, number, {"team": "Payments", field: text})
    assert refused.value.field == field
    assert current(me, number) == before


@pytest.mark.parametrize("field", ["status", "number", "id", "reopen_count", "no_such"])
def test_what_no_person_sets_is_refused(me: Work, field: str) -> None:
    number = new_ticket(me, {"title": "Card payments refused"}).ticket.number
    with pytest.raises(Refused):
        edit_ticket(me, number, {field: "1"})


@pytest.mark.parametrize(("levels", "priority"), PRIORITY_MATRIX.items())
def test_priority_follows_impact_and_urgency(me: Work, levels: tuple[int, int], priority: int) -> None:
    number = new_ticket(me, {"title": "Slow", "impact": "3", "urgency": "3"}).ticket.number
    ticket = edit_ticket(me, number, {"impact": str(levels[0]), "urgency": str(levels[1])}).ticket
    assert ticket.priority == priority
    assert ticket.due_at == ticket.created_at + RESOLVE_WITHIN_MS[priority]


def test_a_priority_set_by_hand_wins_in_the_same_edit(me: Work) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    ticket = edit_ticket(me, number, {"impact": "3", "urgency": "3", "priority": "1"}).ticket
    assert (ticket.priority, ticket.due_at) == (1, ticket.created_at + RESOLVE_WITHIN_MS[1])


def test_a_due_time_set_by_hand_no_longer_follows(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, {"title": "Slow", "impact": "3", "urgency": "3"}).ticket.number
    by_hand = edit_ticket(me, number, {"due_at": "2027-02-01T12:00:00Z"}).ticket.due_at
    ticket = edit_ticket(me, number, {"impact": "1", "urgency": "1"}).ticket
    assert (ticket.priority, ticket.due_at) == (1, by_hand)


def test_one_edit_is_one_change_with_one_audit(
    me: Work, store: SqliteStore, time: VirtualClock, audited: Audited
) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    time.advance(60)
    saved = edit_ticket(me, number, {"team": "Payments", "assignee": "J. Reyes"})
    entries = [entry for entry in store.tickets.timeline(saved.ticket.id) if entry.change_id == saved.change_id]
    assert {(entry.field, entry.old, entry.new) for entry in entries} == {
        ("team", None, "Payments"),
        ("assignee", None, "J. Reyes"),
    }
    assert {entry.at for entry in entries} == {saved.ticket.updated_at} == {time.now()}
    assert audited() == ["ticket.edit", "ticket.new"]


def test_an_edit_that_changes_nothing_writes_nothing(me: Work, time: VirtualClock, audited: Audited) -> None:
    before = new_ticket(me, {"title": "Slow", "team": "Payments"}).ticket
    time.advance(60)
    saved = edit_ticket(me, before.number, {"team": "Payments"})
    assert (saved.ticket, saved.change_id) == (before, "")
    assert audited() == ["ticket.new"]


def test_only_a_hand_over_counts(me: Work) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    counts = [
        edit_ticket(me, number, fields).ticket.reassignment_count
        for fields in ({"team": "Payments"}, {"assignee": "J. Reyes"}, {"title": "Slower"}, {"team": "Platform"})
    ]
    assert counts == [0, 0, 0, 1]


@pytest.mark.parametrize("fails_at", ["put_tickets", "add_entries", "audit"])
def test_a_failure_inside_leaves_nothing(me: Work, store: SqliteStore, fails_at: str, audited: Audited) -> None:
    before = new_ticket(me, {"title": "Slow", "team": "Payments"}).ticket
    timeline, actions = store.tickets.timeline(before.id), audited()
    broken = Work(Stumbling(store, fails_at), me.clock, me.ids, me.me)  # type: ignore[arg-type]
    for call in (
        lambda: edit_ticket(broken, before.number, {"team": "Platform"}),
        lambda: move_ticket(broken, before.number, "open"),
        lambda: comment_ticket(broken, before.number, "Looked at the gateway."),
        lambda: new_ticket(broken, {"title": "Another"}),
    ):
        with pytest.raises(RuntimeError, match=fails_at):
            call()
    assert current(me, before.number) == before
    assert store.tickets.timeline(before.id) == timeline
    assert audited() == actions
    assert store.tickets.get("INC-2") is None


def test_nobody_is_overwritten_unseen(me: Work, someone: Work) -> None:
    number = new_ticket(me, {"title": "Slow", "team": "Payments"}).ticket.number
    edit_ticket(someone, number, {"team": "Platform"})
    with pytest.raises(Conflict) as conflict:
        edit_ticket(me, number, {"team": "Identity", "title": "Slower"}, seen={"team": "Payments", "title": "Slow"})
    assert "Platform" in conflict.value.sentence()
    assert (current(me, number).team, current(me, number).title) == ("Platform", "Slow")


def test_an_edit_of_another_field_meanwhile_is_no_conflict(me: Work, someone: Work) -> None:
    number = new_ticket(me, {"title": "Slow", "team": "Payments"}).ticket.number
    edit_ticket(someone, number, {"assignee": "A. Kaya"})
    ticket = edit_ticket(me, number, {"team": "Identity"}, seen={"team": "Payments"}).ticket
    assert (ticket.team, ticket.assignee) == ("Identity", "A. Kaya")


def test_undo_takes_all_of_one_edit_back(me: Work) -> None:
    before = new_ticket(me, {"title": "Slow", "impact": "3", "urgency": "3", "tags": "a, b"}).ticket
    saved = edit_ticket(me, before.number, {"impact": "1", "urgency": "1", "tags": "c", "major": "yes"})
    undone = undo_edit(me, before.number, saved.change_id).ticket
    for name in ("impact", "urgency", "priority", "due_at", "tags", "major"):
        assert getattr(undone, name) == getattr(before, name), name


def test_undo_of_a_move_brings_everything_of_it_back(me: Work) -> None:
    number = new_ticket(me, {"title": "Slow", "impact": "1", "urgency": "1"}).ticket.number
    before = move_ticket(me, number, "open").ticket
    saved = move_ticket(me, number, "resolved", resolution="Restarted.")
    undone = undo_edit(me, number, saved.change_id).ticket
    assert (undone.status, undone.resolved_at, undone.sla_made) == (before.status, None, None)


def test_undo_never_takes_back_what_somebody_else_wrote_since(me: Work, someone: Work) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    saved = edit_ticket(me, number, {"team": "Payments", "service": "Card payments"})
    edit_ticket(someone, number, {"team": "Platform"})
    with pytest.raises(Conflict):
        undo_edit(me, number, saved.change_id)
    ticket = current(me, number)
    assert (ticket.team, ticket.service) == ("Platform", "Card payments")


@pytest.mark.parametrize("change_id", ["no-such-edit", "'; DROP TABLE ticket; --"])
def test_an_unknown_edit_cannot_be_undone(me: Work, change_id: str) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    with pytest.raises(NotFound):
        undo_edit(me, number, change_id)


@pytest.mark.parametrize(
    ("status", "given", "field"),
    [
        ("pending", {}, "pending_reason"),
        ("pending", {"reason": "lunch"}, "pending_reason"),
        ("resolved", {}, "resolution"),
        ("closed", {}, "status"),
        ("sleeping", {}, ""),
    ],
)
def test_a_move_says_what_it_needs(me: Work, status: str, given: dict[str, str], field: str) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    with pytest.raises(Refused) as refused:
        move_ticket(me, number, status, **given)
    assert refused.value.field == field
    assert current(me, number).status == "new"


def test_a_whole_life(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, {"title": "Slow", "impact": "1", "urgency": "1"}).ticket.number
    assert move_ticket(me, number, "pending", reason="vendor").ticket.pending_reason == "vendor"
    assert move_ticket(me, number, "open").ticket.pending_reason is None
    time.advance(3600)
    resolved = move_ticket(me, number, "resolved", resolution="Restarted.").ticket
    assert (resolved.resolved_at, resolved.sla_made, resolved.resolution) == (time.now(), True, "Restarted.")
    reopened = move_ticket(me, number, "open").ticket
    assert (reopened.resolved_at, reopened.sla_made, reopened.reopen_count) == (None, None, 1)
    time.advance(4 * HOUR / 1000)
    assert move_ticket(me, number, "resolved").ticket.sla_made is False
    assert move_ticket(me, number, "closed").ticket.closed_at == time.now()
    with pytest.raises(Refused, match="cannot move"):
        move_ticket(me, number, "open")


@pytest.mark.parametrize(("public", "kind"), [(False, INTERNAL), (True, PUBLIC)])
def test_a_comment_is_kept_as_it_was_meant(
    me: Work, store: SqliteStore, public: bool, kind: str, audited: Audited
) -> None:
    ticket = new_ticket(me, {"title": "Slow"}).ticket
    comment_ticket(me, ticket.number, " Looked at\nthe gateway. ", public=public)
    entry = store.tickets.timeline(ticket.id)[-1]
    assert (entry.kind, entry.text, entry.by) == (kind, "Looked at\nthe gateway.", "J. Reyes")
    assert f"ticket.comment.{kind}" in audited()


@pytest.mark.parametrize(("origin", "is_kept"), [(DESK, False), ("cli", True)])
def test_only_a_note_from_the_desk_ends_the_draft_there(
    me: Work, store: SqliteStore, origin: str, is_kept: bool
) -> None:
    ticket = new_ticket(me, {"title": "Slow"}).ticket
    with store.write() as unit:
        unit.put_draft(Draft(key=draft_key(ticket.id), text="Looked", at=1))
    comment_ticket(dataclasses.replace(me, origin=origin), ticket.number, "Looked at the gateway.")
    assert (store.team.draft(draft_key(ticket.id)) is not None) is is_kept


@pytest.mark.parametrize("text", ["", " \n\t", "x" * (COMMENT_LIMIT + 1)])
def test_an_empty_or_endless_comment_is_refused(me: Work, text: str) -> None:
    number = new_ticket(me, {"title": "Slow"}).ticket.number
    with pytest.raises(Refused) as refused:
        comment_ticket(me, number, text)
    assert refused.value.field == "text"


def test_a_file_is_kept_with_its_ticket(me: Work, store: SqliteStore, tmp_path: Path) -> None:
    ticket = new_ticket(me, {"title": "Slow"}).ticket
    path = tmp_path / "trace ✓.txt"
    path.write_bytes(b"one\ntwo\n")
    attach_file(me, ticket.number, path)
    path.unlink()
    (kept,) = store.tickets.attachments(ticket.id)
    assert (kept.name, kept.size_bytes, kept.by) == ("trace ✓.txt", 8, "J. Reyes")
    assert store.tickets.timeline(ticket.id)[-1].kind == ATTACHMENT


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_what_is_no_file_is_refused(me: Work, tmp_path: Path, name: str) -> None:
    ticket = new_ticket(me, {"title": "Slow"}).ticket
    with pytest.raises(Refused) as refused:
        attach_file(me, ticket.number, tmp_path / name)
    assert refused.value.field == "file"
    assert not me.store.tickets.attachments(ticket.id)


def test_an_unknown_ticket_is_named(me: Work) -> None:
    for call in (
        lambda: edit_ticket(me, "INC-77", {"team": "Payments"}),
        lambda: move_ticket(me, "INC-77", "open"),
        lambda: comment_ticket(me, "INC-77", "text"),
        lambda: undo_edit(me, "INC-77", "x"),
    ):
        with pytest.raises(NotFound, match="INC-77"):
            call()


def test_a_clock_set_back_never_makes_a_ticket_younger(me: Work, time: VirtualClock) -> None:
    before = new_ticket(me, {"title": "Slow"}).ticket
    time.set_back(3600)
    after = edit_ticket(me, before.number, {"team": "Payments"}).ticket
    assert after.updated_at >= before.updated_at
    changes = [entry for entry in me.store.tickets.timeline(before.id) if entry.kind == CHANGE]
    assert [entry.field for entry in changes] == ["status", "team"]
