"""Grabs every part in both themes, at 1x and 2x: ``python -m tests.ui.gallery OUTDIR [NAME ...]``.

For looking at. Each part stands on its own page; compare them with the design's pictures.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.kit import figures, icons, theme
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.pulse import pulse
from app.ui.kit.table import DenseTable
from app.ui.kit.text import Label
from app.ui.parts.banner import Banner
from app.ui.parts.button import Button
from app.ui.parts.facts_list import FactsList
from app.ui.parts.filter_bar import FilterBar
from app.ui.parts.key_cap import KeyCap
from app.ui.parts.overlay import Overlay
from app.ui.parts.pane_state import PaneState
from app.ui.parts.section_head import FoldSection
from app.ui.parts.sla_box import SlaBox
from app.ui.parts.sparkline import Sparkline
from app.ui.parts.state_badge import Chip, StateBadge
from app.ui.parts.timeline import Entry
from app.ui.parts.timeline_view import TimelineView
from app.ui.parts.toast import ToastStack
from tests.ui import samples

WORDS = ("ok", "info", "pending", "warning", "critical", "down", "unknown", "unreachable", "in_downtime", "stale")
Page = Callable[[], QWidget]


class Glyphs(QWidget):
    """Each state at each size, filled and outlined."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(700, 320)

    def paintEvent(self, _event: object) -> None:
        painter, now = QPainter(self), theme.current()
        painter.fillRect(self.rect(), now.color("bg.panel"))
        for across, word in enumerate(WORDS):
            x, y = 10 + 66 * across, 8
            for size in (14, 16, 18, 24, 56):
                paint_glyph(painter, QRect(x, y, size, size), word)
                if size < 56:
                    paint_glyph(painter, QRect(x + 30, y, size, size), word, outlined=True)
                y += size + 8
            paint_glyph(painter, QRect(x, y, 14, 14), word, faded=True)
            painter.setPen(now.color("fg.muted"))
            painter.setFont(now.font("micro"))
            painter.drawText(x, y + 30, word)
        paint_glyph(painter, QRect(10, 250, 40, 18), "stale", was="critical")
        for across, status in enumerate(("new", "open", "pending", "resolved", "closed", "cancelled")):
            figures.paint_status(painter, QRect(80 + 24 * across, 250, 20, 20), status)
        for across in range(1, 6):
            figures.paint_priority(painter, QRect(230 + 24 * across, 250, 20, 20), across)
        for across, share in enumerate((0, 0.2, 0.5, 0.8, 1)):
            figures.paint_pie(painter, QRect(390 + 24 * across, 250, 20, 20), share, now.color("fg.secondary"))
        figures.paint_initials(painter, QRect(530, 250, 20, 20), "JR")
        figures.paint_initials(painter, QRect(560, 250, 20, 20), "MW", writing=True)
        painter.end()


