"""Small figures of cells and heads: ticket status, priority bars, SLA pie, initials. Owns their drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.kit.icons import paint_icon
from app.ui.kit.theme import current

_STATUS_ICON = {"pending": "pause-ring", "resolved": "tick-ring", "closed": "tick-ring", "cancelled": "cross-ring"}
_QUIET = frozenset({"resolved", "closed", "cancelled"})
_FULL_TURN = 16 * 360


def paint_status(painter: QPainter, rect: QRect | QRectF, status: str, *, role: str = "") -> None:
    """Ticket status: ``new`` a ring, ``open`` half filled, ``pending`` a pause, ``resolved``/``closed`` a tick."""
    rect = QRectF(rect)
    role = role or ("fg.muted" if status in _QUIET else "fg.strong" if status == "new" else "fg.secondary")
    if status in _STATUS_ICON:
        paint_icon(painter, rect, _STATUS_ICON[status], role, 14)
        return
    colour = current().color(role)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = rect.center()
    painter.setPen(QPen(colour, 2.0 if status == "new" else 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, 5.25, 5.25)
    if status != "new":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        half = QRectF(centre.x() - 3, centre.y() - 3, 6, 6)
        painter.drawPie(half, -90 * 16, 180 * 16)
    painter.restore()


def paint_priority(painter: QPainter, rect: QRect | QRectF, priority: int, *, role: str = "fg.default") -> None:
    """Four rising bars, lit by priority 1 (all) to 5 (none), left-aligned in ``rect``; 12 by 9 px."""
    rect, theme = QRectF(rect), current()
    lit = max(0, 5 - priority)
    base = round(rect.center().y() + 4.5)
    for step in range(4):
        height = 3 + 2 * step
        bar = QRectF(rect.x() + step * 3.5, base - height, 2.5, height)
        painter.fillRect(bar, theme.color(role if step < lit else "line.strong"))


def paint_pie(painter: QPainter, rect: QRect | QRectF, share: float, colour: QColor) -> None:
    """The 12 px pie of an SLA clock: ``share`` of the time used, 0 to 1; full means breached."""
    centre = QRectF(rect).center()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.25))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(centre.x() - 5.25, centre.y() - 5.25, 10.5, 10.5)
    painter.drawEllipse(box)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    share = min(1.0, max(0.0, share))
    if share >= 1.0:
        painter.drawEllipse(box)
    elif share > 0:
        painter.drawPie(box, 90 * 16, -round(share * _FULL_TURN))
    painter.restore()


def initials(name: str) -> str:
    """``J. Reyes`` to ``JR``; at most two letters."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return ""
    ends = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])
    return ends.upper()


def paint_initials(
    painter: QPainter, rect: QRect | QRectF, letters: str, *, size: int = 18, writing: bool = False
) -> None:
    """A colleague as a square chip with two letters, centred in ``rect``; ``writing`` adds a pencil."""
    rect, theme = QRectF(rect), current()
    box = QRectF(0, 0, size, size)
    box.moveCenter(rect.center())
    box.moveTo(round(box.x()), round(box.y()))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("line.default"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.color("fg.secondary"))
    painter.setFont(theme.font("micro"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters[:2])
    if writing:
        corner = QRectF(box.right() - 8, box.bottom() - 7, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bg.panel"))
        painter.drawEllipse(corner)
        paint_icon(painter, corner, "pencil", "fg.default", 12)
    painter.restore()


def paint_check(painter: QPainter, rect: QRect | QRectF, *, ticked: bool) -> None:
    """A tick box, 14 px, centred."""
    paint_icon(painter, QRectF(rect), "check-box" if ticked else "box", "accent.text" if ticked else "fg.muted", 14)


def paint_dot(painter: QPainter, centre: QPointF, role: str, radius: float = 3.0) -> None:
    """A plain dot: an unread mark, a chart marker."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current().color(role))
    painter.drawEllipse(centre, radius, radius)
    painter.restore()
