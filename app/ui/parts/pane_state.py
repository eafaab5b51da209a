"""What a pane shows when it has no rows: loading, empty and good, empty by filter, failed. Owns the waiting times.

Laid over the pane's content by its owner: ``PaneState(pane)`` covers its parent. Nothing shows for 150 ms, then bars;
after 3 s the sentence with *Stop*. Old content is never covered by a failure: the owner shows a banner then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button

BARS_AFTER_MS = 150
SENTENCE_AFTER_MS = 3_000
_WIDTHS = (28, 180, 120, 260, 100, 64)
_SIDE = 48


class PaneState(QWidget):
    """Covers its parent while there is something to say; ``acted`` when its button is pressed."""

    acted = Signal()

    def __init__(
        self, pane: QWidget, *, row_px: int = 28, top_px: int = 0,
        widths: Callable[[], Sequence[int]] | None = None, ground: str = "bg.panel",
    ) -> None:  # fmt: skip
        super().__init__(pane)
        self._pane = pane
        self._ground = ground
        self._row, self._top = row_px, top_px
        self._widths: tuple[int, ...] = _WIDTHS
        # A table's columns are as wide as its window lets them be: asked when the bars are drawn.
        self._true_widths = widths
        self._bars = False
        self._waiting = ""
        self._can_stop = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._waited)
        self._lines = [
            Label("", style="body_strong", wrap=True, parent=self),
            Label("", role="fg.secondary", wrap=True, parent=self),
            Label("", role="fg.secondary", wrap=True, parent=self),
        ]
        self._button = Button("", parent=self)
        self._button.clicked.connect(self.acted)
        self._lay_out()
        pane.installEventFilter(self)
        self.hide()

    def clear(self) -> None:
        """There are rows: nothing to say."""
        self._timer.stop()
        self._waiting = ""
        self.hide()

    def loading(self, waiting_for: str = "", widths: Sequence[int] = _WIDTHS, *, can_stop: bool = True) -> None:
        """``waiting_for`` is the sentence after 3 s, such as ``Still asking nagios-core.`` Told again while it waits
        for the same, it goes on waiting."""
        if waiting_for and waiting_for == self._waiting and not self.isHidden():
            return
        self._widths, self._waiting, self._bars = tuple(widths), waiting_for, False
        self._can_stop = can_stop
        self._say((), "")
        self._timer.start(BARS_AFTER_MS)

    def good(self, sentence: str, hint: str = "") -> None:
        """Empty, and that is no trouble. ``hint``: what can be done next."""
        self._rest()
        self._say((sentence, hint), "")

    def nothing_matches(self, query: str) -> None:
        """Empty by filter; the button clears it."""
        self._rest()
        self._say((tr("Nothing matches “{query}”.", query=query),), tr("Clear filter"), "Esc")

    def failed(self, what: str, why: str, hint: str, action: str) -> None:
        """Three lines and one button."""
        self._rest()
        self._say((what, why, hint), action)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color(self._ground))
        if self._bars:
            for top in self._bar_tops():
                self._paint_bars(painter, top)
        painter.end()

    def _bar_tops(self) -> list[int]:
        """Where the rows of bars begin; none where the sentence stands."""
        said = [label.geometry().adjusted(0, -6, 0, 6) for label in self._lines if not label.isHidden()]
        tops = range(8, self.height() - self._row, self._row)
        return [top for top in tops if not any(QRect(0, top, self.width(), self._row).intersects(r) for r in said)]

    def _paint_bars(self, painter: QPainter, top: int) -> None:
        colour, x = current().color("line.subtle"), 0 if self._true_widths is not None else 12
        for width in self._true_widths() if self._true_widths is not None else self._widths:
            painter.fillRect(QRect(x + 6, top + (self._row - 8) // 2, max(8, width - 24), 8), colour)
            x += width

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(4)
        column.setContentsMargins(_SIDE, 0, _SIDE, 0)
        column.addStretch(1)
        for label in self._lines:
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def _say(self, lines: Sequence[str], action: str, key: str = "") -> None:
        for at, label in enumerate(self._lines):
            text = lines[at] if at < len(lines) else ""
            label.setText(text)
            label.setVisible(bool(text))
        self._button.set_words(action, key=key)
        self._button.setVisible(bool(action))
        self.setAccessibleName(" ".join(filter(None, lines)))
        self._cover()
        self.show()
        self.raise_()
        self.update()

    def _cover(self) -> None:
        self.setGeometry(0, self._top, self._pane.width(), self._pane.height() - self._top)

    def _rest(self) -> None:
        """Nothing is waited for."""
        self._timer.stop()
        self._waiting, self._bars = "", False

    def _waited(self) -> None:
        if not self._bars:
            self._bars = True
            self._timer.start(SENTENCE_AFTER_MS - BARS_AFTER_MS)
            self.update()
        elif self._waiting:
            self._say((self._waiting,), tr("Stop") if self._can_stop else "")
            self._bars = True
