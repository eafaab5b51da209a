"""A refused sign-in is sent once, over new starts and by whatever asks, until it changes or a person says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.errors import NeedsSignIn, SecretsTrouble, Unreachable, WatchdeskError
from app.base.events import CancelToken
from app.base.secret import Secret
from app.domain.freshness import LIVE, STALE
from app.domain.source import Source
from app.usecases.board import paused
from app.usecases.poll_once import PollResult, poll_once
from app.usecases.sign_in import is_refusal, is_same, stamp_of
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import health_row
from tests.fakes.poll_desk import Desk

REFUSED = NeedsSignIn("n1 did not accept the user or password.", status=401)
SOURCE = Source(id="1", name="n1", kind="nagios", url="https://mon.example/", user="ann")


def once(desk: Desk, source: Source) -> PollResult:
    (result,) = poll_once(
        [source], desk.connect, desk.history.real, desk.clock, CancelToken(), holder="cli",
        stamping=desk.sign_ins.stamp,
    )  # fmt: skip
    return result


def refusing(desk: Desk, **more: object) -> Source:
    source = desk.source("n1", health_row(), user="ann", url="https://mon.example/", **more)
    desk.fakes["n1"].script = [REFUSED] * 99
    desk.secrets["n1"] = Secret("wrong")
    return source


@pytest.mark.parametrize(
    ("changed", "secret"),
    [
        ({"url": "https://other.example/"}, "pw"), ({"user": "bo"}, "pw"), ({}, "other"), ({}, None),
        ({"kind": "zabbix"}, "pw"), ({"alertmanager_url": "https://am.example/"}, "pw"),
    ],
)  # fmt: skip
def test_a_stamp_is_of_address_user_and_secret(changed: dict[str, str], secret: str | None) -> None:
    import msgspec

    made = stamp_of(SOURCE, Secret("pw"))
    assert is_same(made, msgspec.structs.replace(SOURCE, interval_s=60.0, name="new name"), Secret("pw"))
    assert not is_same(made, msgspec.structs.replace(SOURCE, **changed), None if secret is None else Secret(secret))


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (REFUSED, True), (NeedsSignIn("Zabbix says so in a 200."), True), (NeedsSignIn("No.", status=403), False),
        (NeedsSignIn("A proxy.", status=407), False), (Unreachable("No."), False), (SecretsTrouble("No."), False),
    ],
)  # fmt: skip
def test_a_user_who_may_not_is_not_one_who_is_refused(error: WatchdeskError, is_one: bool) -> None:
    assert is_refusal(error) is is_one


def test_once_and_again_asks_a_refusing_source_once(desk: Desk) -> None:
    source = refusing(desk)
    first, again = once(desk, source), once(desk, source)
    assert len(desk.fakes["n1"].asked) == 1
    assert first.error == again.error
    assert first.error.startswith("Paused: n1 refused the password of ann. It is not tried again, so that no account")
    assert "watchdesk source resume n1" in first.error
    assert not again.ok


def test_another_secret_user_or_address_is_tried_and_refused_once_more(desk: Desk) -> None:
    source = refusing(desk)
    once(desk, source)
    desk.secrets["n1"] = Secret("wrong too")
    once(desk, source)
    once(desk, source)
    assert len(desk.fakes["n1"].asked) == 2
    other = refusing(desk, deadline_s=5.0)
    once(desk, other)
    assert len(desk.fakes["n1"].asked) == 3, "refusing() took the first secret back"
    desk.fakes["n1"].script = []
    desk.secrets["n1"] = Secret("right")
    assert once(desk, other).ok
    assert desk.history.real.marks()["n1"].refused == ""


def test_a_person_gets_one_more_try_of_the_same(desk: Desk) -> None:
    source = refusing(desk)
    once(desk, source)
    assert desk.history.real.lift_refusal("n1")
    for _ in range(3):
        once(desk, source)
    assert len(desk.fakes["n1"].asked) == 2


def test_it_is_remembered_also_while_another_process_keeps_the_answers(desk: Desk, clock: VirtualClock) -> None:
    desk.history.real.take_lease("poller", "elsewhere", clock.now(), 3600)
    source = refusing(desk)
    once(desk, source)
    once(desk, source)
    assert len(desk.fakes["n1"].asked) == 1


def test_without_a_keyring_nothing_is_forgotten(desk: Desk) -> None:
    source = refusing(desk)
    once(desk, source)
    known = desk.history.real.marks()["n1"].refused
    desk.secrets = NoKeyring()
    assert once(desk, source).error == "No keyring."
    assert desk.history.real.marks()["n1"].refused == known


class NoKeyring(dict[str, Secret]):
    def get(self, *_words: object) -> Secret:  # type: ignore[override]
        raise SecretsTrouble("No keyring.")


def test_what_is_not_permitted_is_asked_again(desk: Desk, clock: VirtualClock) -> None:
    source = desk.source("n1", health_row())
    desk.fakes["n1"].script = [NeedsSignIn("n1 does not allow this user to do that.", status=403)]
    assert not once(desk, source).ok
    assert desk.history.real.marks()["n1"].refused == ""
    desk.fakes["n1"].script = [NeedsSignIn("n1 does not allow this user to do that.", status=403)]
    desk.poller.start([source])
    clock.advance(20)
    assert desk.level() == LIVE


def test_every_new_start_finds_it_paused(new_desk: Callable[[str], Desk], clock: VirtualClock) -> None:
    first = new_desk("first")
    first.secrets["n1"] = Secret("no longer right")
    first.poller.start([first.source("n1", health_row(), user="ann")])
    clock.advance(1)
    first.fakes["n1"].script = [REFUSED] * 9
    clock.advance(60)
    first.poller.stop()
    first.poller.close()
    asked = len(first.fakes["n1"].asked)
    told = first.history.real.marks()["n1"]
    second = new_desk("second")
    second.secrets["n1"] = Secret("no longer right")
    source = second.source("n1", health_row(), user="ann")
    second.poller.start([source])
    second.poller.poll_now("n1")
    clock.advance(3600)
    assert (asked, second.fakes["n1"].asked) == (2, [])
    assert paused(second.poller.board) == ("n1",)
    assert second.level() == STALE
    assert second.history.real.marks()["n1"].asked_at == told.asked_at, "a pause is no asking"
    with pytest.raises(NeedsSignIn, match="Paused: n1"):
        second.poller.connector("n1")
    assert second.poller.resume("n1")
    clock.advance(1)
    assert (len(second.fakes["n1"].asked), second.level(), paused(second.poller.board)) == (1, LIVE, ())
    assert not second.poller.resume("n1")


def test_the_polling_desk_hears_that_another_process_lets_it_be_tried(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([refusing(desk)])
    clock.advance(600)
    assert len(desk.fakes["n1"].asked) == 1
    desk.history.real.lift_refusal("n1")
    clock.advance(10)
    assert len(desk.fakes["n1"].asked) == 2
    clock.advance(600)
    assert len(desk.fakes["n1"].asked) == 2


def test_a_secret_file_with_another_secret_is_tried_without_a_word(
    desk: Desk, clock: VirtualClock, tmp_path: Path
) -> None:
    desk.poller.start([refusing(desk, secret_file=str(tmp_path / "secret"))])
    clock.advance(300)
    assert len(desk.fakes["n1"].asked) == 1
    desk.fakes["n1"].script = []
    desk.secrets["n1"] = Secret("right")
    clock.advance(90)
    assert desk.level() == LIVE
