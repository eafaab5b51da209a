"""The desk: menu, rail, pages, status strip. It holds the frame and asks the pages for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.actions.action import MENUS, Action, Situation
from app.base.events import Touched
from app.base.text import tr
from app.domain.health import HealthRow
from app.settings.workstation import SINGLE_KEYS
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher, Notice
from app.ui.desk.keys import KeyRouter, is_single
from app.ui.desk.page import Page
from app.ui.desk.rail import Rail
from app.ui.desk.strip import StatusStrip
from app.ui.kit.theme import current, switch
from app.ui.parts.toast import ToastStack

PageFactory = Callable[[Context, Dispatcher], Page]


class DeskWindow(QMainWindow):
    """The analyst's window. Pages are built when they are first shown."""

    closing = Signal()

    def __init__(self, context: Context, factories: Mapping[str, PageFactory]) -> None:
        super().__init__()
        self.context = context
        self._factories = dict(factories)
        self.pages: dict[str, Page] = {}
        self.rail = Rail(self)
        self.strip = StatusStrip(self)
        self._stack = QStackedWidget(self)
        self.setCentralWidget(self._frame())
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
        context.board_changed.connect(self._board_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.setMinimumSize(*_minimum())

    @property
    def page(self) -> Page | None:
        """The page in front."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, Page) else None

    def show_page(self, screen: str) -> Page:
        """Bring a page to the front, building it if need be."""
        before = self.page
        page = self.pages.get(screen)
        if page is None:
            page = self._factories[screen](self.context, self.dispatcher)
            self.pages[screen] = page
            self._stack.addWidget(page)
            page.title_changed.connect(self._retitle)
            page.situation_changed.connect(self._situation_changed)
        if before is not None and before is not page:
            before.leave()
        self._stack.setCurrentWidget(page)
        self.rail.set_current(screen)
        self._retitle()
        page.tick(self.context.now())
        page.focus_main()
        return page

    def situation(self) -> Situation:
        """What the person is looking at."""
        import dataclasses

        page = self.page
        bare = page.situation() if page else Situation("board")
        return dataclasses.replace(bare, can_undo=self.dispatcher.can_undo, me=self.context.me)

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
            "view.theme": self._toggle_theme,
            "view.ask_now": self._ask_now,
            "view.next_pane": lambda: _ignore(self.focusNextPrevChild(True)),
            "view.previous_pane": lambda: _ignore(self.focusNextPrevChild(False)),
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
        self.rail.set_narrow(self.width() < current().length("layout.breakpoints.narrow"))

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

    def _make_actions(self) -> dict[str, QAction]:
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
        for name in MENUS:
            actions = self.context.registry.menu(name)
            if not actions:
                continue
            menu = QMenu(tr(name), self)
            menu.setToolTipsVisible(True)
            for action in actions:
                menu.addAction(self._qt_actions[action.id])
            menu.aboutToShow.connect(self._update_actions)
            menu.aboutToHide.connect(self._enable_actions)
            self.menuBar().addMenu(menu)

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

    def _board_changed(self) -> None:
        self._tick()

    def _tick(self) -> None:
        now_at = self.context.now()
        self.strip.tick(now_at)
        if self.page is not None:
            self.page.tick(now_at)

    def _toggle_theme(self) -> None:
        from app.settings.workstation import THEME

        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.toggle()
            self.context.change(THEME, theme_switch.mode)

    def _ask_now(self) -> None:
        if self.context.opened is not None:
            self.context.opened.poller.poll_now()

    def _palette(self) -> None:
        from app.ui.desk.palette import Palette, Places

        places = Places(self._open_ticket, self._open_row, self._open_article, self._rows)
        Palette(self, self.context, self.dispatcher, places)

    def _key_sheet(self) -> None:
        from app.ui.desk.key_sheet import open_key_sheet

        open_key_sheet(self, self.context.registry, self.situation().screen)

    def _rows(self) -> Sequence[HealthRow]:
        opened = self.context.opened
        return tuple(opened.poller.board.rows.values()) if opened else ()

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
        self.toasts.show_toast(notice.text, is_error=notice.is_error, undo=notice.undo)


class _Act:
    """A slot without a reference to the window (a lambda would keep it alive)."""

    def __init__(self, dispatcher: Dispatcher, action_id: str) -> None:
        self._dispatcher = dispatcher
        self._action_id = action_id

    def __call__(self, _checked: bool = False) -> None:
        self._dispatcher.act(self._action_id)


def _ignore(_value: object) -> None:
    """A handler gives nothing back."""


def _minimum() -> tuple[int, int]:
    return 1100, 640
