"""Grabs every screen and state of the real desk on the demo's data: ``python -m tests.e2e.shots OUTDIR [NAME ...]``.

For looking at, beside the design's pictures. Offscreen unless DISPLAY is set. ``--board FILE`` writes only the
README's picture, small enough for a repository. A scale of 200 % is a process of its own.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions.registry import build
from app.base.errors import DiskFull, Unreachable
from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.domain import business, freshness
from app.ui.desk.board.feed import BoardPicture
from app.ui.desk.board.page import BoardPage
from app.ui.desk.key_sheet import open_key_sheet
from app.ui.desk.panel import Panel
from app.ui.desk.window import DeskWindow
from app.ui.kit.roles import Section
from app.ui.kit.theme import current, switch
from app.ui.models.board_model import BoardRow
from app.ui.parts.overlay import Overlay
from app.usecases.ticket import new_ticket
from tests.e2e.shots_ticket import shoot_ticket_states
from tests.unit.storage.small_disk import mounted

WAIT_S = 20.0
SIZES = ((1920, 1080), (1366, 768))


class Shooter:
    """The desk, and where its pictures go."""

    def __init__(self, desk: Desk, folder: Path, wanted: tuple[str, ...]) -> None:
        self.desk, self.folder, self.wanted = desk, folder, wanted
        assert desk.window is not None
        self.window: DeskWindow = desk.window

    def grab(self, name: str) -> None:
        """One picture of the window as it is; its file is named by what it shows."""
        full = f"{name}-{mode()}-{self.window.width()}"
        self.settle(0.3)
        picture = self.window.grab()
        picture.save(str(self.folder / f"{full}.png"))
        print(full, flush=True)

    def press(self, *keys: str) -> None:
        for key in keys:
            for part in key.split(", "):
                target = QApplication.focusWidget() or self.window
                if len(part) == 1 and not part.isalpha():
                    QTest.keyClick(target, part)
                else:
                    combination = QKeySequence(part)[0]
                    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
            self.settle(0.1)

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)
        self.settle(0.4)

    def settle(self, for_s: float) -> None:
        """Let the lanes answer and the window paint."""
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def wait(self, is_there: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_S
        while not is_there() and time.monotonic() < end:
            self.settle(0.02)

    def close_overlays(self) -> None:
        for panel in [*self.window.findChildren(Panel), *self.window.findChildren(Overlay)]:
            if panel.isVisible():
                panel.dismiss()
        while self.window.toasts.dismiss_newest():
            pass
        self.settle(0.05)


def mode() -> str:
    return current().mode


def set_mode(wanted: str) -> None:
    found = switch()
    if found is not None and mode() != wanted:
        found.toggle()


@contextmanager
def open_desk(folder: Path, wanted: tuple[str, ...]) -> Iterator[Shooter]:
    """The composed program on a throw-away demo."""
    application = QApplication.instance() or QApplication(["watchdesk"])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory(prefix="watchdesk-shots-") as root:
        desk = Desk(application, Profile(Path(root)), demo=True)
        window = desk.show()
        shooter = Shooter(desk, folder, wanted)
        shooter.wait(lambda: window.is_furnished and desk.context.opened is not None)
        shooter.wait(lambda: window.feed.picture is not None and bool(window.feed.picture.counts.services))
        shooter.settle(1.0)
        try:
            yield shooter
        finally:
            window.close()
            desk.close()
            shooter.settle(0.1)


def shoot_screens(shooter: Shooter) -> None:
    """Each screen in both themes and both sizes."""
    for width, height in SIZES:
        shooter.window.resize(width, height)
        for theme in ("dark", "light"):
            set_mode(theme)
            for screen, shoot in SCREENS.items():
                if not shooter.wanted or screen in shooter.wanted:
                    shoot(shooter)
                    shooter.close_overlays()
    set_mode("dark")


def shoot_minimum(shooter: Shooter) -> None:
    """Each screen in the smallest window that is allowed."""
    if shooter.wanted and "minimum" not in shooter.wanted:
        return
    shooter.window.resize(shooter.window.minimumSize())
    for screen in (
        "board",
        "queue",
        "queue-ticked",
        "ticket",
        "ticket-states",
        "knowledge",
        "palette",
        "keys",
        "ask",
        "preview",
        "toasts",
    ):
        SCREENS[screen](shooter)
        shooter.close_overlays()


def board(shooter: Shooter) -> None:
    shooter.press("Ctrl+1")
    shooter.settle(1.2)
    shooter.grab("board")


def board_states(shooter: Shooter) -> None:
    """What the board says before a source has answered, when none does, when one of two does, and when all is well;
    then rows that overflow. The pictures are made from the real one, so nothing has to be waited for."""
    shooter.press("Ctrl+1")
    shooter.settle(0.8)
    page, feed = shooter.window.show_page("board"), shooter.window.feed
    assert isinstance(page, BoardPage)
    picture = feed.picture
    assert picture is not None
    (name,) = picture.levels
    feed.pictured.disconnect(page.show_picture)
    show = partial(_show_instead, shooter.window, page)
    counts = replace(picture.counts, unhandled={}, stale=0, handled=0)
    none = frozenset[str]()
    working = tuple(replace(each, state=business.WORKING, problem_ids=none) for each in picture.services)
    unknown = tuple(replace(each, state=business.UNKNOWN, member_ids=none, problem_ids=none) for each in working)
    well = replace(picture, lines=(), services=working, unhandled={}, counts=counts)
    nobody = replace(counts, fine=0, pending=0, hosts=0, services=0, live_sources=0)
    empty = replace(well, services=unknown, counts=nobody)
    show(replace(empty, levels={name: freshness.UNKNOWN}))
    shooter.settle(0.3)
    shooter.grab("board-loading")
    page.state._waited()
    shooter.grab("board-loading-long")
    page.state.failed(
        f"{name} has not answered yet.", "Nobody answers at that address: connection refused.",
        "If it should answer, check its address and its user.", "Try now",
    )  # fmt: skip
    shooter.grab("board-failed")
    show(replace(well, levels={name: freshness.LIVE, "icinga-branch": freshness.UNKNOWN}))
    shooter.grab("board-partly-heard")
    show(replace(empty, services=(), levels={}, counts=replace(nobody, sources=0)))
    shooter.grab("board-no-source")
    show(well)
    shooter.grab("board-all-well")
    show(_overflowing(picture))
    shooter.grab("board-overflowing")
    feed.pictured.connect(page.show_picture)
    feed.make()
    shooter.settle(0.5)


def _show_instead(window: DeskWindow, page: BoardPage, picture: BoardPicture) -> None:
    """A picture that the feed has not made, wherever the feed's would be shown."""
    page.show_picture(picture)
    window._pictured(picture)