class Icons(QWidget):
    """All icons at 16 and 20."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(14 * 60, 60 * 8)

    def paintEvent(self, _event: object) -> None:
        painter, now = QPainter(self), theme.current()
        painter.fillRect(self.rect(), now.color("bg.panel"))
        for at, name in enumerate(icons.names()):
            x, y = at % 14 * 60, at // 14 * 58
            icons.paint_icon(painter, QRect(x, y, 30, 36), name)
            icons.paint_icon(painter, QRect(x + 28, y, 30, 36), name, "fg.default", 20)
        painter.end()


def board(density: str, width: int = 1080) -> QWidget:
    table = DenseTable(samples.BOARD_COLUMNS, density=density)
    table.setModel(samples.SampleModel(samples.BOARD, len(samples.BOARD_COLUMNS)))
    table.set_sort("age", descending=True)
    table.resize(width, 24 + 24 * table.verticalHeader().defaultSectionSize())
    table.select_row(3)
    table.setFocus()
    return table


def queue() -> QWidget:
    table = DenseTable(samples.QUEUE_COLUMNS, density="regular")
    table.setModel(samples.SampleModel(samples.QUEUE, len(samples.QUEUE_COLUMNS)))
    table.set_sort("sla")
    table.resize(980, 28 * 10)
    table.select_row(1)
    return table


def controls() -> QWidget:
    page = pane(QVBoxLayout())
    for small in (False, True):
        row = QHBoxLayout()
        row.addWidget(Button("Acknowledge", kind="primary", icon="check", key="a", small=small))
        row.addWidget(Button("Downtime", icon="wrench", key="d", small=small))
        off = Button("Re-check", icon="refresh", key="r", small=small)
        off.setEnabled(False)
        row.addWidget(off)
        row.addWidget(Button("Compare", kind="bare", icon="compare", small=small))
        row.addWidget(Button("More", kind="icon", icon="more", small=small))
        chosen = Button("All", kind="toggle", count=17, small=small)
        chosen.setChecked(True)
        row.addWidget(chosen)
        row.addWidget(Button("Changes", kind="toggle", count=5, small=small))
        row.addStretch(1)
        page.layout().addLayout(row)
    qt_row = QHBoxLayout()
    qt_row.addWidget(QLineEdit("A field"))
    box = QComboBox()
    box.addItems(["One", "Two"])
    qt_row.addWidget(box)
    qt_row.addWidget(QCheckBox("Tick"))
    plain = QPushButton("Cancel")
    do = QPushButton("Do it")
    do.setProperty("kind", "primary")
    qt_row.addWidget(plain)
    qt_row.addWidget(do)
    page.layout().addLayout(qt_row)
    badges = QHBoxLayout()
    for word, text, rest, was in (
        ("critical", "Critical for 13 min", "hard 3/3, not acknowledged", ""),
        ("stale", "Stale for 6 min", "last answer 14:26", "critical"),
    ):
        badge = StateBadge(size=18)
        badge.set_state(word, text, rest, was=was)
        badges.addWidget(badge)
    page.layout().addLayout(badges)
    chips = QHBoxLayout()
    for name, level, age in (
        ("nagios-core", "live", "8 s"), ("icinga-branch", "stale", "6 min"), ("zabbix", "failed", "refused"),
        ("jira-ops", "signed_out", "sign in"),
    ):  # fmt: skip
        chip = Chip(name)
        chip.set_freshness(level, age, f"{name}: {level}")
        chips.addWidget(chip)
    chips.addWidget(KeyCap("Ctrl+Enter"))
    chips.addStretch(1)
    page.layout().addLayout(chips)
    clocks = QHBoxLayout()
    for title, view, due in (
        ("Response", samples.sla(0, met_ms=240_000), "goal 15 min"), ("Next update", samples.sla(18), "due 14:50"),
        ("Resolution", samples.sla(226, 300), "due 18:18"), ("Late", samples.sla(-12), "due 14:20"),
    ):  # fmt: skip
        clock = SlaBox(title)
        clock.set_clock(view, due)
        clocks.addWidget(clock)
    clocks.addStretch(1)
    page.layout().addLayout(clocks)
    facts = FactsList()
    facts.set_facts([("Team", "Payments"), ("Assignee", "J. Reyes"), ("Cause", ""), ("Hosts", "pay-01, +5")])
    fold = FoldSection("Facts", facts)
    fold.head.set_words("4", "from the desk")
    page.layout().addWidget(fold)
    line = Sparkline(height=48)
    line.set_values([4, 5, 4, 6, None, None, 5, 4, 5, 9, 22, 31, 33, 34], threshold=15)
    page.layout().addWidget(line)
    page.resize(860, 560)
    return page


def banners() -> QWidget:
    page = pane(QVBoxLayout())
    page.layout().setSpacing(4)
    for tone, text, action in (
        ("offline", "Working offline since 14:06. 14 changes are kept and will be sent.", "Show them"),
        ("stale", "icinga-branch has been silent for 6 min. Its 214 services are shown as stale.", "Try now"),
        ("failed", "The store is read only: the disk is full.", "What to do"),
        ("sign_in", "jira-ops wants you to sign in again.", "Sign in"),
    ):
        banner = Banner()
        page.layout().addWidget(banner)
        banner.tell(tone, text, action)
    page.resize(900, 160)
    return page


def toasts() -> QWidget:
    page = pane(QVBoxLayout())
    page.resize(520, 260)
    stack = ToastStack(page)
    stack.show_toast("INC-48213 assigned to you.")
    stack.show_toast("Acknowledged 6 problems on 3 sources.", undo=lambda: None)
    stack.show_toast("zabbix-infra refused the acknowledgement: the role may not close problems.", is_error=True)
    return page


def states() -> QWidget:
    page = pane(QGridLayout())
    page.resize(1000, 520)
    for at in range(4):
        cell = QWidget()
        page.layout().addWidget(cell, at // 2, at % 2)
        state = PaneState(cell)
        if at == 0:
            state.good("No unhandled problems. 1 284 services on 6 sources, oldest data 9 s.")
        elif at == 1:
            state.nothing_matches("h:pay* is:unhandled")
        elif at == 2:
            state.failed("The queue could not be read.", "The store is locked by another program.",
                         "Close it, then try again.", "Try again")  # fmt: skip
        else:
            state.loading("Still asking nagios-core (8 s).")
            state._waited()
    return page


class Scenery(QWidget):
    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("bg.panel"))
        painter.setPen(theme.current().color("fg.default"))
        for line in range(30):
            painter.drawText(20, 20 + 20 * line, "Rows of the board behind the palette  " * 5)
        painter.end()


def overlay() -> QWidget:
    page = Scenery()
    page.resize(1000, 420)
    shell = Overlay(page)
    bar = FilterBar(hint="Type to find")
    shell.body.addWidget(bar)
    shell.body.addWidget(Label("Actions", style="caption_strong", role="fg.muted"))
    for word in ("Acknowledge card p95", "Downtime for card payments", "Export INC-48213"):
        shell.body.addWidget(Label(word))
    shell.open()
    return page


def query() -> QWidget:
    page = pane(QVBoxLayout())
    page.resize(760, 300)
    sound = FilterBar(tokens=colour)
    sound.set_note("31 tickets")
    broken = FilterBar(tokens=colour, check=lambda text: Fault("There is no field 'sevice'.", 14, 20))
    offering = FilterBar(tokens=colour, complete=lambda text, at: OFFERS)
    for bar in (sound, offering, broken):
        page.layout().addWidget(bar)
        page.layout().addSpacing(30)
    page.layout().addStretch(1)
    page.show()
    sound.set_text("team:payments or service:pay* is:open sort:breach")
    broken.set_text("is:problem or sevice:pay")
    offering.set_text("is:un")
    offering._offer()
    offering._offers.handle_key(Qt.Key.Key_Down)
    return page


class Span(NamedTuple):
    start: int
    end: int
    role: str


class Fault(NamedTuple):
    message: str
    start: int
    end: int


class Offer(NamedTuple):
    text: str
    start: int
    end: int
    help: str


OFFERS = (
    Offer("is:unhandled", 0, 5, "Nobody has acknowledged it and it is in no downtime"),
    Offer("is:unknown", 0, 5, "The check could not tell"),
    Offer("is:unreachable", 0, 5, "A host behind one that is down"),
)


def colour(text: str) -> list[Span]:
    """Words before a colon are fields; or, and, not join."""
    found = []
    for match in re.finditer(r"(\w+:)|\b(or|and|not)\b", text):
        found.append(Span(match.start(), match.end(), "field" if match[1] else "joining"))
    return found


def timeline() -> QWidget:
    view = TimelineView()
    view.resize(900, 520)
    t = samples.NOW
    view.set_entries(
        (
            Entry("1", "alert", t, "14:19", lead="card p95", text="on pay-cluster is critical, p95 4 820 ms",
                  state="critical"),
            Entry("2", "event", t, "14:20", text="Deployment of card 5.18.0 reached pay-cluster", icon="commit"),
            Entry("3", "message", t, "14:24", author="Shop operations", to="by mail",
                  text="Since about 14:20 customers get \"payment was refused\" on the last step. Should we put up "
                  "the notice?"),
            Entry("4", "internal", t, "14:25", author="J. Reyes", html="<p>All refused requests carry <code>reason="
                  "pool_exhausted</code>. The pool was 60 before, now it is 20.</p><ul><li>restart is not enough</li>"
                  "<li>see <a href='x'>KB-214</a></li></ul>"),
            Entry("5", "change", t, "14:25", author="J. Reyes", lead="team"),
            Entry("6", "change", t, "14:25", author="J. Reyes", lead="assignee"),
            Entry("7", "change", t, "14:25", author="J. Reyes", lead="priority"),
            Entry("8", "public", t, "14:29", author="J. Reyes", to="to Shop operations",
                  text="About six in a hundred card payments are refused since 14:21. We know the cause and go "
                  "back to the release before. Next update by 14:50.", note="Waiting to be sent", is_pending=True),
            Entry("9", "event", t, "14:29", text='Rule "Major incident" told S. Nilsen (on call)'),
        )
    )  # fmt: skip
    return view


def pane(layout: QLayout) -> QFrame:
    """A frame on the panel's ground."""
    frame = QFrame()
    frame.setProperty("kind", "pane")
    frame.setLayout(layout)
    return frame


