"""Undo and redo lose nothing: a full disk, a colleague's change, an older message's Undo, part of several tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from app.actions.action import QUEUE, Means, Situation
from app.actions.ticket import plan_edit
from app.base.errors import DiskFull
from app.domain.command import DONE, FAILED, REFUSED
from app.domain.ticket import Ticket
from app.ports import Store
from app.ui.desk.context import Opened
from app.usecases.ticket import edit_ticket
from app.usecases.work import Work
from tests.ui.desk.desk_fixture import Desk, open_desk


class FullDisk:
    """The ``Store`` port over a real one: nothing more can be written while ``is_full``, or past ``writes_left``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_full = False
        self.writes_left = 10**6

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self) -> Any:
        self.writes_left -= 1
        if self.is_full or self.writes_left < 0:
            raise DiskFull("The disk of this profile is full.", hint="Nothing was lost. Free some room.")
        return self._store.write()


class Bare:
    """A view that shows nothing: only tickets that are chosen."""

    def __init__(self) -> None:
        self.tickets: tuple[Ticket, ...] = ()

    def situation(self) -> Situation:
        return Situation(QUEUE, tickets=self.tickets)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        opened.dispatcher._situation = lambda: Situation(
            QUEUE, can_undo=opened.dispatcher.can_undo, can_redo=opened.dispatcher.can_redo
        )
        opened.dispatcher._handlers = lambda: {
            "view.undo": opened.dispatcher.undo, "view.redo": opened.dispatcher.redo
        }  # fmt: skip
        yield opened


@pytest.fixture
def disk(desk: Desk) -> FullDisk:
    full = FullDisk(desk.store)
    work = Work(cast(Store, full), desk.clock, desk.ids, "J. Reyes")
    means = Means(work, desk.lanes, cast(Any, None), cast(Any, None), cast(Any, None))
    desk.context.set_opened(Opened(work, desk.store, desk.history, cast(Any, None), means))
    return full


def settled(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.lanes._running)


def edit(desk: Desk, qtbot: QtBot, team: str, *tickets: Ticket) -> None:
    from dataclasses import replace

    plan = plan_edit(tuple(desk.now(each) for each in tickets), "team", team)
    desk.dispatcher.start(replace(plan, asks=False))
    settled(desk, qtbot)


def act(desk: Desk, qtbot: QtBot, action: str) -> str:
    """What it told."""
    before = len(desk.notices)
    desk.dispatcher.act(action)
    qtbot.waitUntil(lambda: len(desk.notices) > before)
    settled(desk, qtbot)
    return desk.notices[-1].text


def teams(desk: Desk, *tickets: Ticket) -> list[str | None]:
    return [desk.now(each).team for each in tickets]


def test_undo_and_redo_say_what_they_did(desk: Desk, qtbot: QtBot) -> None:
    ticket = desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", ticket)
    what = f"Set team of {ticket.number}"
    assert act(desk, qtbot, "view.undo") == f"Undone: {what}."
    assert act(desk, qtbot, "view.redo") == f"Done again: {what}."
    assert act(desk, qtbot, "view.undo") == f"Undone: {what}."
    assert teams(desk, ticket) == ["Payments"]