def _overflowing(picture: BoardPicture) -> BoardPicture:
    """Far more rows than fit, each with words longer than their column."""
    rows = [line for line in picture.lines if isinstance(line, BoardRow)]
    long = [
        replace(
            line,
            row=msgspec.structs.replace(
                line.row, id=f"{line.row.id}-{n}", name=f"{line.row.name} of the settlement batch, second attempt",
                host=f"{line.row.host}.payments.frankfurt.example.net", output=f"{line.row.output}; " * 12,
            ),
            in_section="unhandled",
        )
        for n in range(400)
        for line in rows
    ]  # fmt: skip
    return replace(picture, lines=(Section("unhandled", "Unhandled", len(long), "worst first, then newest"), *long))


def board_rows(shooter: Shooter) -> None:
    """The detail of a row with several limits in one plot, over each stretch of time, and the narrowed board."""
    page = shooter.window.show_page("board")
    assert isinstance(page, BoardPage)
    shooter.press("Ctrl+1", "/", "Ctrl+A")
    shooter.type("disk h:payments-db-1")
    shooter.press("Return")
    shooter.settle(0.8)
    shooter.grab("board-detail-limits")
    page.detail.step_window(-1)
    shooter.settle(0.5)
    shooter.grab("board-detail-15-min")
    page.detail.step_window(1)
    page.detail.step_window(1)
    shooter.settle(0.5)
    shooter.grab("board-detail-24-h")
    page.detail.step_window(-1)
    shooter.press("Esc")
    shooter.press("/", "Ctrl+A")
    shooter.type("is:suppressed")
    shooter.press("Return")
    shooter.settle(0.8)
    shooter.grab("board-detail-silent")
    shooter.press("Esc")
    shooter.settle(0.4)


def queue(shooter: Shooter) -> None:
    shooter.press("Ctrl+2")
    shooter.settle(0.6)
    shooter.grab("queue")


def ticket(shooter: Shooter) -> None:
    shooter.press("Ctrl+2", "Return")
    shooter.settle(0.8)
    shooter.grab("ticket")
    shooter.press("C")
    shooter.type("Looked at the gateway: two of three nodes answer.")
    shooter.grab("ticket-note")
    shooter.press("Ctrl+W")
    while shooter.window.queue is not None and shooter.window.queue.ticket_view is not None:
        shooter.window.queue.close_tab()


