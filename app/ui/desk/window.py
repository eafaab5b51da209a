"""The desk: menu, rail, pages, status strip. It holds the frame and asks the pages for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.base.clock import Moment, SystemClock
from app.base.text import age, tr
from app.ui.desk.last_pane import LastPane
from app.ui.desk.rail import Rail
from app.ui.desk.strip import STALE, SourceChip, StatusStrip
from app.ui.kit.theme import current, switch

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from app.actions.action import Action, Situation
    from app.base.events import Touched
    from app.domain.health import HealthRow
    from app.ui.desk.board.feed import BoardFeed, BoardPicture
    from app.ui.desk.context import Context
    from app.ui.desk.dispatch import Dispatcher
    from app.ui.desk.last_view import LastView
    from app.ui.desk.no_store import NoStorePane
    from app.ui.desk.notice import Notice
    from app.ui.desk.page import Page
    from app.ui.desk.queue.page import QueuePage
    from app.ui.parts.toast import ToastStack

MENU_NAMES = ("Watchdesk", "Go", "Problem", "Ticket", "Article", "View", "Help")
"""``app.actions.action.MENUS``, which is imported later; a test holds them equal."""


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
        self._open_palette: object = None
        self._last: LastView | None = None
        self.is_furnished = False
        self.pages: dict[str, Page] = {}
        self._front: Page | None = None
        self._no_store: NoStorePane | None = None
        self.rail = Rail(self)
        self.strip = StatusStrip(self)
        self._stack = QStackedWidget(self)
        self.setCentralWidget(self._frame())
        self._menus = {name: self._menu(name) for name in MENU_NAMES}
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
        from app.ui.desk.keys import KeyRouter
        from app.ui.parts.toast import ToastStack

        self.context = context
        self._now = context.now
        self.feed = BoardFeed(context)
        self.toasts = ToastStack(self)
        self.dispatcher = Dispatcher(self, context, self.situation, self.handlers)
        self.dispatcher.noticed.connect(self._show_notice)
        self.dispatcher.opened.connect(self._open_ticket)
        self.rail.asked.connect(self.dispatcher.act)
        self._qt_actions = self._make_actions()
        self._fill_menus()
        self.keys = KeyRouter(self, self._actions_here, self.dispatcher.act)
        self.keys.enabled = context.settings[SINGLE_KEYS]
        context.touched.connect(self._refresh)
        context.board_changed.connect(self._show_sources)
        context.opened_changed.connect(self._opened)
        self.feed.pictured.connect(self._pictured)
        self.is_furnished = True

    @property
    def page(self) -> Page | None:
        """The page in front."""
        return self._front

    def show_page(self, screen: str) -> Page:
        """Bring a page to the front, building it if need be."""
        before = self.page
        page = self.pages.get(screen)
        if page is None:
            page = self._make_page(screen)
            self.pages[screen] = page
            self._stack.addWidget(page)
            page.title_changed.connect(self._retitle)
            page.situation_changed.connect(self._situation_changed)
        if before is not None and before is not page:
            before.leave()
        self._front = page
        self._stack.setCurrentWidget(self._no_store or page)
        self.rail.set_current(screen)
        self._retitle()
        page.tick(self.context.now())
        if self._no_store is None:
            page.focus_main()
        else:
            self._no_store.setFocus()
        return page

    @property
    def queue(self) -> QueuePage | None:
        """The queue, when it was shown."""
        return cast("QueuePage | None", self.pages.get("queue"))

    def show_last(self, last: LastView | None) -> None:
        """What was on the screen the last time; health is drawn as old until a source answers."""
        self._last = last
        pane = LastPane(last, self._now)
        pane.painted.connect(self.painted)
        self._stack.addWidget(pane)
        pane.setFocus()
        if last is None:
            return
        self.rail.set_current(last.screen)
        self.strip.set_sources([SourceChip(name, STALE, self._age(at)) for name, at in last.sources])
        self.strip.set_last(last.counts, tr("as of {age} ago", age=age(self._now(), last.saved_at)))
        self.rail.set_badge("board", sum(amount for _state, amount in last.counts), tr("unhandled when last seen"))

    def show_first_page(self) -> None:
        """The page that was in front the last time takes the place of its picture."""
        if self._front is not None:
            return
        last = self._last
        page = self.show_page(last.screen if last is not None and last.screen in _PLACES else "board")
        if page.place == "queue" and last is not None and self.queue is not None:
            self.queue.start_with(last.view_name, last.query)

    def show_no_store(self, error: Exception, again: Callable[[], None]) -> None:
        """Cover the pages: there is nothing to show, and nothing may look as if it were coming."""
        from app.ui.desk.no_store import NoStorePane

        self._drop_no_store()
        pane = self._no_store = NoStorePane(error, self)
        pane.again.connect(again)
        self._stack.addWidget(pane)
        self.show_first_page()
        self._stack.setCurrentWidget(pane)
        pane.setFocus()
        self.strip.set_note(tr("The store is not open: nothing is saved."))

    def _drop_no_store(self) -> None:
        if self._no_store is None:
            return
        self._stack.removeWidget(self._no_store)
        self._no_store.deleteLater()
        self._no_store = None
        self.strip.set_note("")
        if self._front is not None:
            self._stack.setCurrentWidget(self._front)
            self._front.focus_main()

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
        )

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """View actions bound here and by the page in front; the page's win."""
        page = self.page
        return {**self._own_handlers(), **(page.handlers() if page else {})}

    def _own_handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            "go.board": lambda: _ignore(self.show_page("board")),
            "go.queue": lambda: _ignore(self.show_page("queue")),
            "go.knowledge": lambda: _ignore(self.show_page("knowledge")),
            "view.palette": self._palette,
            "view.keys": self._key_sheet,
            "view.undo": self.dispatcher.undo,
            "view.redo": self.dispatcher.redo,
            "view.theme": self._toggle_theme,
            "view.ask_now": self._ask_now,
            "view.next_pane": lambda: self._walk_panes(1),
            "view.previous_pane": lambda: self._walk_panes(-1),
            "view.back": lambda: _ignore(self.toasts.dismiss_newest()),
            "view.quit": lambda: _ignore(self.close()),
        }

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clock.stop()
        for page in self.pages.values():
            page.leave()
        self.closing.emit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < current().length("layout.breakpoints.narrow")
        self.rail.set_narrow(is_narrow)
        pane = self._stack.currentWidget()
        if isinstance(pane, LastPane):
            pane.set_narrow(is_narrow)

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

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(tr(name), self)
        menu.setToolTipsVisible(True)
        self.menuBar().addMenu(menu)
        return menu

    def _make_actions(self) -> dict[str, QAction]:
        from PySide6.QtGui import QAction, QKeySequence

        from app.ui.desk.keys import is_single

        made = {}
        for action in self.context.registry:
            qt_action = QAction(tr(action.title), self)
            qt_action.setObjectName(action.id)
            qt_action.setToolTip(tr(action.help))
            singles = [key for key in action.keys if is_single(key)]
            chords = [QKeySequence(key) for key in action.keys if not is_single(key)]
            qt_action.setShortcuts(chords)
            if singles and not chords:
                # Shown in the menu, carried out by the router.
                qt_action.setText(f"{tr(action.title)}\t{singles[0].replace(', ', ' then ')}")
            qt_action.triggered.connect(_Act(self.dispatcher, action.id))
            self.addAction(qt_action)
            made[action.id] = qt_action
        return made

    def _fill_menus(self) -> None:
        for name, menu in self._menus.items():
            for action in self.context.registry.menu(name):
                menu.addAction(self._qt_actions[action.id])
            menu.aboutToShow.connect(self._update_actions)
            menu.aboutToHide.connect(self._enable_actions)

    def _update_actions(self) -> None:
        for action in self.context.registry:
            why = self.dispatcher.why_not(action)
            qt_action = self._qt_actions[action.id]
            qt_action.setEnabled(not why)
            qt_action.setToolTip(why or tr(action.help))

    def _enable_actions(self) -> None:
        # Outside the menu every key answers, if only with the reason why not.
        for qt_action in self._qt_actions.values():
            qt_action.setEnabled(True)

    def _actions_here(self) -> tuple[Action, ...]:
        return self.context.registry.on(self.situation().screen)

    def _retitle(self, _title: str = "") -> None:
        page = self.page
        self.setWindowTitle(f"{page.title()} - Watchdesk" if page else "Watchdesk")

    def _situation_changed(self) -> None:
        self._retitle()

    def _refresh(self, touched: Touched) -> None:
        for page in self.pages.values():
            page.refresh(touched)

    def _make_page(self, screen: str) -> Page:
        if screen == "board":
            from app.ui.desk.board.page import BoardPage

            return BoardPage(self.context, self.dispatcher, self.feed)
        if screen == "knowledge":
            from app.ui.desk.knowledge.page import KnowledgePage

            return KnowledgePage(self.context, self.dispatcher)
        from app.ui.desk.queue.page import QueuePage

        page = QueuePage(self.context, self.dispatcher)
        page.breached_changed.connect(self._breached)
        return page

    def _opened(self) -> None:
        """The stores are open: the real page, now that it has something to show."""
        self._drop_no_store()
        if self._last is not None or self._stack.count():
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

    def _age(self, at: Moment | None) -> str:
        return age(self._now(), at)

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

    def _toggle_theme(self) -> None:
        from app.settings.workstation import THEME

        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.toggle()
            self.context.change(THEME, theme_switch.mode)

    def _ask_now(self) -> None:
        opened = self.context.opened
        if opened is not None:
            for name in opened.poller.board.sources:
                opened.poller.poll_now(name)

    def _walk_panes(self, by: int) -> None:
        from app.ui.desk.panes import walk_panes

        if self._front is not None:
            walk_panes(self._front, by)

    def _palette(self) -> None:
        from app.ui.desk.palette import Palette, Places

        places = Places(self._open_ticket, self._open_row, self._open_article, self._rows)
        # Kept here: Qt holds its widgets, nobody else holds what answers their signals.
        self._open_palette = Palette(self, self.context, self.dispatcher, places)

    def _key_sheet(self) -> None:
        from app.ui.desk.key_sheet import open_key_sheet

        open_key_sheet(self, self.context.registry, self.situation().screen)

    def _rows(self) -> Sequence[HealthRow]:
        opened = self.context.opened
        return tuple(opened.poller.board.rows()) if opened else ()

    def _open_row(self, row: HealthRow) -> None:
        self._open_in("board", "open_row", row.id)

    def _open_article(self, article_id: str) -> None:
        self._open_in("knowledge", "open_article", article_id)

    def _open_ticket(self, ticket_id: str) -> None:
        self._open_in("queue", "open_ticket", ticket_id)

    def _open_in(self, place: str, method: str, id_: str) -> None:
        """Go where a thing is and show it there."""
        getattr(self.show_page(place), method)(id_)

    def _show_notice(self, notice: Notice) -> None:
        self.toasts.show_toast(notice.text, is_error=notice.is_error, undo=notice.undo, again=notice.again)

    def _show_bug(self, told: str) -> None:
        if self.is_furnished:
            self.toasts.show_toast(told, is_error=True)


class _Act:
    """A slot without a reference to the window (a lambda would keep it alive)."""

    def __init__(self, dispatcher: Dispatcher, action_id: str) -> None:
        self._dispatcher = dispatcher
        self._action_id = action_id

    def __call__(self, _checked: bool = False) -> None:
        self._dispatcher.act(self._action_id)


def _ignore(_value: object) -> None:
    """A handler gives nothing back."""


_PLACES = ("board", "queue", "knowledge")


def _minimum() -> tuple[int, int]:
    return 1100, 640