def test_an_undo_that_meets_a_full_disk_can_be_tried_again(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    ticket = desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", ticket)
    disk.is_full = True
    for _ in range(2):
        assert "disk of this profile is full" in act(desk, qtbot, "view.undo")
        assert teams(desk, ticket) == ["Identity"]
        assert desk.dispatcher.can_undo
        assert not desk.dispatcher.can_redo
    disk.is_full = False
    assert act(desk, qtbot, "view.undo").startswith("Undone")
    assert teams(desk, ticket) == ["Payments"]
    disk.is_full = True
    act(desk, qtbot, "view.redo")
    disk.is_full = False
    assert act(desk, qtbot, "view.redo").startswith("Done again")
    assert teams(desk, ticket) == ["Identity"]
    assert not desk.dispatcher.can_redo


def test_of_several_tickets_the_rest_is_left_to_try(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    tickets = [desk.ticket(team="Payments") for _ in range(3)]
    disk.writes_left = 1
    edit(desk, qtbot, "Identity", *tickets)
    notice = desk.notices[-1]
    assert notice.text.startswith("1 done, 2 not.")
    assert (notice.is_error, notice.undo is not None) == (True, True)
    assert teams(desk, *tickets) == ["Identity", "Payments", "Payments"]
    disk.writes_left = 10
    assert notice.again is not None
    notice.again()
    settled(desk, qtbot)
    assert teams(desk, *tickets) == ["Identity"] * 3
    act(desk, qtbot, "view.undo")
    act(desk, qtbot, "view.undo")
    assert teams(desk, *tickets) == ["Payments"] * 3
    assert not desk.dispatcher.can_undo


def test_an_undo_of_several_keeps_what_it_could_not_take_back(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    tickets = [desk.ticket(team="Payments") for _ in range(3)]
    edit(desk, qtbot, "Identity", *tickets)
    disk.writes_left = 2
    assert act(desk, qtbot, "view.undo").startswith("2 done, 1 not.")
    disk.writes_left = 10
    act(desk, qtbot, "view.undo")
    assert teams(desk, *tickets) == ["Payments"] * 3
    act(desk, qtbot, "view.redo")
    act(desk, qtbot, "view.redo")
    assert teams(desk, *tickets) == ["Identity"] * 3


def test_a_colleagues_change_stands(desk: Desk, qtbot: QtBot) -> None:
    ticket = desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", ticket)
    edit_ticket(desk.someone, ticket.id, {"team": "Storage"})
    told = act(desk, qtbot, "view.undo")
    assert told == (
        f"The team of {ticket.number} has been changed meanwhile. It was “Identity”, it is “Storage” now. "
        "It stays as it is; nothing was undone."
    )
    assert teams(desk, ticket) == ["Storage"]
    assert not desk.dispatcher.can_undo, "a refusal stands"


def test_an_older_messages_undo_takes_back_its_own_edit(desk: Desk, qtbot: QtBot) -> None:
    first, second = desk.ticket(team="Payments"), desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", first)
    older = desk.notices[-1]
    edit(desk, qtbot, "Identity", second)
    assert older.undo is not None
    older.undo()
    settled(desk, qtbot)
    qtbot.waitUntil(lambda: desk.now(first).team == "Payments")
    assert teams(desk, second) == ["Identity"]
    older.undo()  # once is enough
    settled(desk, qtbot)
    assert teams(desk, first, second) == ["Payments", "Identity"]
    act(desk, qtbot, "view.undo")
    assert teams(desk, second) == ["Payments"]


def test_an_older_undo_that_failed_waits_in_its_place(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    first, second = desk.ticket(team="Payments"), desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", first)
    older = desk.notices[-1]
    edit(desk, qtbot, "Identity", second)
    disk.is_full = True
    press(desk, qtbot, older.undo)
    assert "disk of this profile is full" in desk.notices[-1].text
    disk.is_full = False
    assert desk.dispatcher.can_undo.endswith(f"{second.number}"), "the last edit is undone first"
    press(desk, qtbot, older.undo)
    assert teams(desk, first, second) == ["Payments", "Identity"]
    press(desk, qtbot, older.undo)
    assert desk.notices[-1].text == "It is undone already."
    assert teams(desk, first, second) == ["Payments", "Identity"]


def test_the_message_of_a_failed_undo_tries_again_once(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    ticket = desk.ticket(team="Payments")
    edit(desk, qtbot, "Identity", ticket)
    disk.is_full = True
    act(desk, qtbot, "view.undo")
    failed = desk.notices[-1]
    disk.is_full = False
    assert failed.again is not None
    failed.again()
    failed.again()  # a double click: it runs already
    settled(desk, qtbot)
    assert [each.text for each in desk.notices[-2:]] == [
        "It is under way already.", f"Undone: Set team of {ticket.number}."
    ]  # fmt: skip
    press(desk, qtbot, failed.again)
    assert desk.notices[-1].text == "It is undone already."
    assert teams(desk, ticket) == ["Payments"]
    act(desk, qtbot, "view.redo")
    assert teams(desk, ticket) == ["Identity"]
    assert not desk.dispatcher.can_redo


def test_a_failed_edit_is_tried_again_once(desk: Desk, disk: FullDisk, qtbot: QtBot) -> None:
    first, second = desk.ticket(team="Payments"), desk.ticket(team="Payments")
    edit(desk, qtbot, "Network", first)
    act(desk, qtbot, "view.undo")
    disk.is_full = True
    edit(desk, qtbot, "Identity", second)
    failed = desk.notices[-1]
    assert desk.dispatcher.can_redo, "an edit that failed does not end what could be done again"
    disk.is_full = False
    press(desk, qtbot, failed.again)
    press(desk, qtbot, failed.again)
    assert desk.notices[-1].text == "It is done already."
    assert teams(desk, second) == ["Identity"]
    assert not desk.dispatcher.can_redo
    act(desk, qtbot, "view.undo")
    assert teams(desk, second) == ["Payments"]
    assert not desk.dispatcher.can_undo


def press(desk: Desk, qtbot: QtBot, button: Callable[[], None] | None) -> None:
    """Press a button of a message, and wait for what it tells."""
    assert button is not None
    before = len(desk.notices)
    button()
    qtbot.waitUntil(lambda: len(desk.notices) > before)
    settled(desk, qtbot)


def test_outcomes_tell_what_may_pass_from_what_stands(desk: Desk, disk: FullDisk) -> None:
    ticket, other = desk.ticket(team="Payments"), desk.ticket(team="Payments")
    plan = plan_edit((ticket, other), "team", "Identity")
    edit_ticket(desk.someone, other.id, {"team": "Storage"})
    opened = desk.context.opened
    assert opened is not None
    disk.is_full = True
    from app.base.events import CancelToken

    result = plan.run(opened.means, CancelToken())
    assert [each.outcome for each in result.outcomes] == [FAILED, FAILED]
    disk.is_full = False
    assert result.left is not None
    again = result.left.run(opened.means, CancelToken())
    assert [each.outcome for each in again.outcomes] == [DONE, REFUSED]
    assert again.left is None
    stopped = CancelToken()
    stopped.cancel()
    third = plan_edit((ticket,), "team", "Network").run(opened.means, stopped)
    assert [each.outcome for each in third.outcomes] == [FAILED]
    assert third.left is not None