def knowledge(shooter: Shooter) -> None:
    shooter.press("Ctrl+3")
    shooter.settle(0.6)
    shooter.press("J", "J", "Return")
    shooter.settle(0.6)
    shooter.grab("knowledge")
    shooter.press("Ctrl+E")
    shooter.settle(0.3)
    shooter.grab("knowledge-editor")
    shooter.press("Ctrl+E", "/")
    shooter.type("tags:")
    shooter.grab("knowledge-completion")
    shooter.press("Esc", "Ctrl+A")
    shooter.type("disk")
    shooter.settle(0.4)
    shooter.grab("knowledge-search")
    shooter.press("Ctrl+A")
    shooter.type("zeppelin")
    shooter.settle(0.4)
    shooter.grab("knowledge-empty")
    shooter.press("Esc", "Esc")


def palette(shooter: Shooter) -> None:
    shooter.press("Ctrl+1", "Ctrl+K")
    shooter.type("pay")
    shooter.grab("palette")
    shooter.press("Ctrl+A")
    shooter.type(">")
    shooter.grab("palette-actions")
    shooter.type("xyzzy")
    shooter.grab("palette-empty")


def keys(shooter: Shooter) -> None:
    shooter.press("Ctrl+1", "?")
    shooter.grab("keys")
    shooter.type("xyzzy")
    shooter.grab("keys-empty")
    shooter.close_overlays()
    open_key_sheet(shooter.window, build({"problem.acknowledge": "Q", "view.theme": "F9"}), "board")
    shooter.grab("keys-changed")


def ask(shooter: Shooter) -> None:
    shooter.press("Ctrl+1", "D", "Ctrl+Return")
    shooter.grab("ask-refused")
    shooter.close_overlays()
    shooter.press("Ctrl+2", "N")
    shooter.grab("ask-new")


def preview(shooter: Shooter) -> None:
    shooter.press("Ctrl+1", "Ctrl+A", "A")
    shooter.grab("preview")
    shooter.close_overlays()
    shooter.press("Esc")


def toasts(shooter: Shooter) -> None:
    shooter.press("Ctrl+2", "M")
    shooter.settle(0.5)
    shooter.window.show_trouble(
        DiskFull("The disk that holds the profile took no more.", hint="Free some room, then try again.")
    )
    shooter.grab("toasts")
    shooter.press("Ctrl+Z")
    shooter.settle(0.3)


def filtered(shooter: Shooter) -> None:
    for screen, name in (("Ctrl+1", "board"), ("Ctrl+2", "queue")):
        shooter.press(screen, "/")
        shooter.type("nowhere")
        shooter.press("Return")
        shooter.grab(f"{name}-empty")
        shooter.press("/", "Ctrl+A")
        shooter.type("is:nonsens")
        shooter.press("Return")
        shooter.grab(f"{name}-query-error")
        shooter.press("Ctrl+A")
        shooter.type("is:")
        shooter.grab(f"{name}-completion")
        shooter.press("Esc", "Esc")
        page = shooter.window.page
        assert page is not None
        page.focus_main()
        shooter.press("Esc")


def densities(shooter: Shooter) -> None:
    for screen, name in (("Ctrl+1", "board"), ("Ctrl+2", "queue")):
        shooter.press(screen, "Ctrl+Alt+3")
        shooter.grab(f"{name}-comfortable")
        shooter.press("Ctrl+Alt+1" if name == "board" else "Ctrl+Alt+2")


def held(shooter: Shooter) -> None:
    shooter.press("Ctrl+1", "X", "J", "X", "J", "X")
    shooter.grab("board-ticked")
    shooter.press("Esc")


def queue_ticked(shooter: Shooter) -> None:
    """What can be done with ticked rows: all; a part, walked to by Tab; what is said when the refused is pressed."""
    shooter.press("Ctrl+2", "X", "J", "X", "J", "J", "X")
    shooter.grab("queue-ticked")
    opened = shooter.desk.context.opened
    assert opened is not None
    made = new_ticket(replace(opened.work, me="A. Kaya"), {"title": "Mail is slow", "impact": "1", "urgency": "1"})
    shooter.desk.context.touched.emit(made.touched)
    shooter.settle(0.4)
    shooter.grab("queue-ticked-waiting")
    shooter.press("Esc", "/", "Ctrl+A")
    shooter.type("sort:-updated")
    shooter.press("Return")
    shooter.settle(0.4)
    shooter.press("Ctrl+A")
    shooter.settle(0.4)
    shooter.press("Tab", "Tab")
    shooter.grab("queue-ticked-refused")
    shooter.press("Space")
    shooter.grab("queue-ticked-told")
    shooter.close_overlays()
    shooter.press("Esc", "Esc")
    shooter.settle(0.4)


