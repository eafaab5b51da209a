"""A desk without its frame: a real store in a folder of the test, real lanes, the dispatcher, and one window.

``with open_desk(tmp_path) as desk:`` gives ``desk.context``, ``desk.dispatcher``, ``desk.window``, ``desk.notices``
(what was told to the person) and ``desk.someone`` (a colleague who writes to the same store). ``desk.mount(widget)``
puts a page or view into the window and shows it; the desk asks it for situation and handlers, as the frame does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.actions.action import Action, Means, Situation
from app.actions.registry import build
from app.base.ids import Ids
from app.base.lanes import Lanes
from app.base.paths import Profile
from app.domain.ticket import Ticket
from app.settings.setting import Settings
from app.storage.history import open_history
from app.storage.store import open_store
from app.ui.desk.context import Context, Opened
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.keys import KeyRouter
from app.ui.desk.notice import Notice
from app.ui.kit.bridge import Bridge
from app.usecases.ticket import new_ticket
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock

ME = "J. Reyes"
COLLEAGUE = "A. Kaya"


class Desk:
    """Everything a page needs. Close it with ``close``; ``open_desk`` does."""

    def __init__(
        self, root: Path, *, is_opened: bool = True, is_read_only: bool = False, size: tuple[int, int] = (1856, 992)
    ) -> None:
        self.clock = VirtualClock()
        self.bridge = Bridge()
        self.lanes = Lanes(self.bridge.deliver)
        self.context = Context(self.lanes, build(), Settings(), self.clock.now, ME)
        profile = Profile(root / "profile")
        self.store = open_store(profile, self.clock, read_only=is_read_only)
        self.history = open_history(profile, self.clock, read_only=is_read_only)
        self.ids = Ids(self.clock)
        self.me = Work(self.store, self.clock, self.ids, ME)
        self.someone = Work(self.store, self.clock, self.ids, COLLEAGUE)
        self.window = QWidget()
        self.window.resize(*size)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        self.view: Any = None
        self.notices: list[Notice] = []
        self.dispatcher = Dispatcher(self.window, self.context, self._situation, self._handlers)
        self.dispatcher.noticed.connect(self.notices.append)
        self.context.touched.connect(self._refresh)
        self.keys = KeyRouter(self.window, self._actions, self.dispatcher.act)
        if is_opened:
            self.open()

    def open(self) -> None:
        """The stores are open: pages may read."""
        means = Means(self.me, self.lanes, cast(Any, None), cast(Any, None), cast(Any, None))
        self.context.set_opened(Opened(self.me, self.store, self.history, cast(Any, None), means))

    def ticket(self, work: Work | None = None, **fields: str) -> Ticket:
        """One more ticket, opened by a colleague unless said."""
        return new_ticket(work or self.someone, {"title": "Card payments refused at checkout", **fields}).ticket

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it is in the store."""
        found = self.store.tickets.get(ticket.id)
        assert found is not None
        return found

    def mount(self, view: Any) -> None:
        """Show a page or view; it is in front from now on."""
        layout = self.window.layout()
        assert layout is not None
        if self.view is not None:
            self.view.hide()
        self.view = view
        layout.addWidget(view)
        self.window.show()

    def unmount(self) -> None:
        """Close the view in front, as closing its tab does."""
        view, self.view = self.view, None
        view.leave()
        view.hide()
        view.setParent(None)
        view.deleteLater()

    def close(self) -> None:
        """End the lanes, then the window, then the stores."""
        assert self.lanes.close()
        self.window.close()
        self.window.deleteLater()
        self.view = None
        self.store.close()
        self.history.close()

    def _situation(self) -> Situation:
        bare = cast(Situation, self.view.situation())
        return dataclasses.replace(bare, can_undo=self.dispatcher.can_undo, can_redo=self.dispatcher.can_redo, me=ME)

    def _handlers(self) -> Mapping[str, Callable[[], None]]:
        return {"view.undo": self.dispatcher.undo, "view.redo": self.dispatcher.redo, **self.view.handlers()}

    def _actions(self) -> tuple[Action, ...]:
        return self.context.registry.on(self._situation().screen)

    def _refresh(self, touched: Any) -> None:
        if self.view is not None:
            self.view.refresh(touched)


@contextmanager
def open_desk(root: Path, **given: Any) -> Iterator[Desk]:
    """A desk for one test; needs a QApplication (``qtbot``)."""
    desk = Desk(root, **given)
    try:
        yield desk
    finally:
        desk.close()
