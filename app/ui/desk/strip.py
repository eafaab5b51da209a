"""The status strip: each source with the age of its data, the store, the clocks. It always tells the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.clock import to_datetime
from app.base.text import tr
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.text import show_tooltip
from app.ui.kit.theme import current

# The words of domain.freshness; a start paints the strip before the domain is imported. A test holds them equal.
LIVE, STALE, UNKNOWN = "live", "stale", "unknown"
_PAD = 12
_GLYPH = 14


@dataclass(frozen=True, slots=True)
class SourceChip:
    """One source as the strip shows it. ``sentence``: the whole story, for the tooltip and screen readers.
    ``is_paused``: it refused its sign-in and is not asked."""

    name: str
    level: str
    age: str
    failed: bool = False
    sentence: str = ""
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    role: str = "fg.secondary"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Segment:
    pieces: tuple[_Piece, ...]
    glyph: str = ""
    outlined: bool = False
    tooltip: str = ""


class StatusStrip(QWidget):
    """24 px at the foot of the window. Values are handed in; it asks nobody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: tuple[SourceChip, ...] = ()
        self._store = ""
        self._note = ""
        self._last: tuple[tuple[tuple[str, int], ...], str] = ((), "")
        self._now_at = 0
        self._places: list[tuple[QRect, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(current().length("layout.status_strip"))

    def set_sources(self, chips: Sequence[SourceChip]) -> None:
        self._chips = tuple(chips)
        self._tell()

    def set_store(self, text: str) -> None:
        """What the store does: “Saved here”, “Read only” …"""
        self._store = text
        self._tell()

    def set_last(self, counts: Sequence[tuple[str, int]], told: str) -> None:
        """What was unhandled when the desk was last open, and how long ago that was; nothing of it is current."""
        self._last = (tuple(counts), told)
        self._tell()

    def set_note(self, text: str) -> None:
        """Something that must stay in sight: live updates held, settings left out."""
        self._note = text
        self._tell()

    def tick(self, now_at: int) -> None:
        self._now_at = now_at
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(800, current().length("layout.status_strip"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = current(), QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg.rail"))
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.color("line.default"))
        self._places = []
        right = self._paint_right(painter)
        left = 0
        for segment in self._left_segments(right):
            left = self._paint_segment(painter, segment, left)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = next((tip for rect, tip in self._places if rect.contains(event.pos())), "")
            show_tooltip(event.globalPos(), found, self)
            return True
        return super().event(event)

    def _left_segments(self, room: int) -> list[_Segment]:
        segments = [_chip_segment(chip) for chip in self._chips]
        rest = _last_segments(*self._last)
        rest += [_Segment((_Piece(text, role),)) for text, role in _texts(self._store, self._note) if text]
        if sum(self._width(each) for each in segments + rest) <= room or len(self._chips) < 2:
            return segments + rest
        # Too many to name: those that need a look, then the others in one.
        bad = [seg for seg, chip in zip(segments, self._chips, strict=True) if chip.level != LIVE]
        good = [chip for chip in self._chips if chip.level == LIVE]
        oldest = max((chip.age for chip in good), key=len, default="")
        summary = _Segment((_Piece(tr("{n} sources live", n=len(good))), _Piece(oldest, "fg.muted")), "ok")
        return [*bad, *([summary] if good else []), *rest]

    def _width(self, segment: _Segment) -> int:
        metrics = current().metrics("caption")
        text = sum(metrics.horizontalAdvance(piece.text) + 6 for piece in segment.pieces)
        return round(text) + 2 * _PAD + (_GLYPH + 4 if segment.glyph else 0)

    def _paint_segment(self, painter: QPainter, segment: _Segment, left: int) -> int:
        theme, height = current(), self.height()
        width = self._width(segment)
        x = left + _PAD
        if segment.glyph:
            paint_glyph(
                painter, QRect(x, (height - _GLYPH) // 2, _GLYPH, _GLYPH), segment.glyph, outlined=segment.outlined
            )
            x += _GLYPH + 4
        for piece in segment.pieces:
            painter.setFont(theme.font("caption", strong=piece.strong))
            painter.setPen(theme.color(piece.role))
            advance = round(theme.metrics("caption", strong=piece.strong).horizontalAdvance(piece.text))
            painter.drawText(QRect(x, 0, advance + 2, height), Qt.AlignmentFlag.AlignVCenter, piece.text)
            x += advance + 6
        painter.fillRect(QRect(left + width, 4, 1, height - 8), theme.color("line.default"))
        self._places.append((QRect(left, 0, width, height), segment.tooltip))
        return left + width + 1

    def _paint_right(self, painter: QPainter) -> int:
        if not self._now_at:
            return self.width()
        utc = to_datetime(self._now_at)
        local: datetime = utc.astimezone()
        segments = [
            _Segment((_Piece(f"{local:%a} {local.day} {local:%b}"), _Piece(f"{local:%H:%M:%S}", "fg.default", True))),
            _Segment((_Piece("UTC", "fg.muted"), _Piece(f"{utc:%H:%M:%S}", "fg.muted"))),
        ]
        left = self.width() - sum(self._width(segment) + 1 for segment in segments)
        start = left
        for segment in segments:
            left = self._paint_segment(painter, segment, left)
        return start

    def _tell(self) -> None:
        sentences = [chip.sentence or f"{chip.name} {chip.level}" for chip in self._chips]
        counts, told = self._last
        last = ", ".join(f"{amount} {state}" for state, amount in counts) + f" {told}" if counts and told else ""
        self.setAccessibleName(". ".join(filter(None, [*sentences, last, self._store, self._note])))
        self.update()


def _texts(store: str, note: str) -> tuple[tuple[str, str], ...]:
    return ((store, "fg.secondary"), (note, "state.warning.text"))


def _last_segments(counts: Sequence[tuple[str, int]], told: str) -> list[_Segment]:
    """Outlined glyphs with their numbers, then the age that all of them have."""
    if not counts or not told:
        return []  # an age of nothing says nothing
    segments = [_Segment((_Piece(str(amount), "fg.muted"),), state, outlined=True) for state, amount in counts]
    return [*segments, _Segment((_Piece(told, "fg.strong", strong=True),), "stale")]


def _chip_segment(chip: SourceChip) -> _Segment:
    if chip.level in (STALE, UNKNOWN):
        word = tr("stale {age}", age=chip.age) if chip.level == STALE else tr("no answer yet")
        if chip.is_paused:
            word = tr("paused, {word}", word=word)
        pieces = (_Piece(chip.name), _Piece(word, "fg.strong", True))
        return _Segment(pieces, "stale", tooltip=chip.sentence)
    if chip.failed:
        word = tr("paused, {word}", word=chip.age) if chip.is_paused else chip.age
        return _Segment((_Piece(chip.name), _Piece(word)), "critical", True, chip.sentence)
    role = "fg.muted" if chip.level == LIVE else "state.warning.text"
    glyph = "ok" if chip.level == LIVE else "warning"
    return _Segment((_Piece(chip.name), _Piece(chip.age, role)), glyph, glyph == "warning", chip.sentence)
