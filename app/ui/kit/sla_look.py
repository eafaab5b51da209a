"""How an SLA clock is drawn, from what is left of it. Owns thresholds of the look, no arithmetic of calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from app.base.clock import Moment
from app.base.text import duration, tr
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.figures import paint_pie
from app.ui.kit.icons import paint_icon
from app.ui.kit.tokens import tokens

if TYPE_CHECKING:
    from app.domain import sla


@dataclass(frozen=True, slots=True)
class SlaView:
    """One clock as shown. ``left_ms`` and ``total_ms`` count calendar time as of ``as_of_at``.

    ``paused`` is the reason while it stands still; ``met_ms`` how long it took once it ended, too late with
    ``is_missed``.
    """

    left_ms: int = 0
    total_ms: int = 0
    as_of_at: Moment = 0
    is_running: bool = True
    paused: str = ""
    met_ms: int | None = None
    is_missed: bool = False

    def left_at(self, now_at: Moment) -> int:
        """Milliseconds left now; negative when breached."""
        return self.left_ms - (max(0, now_at - self.as_of_at) if self.is_running else 0)


def view_of(clock: sla.SlaClock, as_of_at: Moment) -> SlaView | None:
    """The view of the domain's clock as computed at a moment; None where no clock runs."""
    from app.domain import sla  # a start paints clocks before the domain is imported

    if clock.state in (sla.MET, sla.MISSED):
        return SlaView(met_ms=clock.left_ms or 0, is_missed=clock.state == sla.MISSED)
    if clock.state == sla.PAUSED:
        return SlaView(paused=tr("pending"), is_running=False)
    if clock.left_ms is None:
        return None
    rest = max(1e-6, 1.0 - clock.used)
    return SlaView(clock.left_ms, round(max(0, clock.left_ms) / rest), as_of_at)


@dataclass(frozen=True, slots=True)
class SlaLook:
    """What to draw: ``fill`` is a state key or empty, ``icon`` replaces the pie when given."""

    text: str
    role: str
    fill: str = ""
    icon: str = ""
    share: float = 0.0
    strong: bool = False


def sla_look(view: SlaView, now_at: Moment) -> SlaLook:
    """The look of a clock at a moment."""
    if view.met_ms is not None:
        return SlaLook(duration(view.met_ms), "fg.muted", icon="close" if view.is_missed else "check")
    if view.paused:
        return SlaLook(view.paused, "fg.muted", icon="pause")
    left = view.left_at(now_at)
    share = 1.0 if view.total_ms <= 0 else 1.0 - left / view.total_ms
    if left < 0:
        return SlaLook(duration(left), "state.critical.on_fill", "critical", share=1.0, strong=True)
    steps = tokens()["sla"]
    if left < steps["imminent"]["threshold_s"] * 1000:
        return SlaLook(duration(left), "state.warning.on_fill", "warning", share=share, strong=True)
    if left < steps["soon"]["threshold_s"] * 1000:
        return SlaLook(duration(left), "state.warning.text", share=share)
    return SlaLook(duration(left), "fg.secondary", share=share)


def paint_sla(painter: QPainter, rect: QRect, view: SlaView, ctx: CellContext, *, is_left: bool = False) -> None:
    """Pie (or icon) and figure in ``rect``, at its right end unless ``is_left``; filled looks get a plate."""
    look = sla_look(view, ctx.now_at)
    metrics = ctx.theme.metrics(ctx.density.type, strong=look.strong)
    pad = 8 if look.fill else 0
    width = min(rect.width(), round(metrics.horizontalAdvance(look.text)) + 18 + 2 * pad)
    left = rect.x() if is_left else rect.x() + rect.width() - width - (0 if look.fill else 8)
    box = QRect(max(rect.x(), left), rect.y(), width, rect.height())
    if look.fill:
        height = min(rect.height() - 4, 20)
        plate = QRectF(box.x(), box.y() + (box.height() - height) // 2, box.width(), height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ctx.theme.color(f"state.{look.fill}.fill"))
        painter.drawRoundedRect(plate, 2, 2)
        painter.restore()
    spot = QRect(box.x() + pad, box.y(), 12, box.height())
    if look.icon:
        paint_icon(painter, spot, look.icon, ctx.role(look.role), 14)
    else:
        paint_pie(painter, spot, look.share, ctx.color(look.role))
    label = box.adjusted(pad + 17, 0, -pad + 1, 0)
    draw_text(painter, label, look.text, ctx, role=look.role, strong=look.strong, elide="right")