PAGES: dict[str, Page] = {
    "controls": controls,
    "banners": banners,
    "toasts": toasts,
    "states": states,
    "overlay": overlay,
    "query": query,
    "timeline": timeline,
    "glyphs": Glyphs,
    "icons": Icons,
    "board-compact": lambda: board("compact"),
    "board-regular": lambda: board("regular", 820),
    "board-comfortable": lambda: board("comfortable"),
    "queue": queue,
}


def grab_all(out: Path, scale: str, names: list[str]) -> None:
    """Every page in both themes at the scale this process runs with."""
    app = QApplication([])
    pulse().clock = samples.StandingClock()
    for mode in theme_names():
        theme.install(app, mode)
        for name in names or PAGES:
            page = PAGES[name]()
            page.show()
            page.activateWindow()
            app.processEvents()
            page.grab().save(str(out / f"{name}-{mode}-{scale}x.png"))
            page.close()


def theme_names() -> tuple[Literal["dark"], Literal["light"]]:
    """Both themes."""
    return "dark", "light"


def main(arguments: list[str]) -> int:
    """Qt takes its scale once per process, so each scale is a process of its own."""
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    scale = os.environ.get("QT_SCALE_FACTOR")
    if scale:
        grab_all(out, scale, arguments[1:])
        return 0
    command = [sys.executable, "-m", "tests.ui.gallery", *arguments]
    codes = [subprocess.call(command, env={**os.environ, "QT_SCALE_FACTOR": each}) for each in ("1", "2")]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
