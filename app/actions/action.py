"""The shape of an action: when it is possible, what it asks for, its plan, and what became of it.

    situation -> when() -> why not, or go on
              -> plan() -> targets, refusals (a value; nothing has happened)
              -> run()  -> outcome per target, what was touched, the way back

An action without ``plan`` is a *view action*: it changes only what is on the screen, and the window that is in
front binds its id to a method. A test holds that every view action is bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.base.clock import Moment
from app.base.events import CancelToken, Touched
from app.base.lanes import WRITE, Lanes
from app.domain.article import Article
from app.domain.command import DONE, Outcome
from app.domain.health import HealthRow
from app.domain.ticket import Ticket
from app.ports import HealthSource
from app.usecases.work import Work

BOARD: Final = "board"
QUEUE: Final = "queue"
TICKET: Final = "ticket"
KNOWLEDGE: Final = "knowledge"
SCREENS: Final = (BOARD, QUEUE, TICKET, KNOWLEDGE)
ANYWHERE: Final = frozenset(SCREENS)

MENUS: Final = ("Watchdesk", "Go", "Problem", "Ticket", "Article", "View", "Help")
"""The menu bar, in order."""

GROUPS: Final = ("Everywhere", "Go to", "Move and choose", "View", "Copy", "Chart", "Problem", "Ticket", "Article")
"""Columns of the shortcut sheet, in order."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the person is looking at: rows ticked, else the current one."""

    screen: str
    rows: tuple[HealthRow, ...] = ()
    stale_ids: frozenset[str] = frozenset()
    tickets: tuple[Ticket, ...] = ()
    article: Article | None = None
    is_writing: bool = False
    """Whether an article is being written, be it a new one."""
    query: str = ""
    view_id: str = ""
    """The list's query, and the saved view that it began with."""
    can_undo: str = ""
    can_redo: str = ""
    me: str = ""
    now_at: Moment = 0
    verbs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What each source takes, by its name (``app.domain.command``)."""
    paused: tuple[str, ...] = ()
    """The sources that refused their sign-in and are not asked, by name."""


@dataclass(frozen=True, slots=True)
class Means:
    """What running a plan may use. ``connector(name)`` gives a source's connector, on its net lane; ``poll_now``
    has a source asked again, since a command changes what it tells; ``resume`` has a refused sign-in tried once more
    (False when none was refused)."""

    work: Work
    lanes: Lanes
    connector: Callable[[str], HealthSource]
    poll_now: Callable[[str], object]
    resume: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Argument:
    """Something to be asked for. ``kind``: text, long_text, choice, duration, file, flag."""

    name: str
    label: str
    kind: str = "text"
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """One thing an action is about."""

    id: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run. ``way_back``: undoes what was done, None when there is no way. ``left``: the same for
    what was not done for a reason that may pass, None when nothing is left to try again."""

    outcomes: tuple[Outcome, ...]
    touched: Touched = field(default_factory=Touched)
    way_back: Plan | None = None
    left: Plan | None = None
    opened: str = ""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.outcome != DONE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. ``refused``: (target, why not). ``asks``: whether to show it before running.
    ``lane``: where ``run`` belongs."""

    title: str
    targets: tuple[Target, ...]
    run: Callable[[Means, CancelToken], Result]
    refused: tuple[tuple[Target, str], ...] = ()
    asks: bool = False
    lane: str = WRITE
    done_text: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. ``keys``: Qt's portable key texts; ``g, b`` is a sequence.
    ``when``: why it is not possible now, empty when it is. ``arguments`` may depend on the situation."""

    id: str
    title: str
    help: str
    group: str
    menu: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    screens: frozenset[str] = ANYWHERE
    when: Callable[[Situation], str] = lambda _situation: ""
    arguments: Callable[[Situation], tuple[Argument, ...]] = lambda _situation: ()
    plan: Callable[[Situation, Mapping[str, str]], Plan] | None = None

    @property
    def is_view(self) -> bool:
        return self.plan is None
