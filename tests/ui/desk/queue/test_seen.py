"""What counts as changed by somebody else since it was looked at here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from app.domain.ticket import Ticket
from app.ui.desk.queue.seen import SeenTickets


@dataclass(frozen=True)
class _Stamp:
    """As much of a ticket as is looked at here."""

    id: str
    updated_at: int


def stamp(id_: str, updated_at: int) -> Ticket:
    return cast("Ticket", _Stamp(id_, updated_at))


def test_a_first_sight_is_no_news_and_a_later_change_is() -> None:
    seen = SeenTickets()
    seen.show([stamp("a", 1), stamp("b", 1)])
    assert seen.changed == frozenset()
    seen.show([stamp("a", 2), stamp("b", 1)])
    assert seen.changed == {"a"}


def test_looking_at_it_ends_the_news_until_the_next_change() -> None:
    seen = SeenTickets()
    seen.show([stamp("a", 1)])
    seen.show([stamp("a", 2)])
    seen.look_at(stamp("a", 2))
    seen.show([stamp("a", 2)])
    assert seen.changed == frozenset()
    seen.show([stamp("a", 3)])
    assert seen.changed == {"a"}


def test_an_edit_of_ones_own_is_no_news_but_what_others_write_after_it_is() -> None:
    seen = SeenTickets()
    seen.show([stamp("a", 1)])
    seen.wrote(["a"])
    seen.show([stamp("a", 2)])
    assert seen.changed == frozenset()
    seen.show([stamp("a", 3)])
    assert seen.changed == {"a"}