SCREENS: dict[str, Callable[[Shooter], None]] = {
    "board": board, "board-states": board_states, "board-rows": board_rows,
    "queue": queue, "ticket": ticket, "ticket-states": shoot_ticket_states, "knowledge": knowledge,
    "palette": palette, "keys": keys,
    "ask": ask, "preview": preview, "toasts": toasts, "filtered": filtered, "densities": densities, "held": held,
    "queue-ticked": queue_ticked,
}  # fmt: skip


def shoot_states(shooter: Shooter) -> None:
    """Stale, failed, busy and the starts without a store."""
    if shooter.wanted and "states" not in shooter.wanted:
        return
    window, opened = shooter.window, shooter.desk.context.opened
    assert opened is not None
    for width, height in SIZES:
        window.resize(width, height)
        shooter.press("Ctrl+2")
        page = window.queue
        assert page is not None
        page.list.reading.failed.emit(Unreachable("The disk does not answer.", hint="Try again."))
        shooter.grab("queue-failed")
        page.list.state.read()
        shooter.settle(0.3)
        shooter.grab("queue-loading")
        shooter.settle(3.0)
        shooter.grab("queue-loading-long")
        page.list.ask(page.query)
        shooter.settle(0.3)
    opened.poller.stop()
    shooter.press("Ctrl+1")
    shooter.wait(lambda: "stale" in window.strip.accessibleName())


def shoot_stale(shooter: Shooter) -> None:
    """The board when its source has been silent for long."""
    if shooter.wanted and "states" not in shooter.wanted:
        return
    wait_s = 60.0
    end = time.monotonic() + wait_s
    while "stale" not in shooter.window.strip.accessibleName() and time.monotonic() < end:
        shooter.settle(0.2)
    for width, height in SIZES:
        shooter.window.resize(width, height)
        for theme in ("dark", "light"):
            set_mode(theme)
            shooter.press("Ctrl+1")
            shooter.grab("board-stale")
    set_mode("dark")


def shoot_starts(folder: Path) -> None:
    """The very first start, and one whose store cannot be opened."""
    window = DeskWindow()
    window.show_last(None)
    window.resize(*SIZES[1])
    window.show()
    QApplication.processEvents()
    window.grab().save(str(folder / "start-first.png"))
    window.close()
    window.deleteLater()


def shoot_troubles(folder: Path) -> None:
    """The desk on profiles that cannot be used: what it says, and what stays usable."""
    for name, spoil in _SPOILT.items():
        with tempfile.TemporaryDirectory(prefix="watchdesk-shots-") as place:
            profile = Profile(Path(place) / "profile")
            with desk_on(profile, folder, name) as shooter:
                shooter.wait(lambda: shooter.desk.context.opened is not None)
            with spoil(profile), desk_on(profile, folder, name) as shooter:
                shooter.wait(partial(_has_settled, shooter.window))
                for screen, key in (("board", "Ctrl+1"), ("queue", "Ctrl+2"), ("knowledge", "Ctrl+3")):
                    shooter.press(key)
                    shooter.grab(f"no-store-{name}-{screen}")
                shooter.press("Ctrl+2", "N")
                shooter.grab(f"no-store-{name}-new")
    shoot_full_disk(folder)


def shoot_full_disk(folder: Path) -> None:
    """Saving where nothing more fits, then where another program holds the file: the form keeps what was typed."""
    with tempfile.TemporaryDirectory(prefix="watchdesk-shots-") as place, mounted(Path(place), "6m") as is_mounted:
        if not is_mounted:
            print("full disk: mounting is not allowed here", flush=True)
            return
        profile = Profile(Path(place) / "profile")
        with desk_on(profile, folder, "full") as shooter:
            shooter.wait(lambda: shooter.desk.context.opened is not None)
            shooter.press("Ctrl+2", "N")
            shooter.type("Lifts stand still")
            fill(Path(place))
            shooter.press("Ctrl+Return")
            shooter.grab("store-full-new")
            shooter.close_overlays()
            _edit_article(shooter)
            shooter.grab("store-full-article")
            (Path(place) / "filler").unlink()
            shooter.close_overlays()
            shooter.press("Ctrl+2", "N")
            shooter.type("Lifts stand still")
            with closing(sqlite3.connect(profile.work_db)) as other:
                other.execute("BEGIN IMMEDIATE")
                shooter.press("Ctrl+Return")
                shooter.settle(6.0)
                shooter.grab("store-held-new")
            shooter.close_overlays()


