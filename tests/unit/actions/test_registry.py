"""The registry: one owner per key and screen, places in menus, words for everybody."""

import re

import pytest

from app.actions.action import GROUPS, MENUS, SCREENS, Situation
from app.actions.registry import ALL_ACTIONS, build
from app.ui.kit.icons import names as icon_names

NOBODY = Situation("board")


@pytest.mark.parametrize("screen", SCREENS)
def test_no_two_actions_of_a_screen_claim_one_key(screen: str) -> None:
    assert build().clashes(screen) == ()


def test_a_clash_would_be_seen() -> None:
    assert build({"problem.downtime": "A"}).clashes("board") == (("A", "problem.acknowledge", "problem.downtime"),)


def test_every_action_has_words_a_group_and_a_known_icon() -> None:
    ids = [action.id for action in ALL_ACTIONS]
    assert len(ids) == len(set(ids))
    for action in ALL_ACTIONS:
        assert action.title
        assert action.help.endswith(".")
        assert action.group in GROUPS
        assert action.menu in ("", *MENUS)
        assert action.screens <= set(SCREENS)
        assert action.icon in ("", *icon_names()), action.id


def test_every_action_can_be_reached_without_a_mouse() -> None:
    # What has no key is in a menu or in the palette, which lists them all.
    assert build()["view.palette"].keys == ("Ctrl+K",)
    for action in ALL_ACTIONS:
        assert action.keys or action.menu or action.id == "ticket.comment", action.id


def test_a_changed_key_replaces_and_an_empty_one_takes_away() -> None:
    registry = build({"problem.acknowledge": "Ctrl+Return", "problem.downtime": ""})
    assert registry["problem.acknowledge"].keys == ("Ctrl+Return",)
    assert registry["problem.downtime"].keys == ()
    assert registry.changed == {"problem.acknowledge", "problem.downtime"}


def test_an_unknown_action_in_the_settings_is_no_reason_to_fail() -> None:
    assert build({"problem.no_such": "X"}).clashes("board") == ()


def test_actions_that_need_something_say_so() -> None:
    for action in ALL_ACTIONS:
        if action.plan is not None and action.id != "ticket.new":
            assert re.search(r"selected|possible|no query|always there|paused", action.when(NOBODY)), action.id
