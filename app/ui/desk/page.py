"""What the frame asks of every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.actions.action import Situation
from app.base.events import Touched


class Page(QWidget):
    """One screen in the frame's stack. ``place``: its name in ``app.actions``."""

    place = ""
    title_changed = Signal(str)
    situation_changed = Signal()
    """What is selected, or what can be undone, is different."""

    def situation(self) -> Situation:
        """What the person is looking at here."""
        return Situation(self.place)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """View actions that this page carries out, by id."""
        return {}

    def refresh(self, touched: Touched) -> None:
        """Something was written, here or elsewhere: mark stale and ask again for what is shown."""

    def tick(self, now_at: int) -> None:
        """Once a second, while the page is in front: ages and clocks move."""

    def focus_main(self) -> None:
        """Put the focus where the keys work."""
        self.setFocus()

    def title(self) -> str:
        """What the window is called while this page is in front."""
        return self.place.capitalize()

    def leave(self) -> None:
        """The page goes to the back or the desk closes: keep what is being typed."""