def _edit_article(shooter: Shooter) -> None:
    """A new article whose saving is refused."""
    shooter.press("Ctrl+3", "N")
    shooter.settle(0.4)
    shooter.type("Lifts")
    shooter.press("Tab")
    shooter.type("Call the provider.")
    shooter.press("Ctrl+S")
    shooter.settle(0.8)


def fill(folder: Path) -> None:
    """Leave no room on the disk of a folder."""
    with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4_096)


def _has_settled(window: DeskWindow) -> bool:
    return window.is_furnished and window.page is not None and bool(window.toasts.toasts or window.context.not_opened)


@contextmanager
def desk_on(profile: Profile, folder: Path, name: str) -> Iterator[Shooter]:
    """A desk of its own on a profile."""
    application = QApplication.instance() or QApplication(["watchdesk"])
    assert isinstance(application, QApplication)
    desk = Desk(application, profile)
    desk.show().showNormal()
    shooter = Shooter(desk, folder, ())
    shooter.window.resize(*SIZES[1])
    try:
        desk.furnish()
        yield shooter
    finally:
        shooter.window.close()
        desk.close()


@contextmanager
def damaged(profile: Profile) -> Iterator[None]:
    profile.work_db.write_bytes(b"\x7f" * 8_192 + profile.work_db.read_bytes()[8_192:])
    yield


@contextmanager
def newer(profile: Profile) -> Iterator[None]:
    with closing(sqlite3.connect(profile.work_db)) as database:
        database.execute("UPDATE alembic_version SET version_num = 'zzzz'")
        database.commit()
    yield


@contextmanager
def occupied(profile: Profile) -> Iterator[None]:
    with closing(sqlite3.connect(profile.work_db)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def read_only(profile: Profile) -> Iterator[None]:
    subprocess.run(["mount", "--bind", profile.root, profile.root], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", profile.root], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", profile.root], check=True)


_SPOILT: dict[str, Callable[[Profile], AbstractContextManager[None]]] = {
    "damaged": damaged, "newer": newer, "read-only": read_only, "held": occupied,
}  # fmt: skip


def write_small(picture: QImage, path: Path) -> None:
    """A picture with a palette of its own: a quarter of the size, and a screen has few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    flat = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(flat.constBits(), np.uint32) & 0xFFFFFF
    seen, where, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    colours = np.stack([seen >> 16, seen >> 8 & 0xFF, seen & 0xFF], axis=1).astype(np.int32)
    kept = colours[_commonest(colours, counts)]
    nearest = np.concatenate(
        [((part[:, None] - kept[None]) ** 2).sum(2).argmin(1) for part in np.array_split(colours, 64) if len(part)]
    )
    data = nearest[where].astype(np.uint8).tobytes()
    small = QImage(data, flat.width(), flat.height(), flat.width(), QImage.Format.Format_Indexed8)
    small.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in kept])
    small.save(str(path), "PNG", 0)


def _commonest(colours: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> list[int]:
    """Places of at most 256 colours, commonest first, none closer than a few steps to a commoner one."""
    chosen: list[int] = []
    for at in np.argsort(-counts):
        if len(chosen) == 256:
            break
        if not chosen or ((colours[chosen] - colours[at]) ** 2).sum(1).min() >= 48:
            chosen.append(int(at))
    return chosen


_DOUBLED = ("board", "queue", "queue-ticked", "ticket", "ticket-states", "knowledge", "palette", "keys", "ask")


def main(words: list[str]) -> int:
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if words[0] == "--board":
        with open_desk(Path(), ()) as shooter:
            shooter.window.resize(*SIZES[0])
            set_mode("dark")
            shooter.press("Ctrl+1")
            shooter.settle(1.5)
            write_small(shooter.window.grab().toImage(), Path(words[1]))
        return 0
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    if words[1:] == ["troubles"]:
        shoot_troubles(folder)
        return 0
    with open_desk(folder, tuple(words[1:])) as shooter:
        shoot_screens(shooter)
        shoot_minimum(shooter)
        shoot_states(shooter)
        shoot_stale(shooter)
    if len(words) == 1:
        shoot_starts(folder)
        shoot_troubles(folder)
        doubled = [sys.executable, "-m", "tests.e2e.shots", str(folder / "scale-200"), *_DOUBLED]
        if os.environ.get("QT_SCALE_FACTOR") != "2":
            return subprocess.run(doubled, env={**os.environ, "QT_SCALE_FACTOR": "2"}, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
