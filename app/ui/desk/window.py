"""The desk: menu, rail, pages, status strip. It holds the frame and asks the pages for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.base.clock import Moment, SystemClock
from app.base.text import age, tr
from app.ui.desk.menus import Menus
from app.ui.desk.page_stack import PageStack
from app.ui.desk.rail import Rail
from app.ui.desk.strip import STALE, SourceChip, StatusStrip
from app.ui.kit.theme import current

if TYPE_CHECKING:
    from app.actions.action import Action, Situation
    from app.domain.health import HealthRow
    from app.ui.desk.board.feed import BoardFeed, BoardPicture
    from app.ui.desk.context import Context
    from app.ui.desk.dispatch import Dispatcher
    from app.ui.desk.last_view import LastView
    from app.ui.desk.notice import Notice
    from app.ui.desk.page import Page
    from app.ui.desk.queue.page import QueuePage
    from app.ui.parts.toast import ToastStack


class DeskWindow(QMainWindow):
    """The analyst's window: a frame with its last view at first, ``furnish``ed once that is painted.

    Pages are built when they are first shown.
    """

    closing = Signal()
    painted = Signal()
    """The last view is on the screen."""
    bug_met = Signal(str)
    """A sentence about a bug; may be sent from any thread."""

    context: Context
    feed: BoardFeed
    dispatcher: Dispatcher
    toasts: ToastStack

    def __init__(self, context: Context | None = None) -> None:
        super().__init__()
        self._now: Callable[[], Moment] = SystemClock().now
        self.is_furnished = False
        self.rail = Rail(self)
        self.strip = StatusStrip(self)
        self._stack = PageStack(self)
        self._stack.painted.connect(self.painted)
        self._stack.changed.connect(self._page_changed)
        self.setCentralWidget(self._frame())
        self._menus = Menus(self)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.bug_met.connect(self._show_bug)
        self.setMinimumSize(*_minimum())
        if context is not None:
            self.furnish(context)

    def furnish(self, context: Context) -> None:
        """Actions, keys, toasts and the board's feed; pages follow when they are asked for."""
        from app.settings.workstation import SINGLE_KEYS
        from app.ui.desk.board.feed import BoardFeed
        from app.ui.desk.dispatch import Dispatcher
        from app.ui.desk.frame_actions import FrameActions
        from app.ui.desk.keys import KeyRouter
        from app.ui.parts.toast import ToastStack

        self.context = context
        self._now = context.now
        self.feed = BoardFeed(context)
        self.toasts = ToastStack(self)
        self.dispatcher = Dispatcher(self, context, self.situation, self.handlers)
        self.dispatcher.noticed.connect(self._show_notice)
        self.dispatcher.opened.connect(self.open_ticket)
        self.rail.asked.connect(self.dispatcher.act)
        self.own = FrameActions(self)
        self._menus.fill(context.registry, self.dispatcher)
        self._stack.makers = self._makers()
        self.keys = KeyRouter(self, self._actions_here, self.dispatcher.act)
        self.keys.enabled = context.settings[SINGLE_KEYS]
        context.touched.connect(self._stack.refresh)
        context.board_changed.connect(self._show_sources)
        context.opened_changed.connect(self._opened)
        self.feed.pictured.connect(self._pictured)
        self.is_furnished = True

    @property
    def page(self) -> Page | None:
        """The page in front."""
        return self._stack.front

    @property
    def pages(self) -> Mapping[str, Page]:
        """Those that were shown, by place."""
        return self._stack.pages

    @property
    def queue(self) -> QueuePage | None:
        """The queue, when it was shown."""
        return self._stack.queue

    def show_page(self, screen: str) -> Page:
        """Bring a page to the front, building it if need be."""
        return self._stack.show_page(screen, self.context.now())

    def show_last(self, last: LastView | None) -> None:
        """What was on the screen the last time; health is drawn as old until a source answers."""
        self._stack.show_last(last, self._now)
        if last is None:
            return
        self.rail.set_current(last.screen)
        self.strip.set_sources([SourceChip(name, STALE, age(self._now(), at)) for name, at in last.sources])
        self.strip.set_last(last.counts, tr("as of {age} ago", age=age(self._now(), last.saved_at)))
        self.rail.set_badge("board", sum(amount for _state, amount in last.counts), tr("unhandled when last seen"))

    def show_first_page(self) -> None:
        """The page that was in front the last time takes the place of its picture."""
        self._stack.show_first_page(self.context.now())

    def show_no_store(self, error: Exception, again: Callable[[], None]) -> None:
        """Cover the pages: there is nothing to show, and nothing may look as if it were coming."""
        self._stack.show_no_store(error, again, self.context.now())
        self.strip.set_note(tr("The store is not open: nothing is saved."))

    def show_trouble(self, error: Exception) -> None:
        """An error that no page shows itself: it stays until it is closed."""
        from app.ui.desk.context import sentence

        self.toasts.show_toast(sentence(error), is_error=True)

    def situation(self) -> Situation:
        """What the person is looking at."""
        import dataclasses

        from app.actions.action import Situation

        page = self.page
        bare = page.situation() if page else Situation("board")
        return dataclasses.replace(
            bare,
            can_undo=self.dispatcher.can_undo,
            can_redo=self.dispatcher.can_redo,
            me=self.context.me,
            now_at=self.context.now(),
            verbs=self.context.verbs,
            paused=self.feed.paused,
        )

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """View actions bound here and by the page in front; the page's win."""
        page = self.page
        return {**self.own.handlers(), **(page.handlers() if page else {})}

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clock.stop()
        self._stack.leave()
        self.closing.emit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < current().length("layout.breakpoints.narrow")
        self.rail.set_narrow(is_narrow)
        self._stack.set_narrow(is_narrow)

    def _frame(self) -> QWidget:
        frame = QWidget(self)
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(self.rail)
        columns.addWidget(self._stack, 1)
        rows.addLayout(columns, 1)
        rows.addWidget(self.strip)
        return frame

    def _actions_here(self) -> tuple[Action, ...]:
        return self.context.registry.on(self.situation().screen)

    def _page_changed(self) -> None:
        page = self.page
        self.setWindowTitle(f"{page.title()} - Watchdesk" if page else "Watchdesk")
        if page is not None:
            self.rail.set_current(page.place)

    def _makers(self) -> Mapping[str, Callable[[], Page]]:
        return {"board": self._make_board, "queue": self._make_queue, "knowledge": self._make_knowledge}

    def _make_board(self) -> Page:
        from app.ui.desk.board.page import BoardPage

        return BoardPage(self.context, self.dispatcher, self.feed)

    def _make_queue(self) -> Page:
        from app.ui.desk.queue.page import QueuePage

        page = QueuePage(self.context, self.dispatcher)
        page.breached_changed.connect(self._breached)
        return page

    def _make_knowledge(self) -> Page:
        from app.ui.desk.knowledge.page import KnowledgePage

        return KnowledgePage(self.context, self.dispatcher)

    def _opened(self) -> None:
        """The stores are open: the real page, now that it has something to show."""
        if self._stack.drop_no_store():
            self.strip.set_note("")
        if self._stack.count():
            self.show_first_page()
        self._show_sources()

    def _show_sources(self) -> None:
        self.strip.set_sources(self.feed.chips())

    def _pictured(self, picture: BoardPicture) -> None:
        self.rail.set_badge("board", sum(picture.counts.unhandled.values()), tr("unhandled"))
        self.strip.set_last((), "")
        self._show_sources()

    def _breached(self, amount: int) -> None:
        self.rail.set_badge("queue", amount, tr("past their due time"))

    def _tick(self) -> None:
        now_at = self._now()
        self.strip.tick(now_at)
        if not self.is_furnished:
            return
        if self.context.opened is not None:
            self.feed.tick()
            self._show_sources()
        if self.page is not None:
            self.page.tick(now_at)

    def open_row(self, row: HealthRow) -> None:
        self._open_in("board", "open_row", row.id)

    def open_article(self, article_id: str) -> None:
        self._open_in("knowledge", "open_article", article_id)

    def open_ticket(self, ticket_id: str) -> None:
        self._open_in("queue", "open_ticket", ticket_id)

    def _open_in(self, place: str, method: str, id_: str) -> None:
        """Go where a thing is and show it there."""
        getattr(self.show_page(place), method)(id_)

    def _show_notice(self, notice: Notice) -> None:
        self.toasts.show_toast(notice.text, is_error=notice.is_error, undo=notice.undo, again=notice.again)

    def _show_bug(self, told: str) -> None:
        if self.is_furnished:
            self.toasts.show_toast(told, is_error=True)


def _minimum() -> tuple[int, int]:
    return 1100, 640
