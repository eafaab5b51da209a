"""Which page stands in the window: built when it is first shown, its last picture before it, the reason when the
store cannot be opened over all.

Knows pages by name; what frames them (menu, rail, strip) is the window's. Imported for the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.base.clock import Moment
from app.ui.desk.last_pane import LastPane

if TYPE_CHECKING:
    from app.base.events import Touched
    from app.ui.desk.last_view import LastView
    from app.ui.desk.no_store import NoStorePane
    from app.ui.desk.page import Page
    from app.ui.desk.queue.page import QueuePage

PLACES: Final = ("board", "queue", "knowledge")


class PageStack(QStackedWidget):
    """The pages of one window. GUI lane. ``makers``, by place, are set once the window is furnished."""

    painted = Signal()
    """The last view is on the screen."""
    changed = Signal()
    """Another page is in front, or it has another title or situation."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.makers: Mapping[str, Callable[[], Page]] = {}
        self.pages: dict[str, Page] = {}
        self.front: Page | None = None
        self._last: LastView | None = None
        self._no_store: NoStorePane | None = None

    @property
    def queue(self) -> QueuePage | None:
        """The queue, when it was shown."""
        return cast("QueuePage | None", self.pages.get("queue"))

    def show_page(self, place: str, now_at: Moment) -> Page:
        """Bring a page to the front, building it if need be."""
        before, page = self.front, self._page(place)
        if before is not None and before is not page:
            before.leave()
        self.front = page
        self.setCurrentWidget(self._no_store or page)
        self.changed.emit()
        page.tick(now_at)
        if self._no_store is None:
            page.focus_main()
        else:
            self._no_store.setFocus()
        return page

    def show_last(self, last: LastView | None, now: Callable[[], Moment]) -> None:
        """What was on the screen the last time; health is drawn as old until a source answers."""
        self._last = last
        pane = LastPane(last, now)
        pane.painted.connect(self.painted)
        self.addWidget(pane)
        pane.setFocus()

    def show_first_page(self, now_at: Moment) -> None:
        """The page that was in front the last time takes the place of its picture."""
        if self.front is not None:
            return
        last = self._last
        page = self.show_page(last.screen if last is not None and last.screen in PLACES else PLACES[0], now_at)
        if page.place == "queue" and last is not None and self.queue is not None:
            self.queue.start_with(last.view_name, last.query)

    def show_no_store(self, error: Exception, again: Callable[[], None], now_at: Moment) -> None:
        """Cover the pages: there is nothing to show, and nothing may look as if it were coming."""
        from app.ui.desk.no_store import NoStorePane

        self.drop_no_store()
        pane = self._no_store = NoStorePane(error, self)
        pane.again.connect(again)
        self.addWidget(pane)
        self.show_first_page(now_at)
        self.setCurrentWidget(pane)
        pane.setFocus()

    def drop_no_store(self) -> bool:
        """The store is open: the page is seen again. False where nothing covered it."""
        if self._no_store is None:
            return False
        self.removeWidget(self._no_store)
        self._no_store.deleteLater()
        self._no_store = None
        if self.front is not None:
            self.setCurrentWidget(self.front)
            self.front.focus_main()
        return True

    def set_narrow(self, is_narrow: bool) -> None:
        """A picture of the last view gives up what the page itself gives up in a narrow window."""
        pane = self.currentWidget()
        if isinstance(pane, LastPane):
            pane.set_narrow(is_narrow)

    def refresh(self, touched: Touched) -> None:
        """Something was written."""
        for page in self.pages.values():
            page.refresh(touched)

    def leave(self) -> None:
        """The desk closes: each page keeps what is being typed."""
        for page in self.pages.values():
            page.leave()

    def _page(self, place: str) -> Page:
        page = self.pages.get(place)
        if page is None:
            page = self.pages[place] = self.makers[place]()
            self.addWidget(page)
            page.title_changed.connect(self.changed)
            page.situation_changed.connect(self.changed)
        return page
