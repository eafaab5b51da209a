"""The first useful paint of the installed command on a real X server, beside a bare window and beside Nagstamon.

Useful: the last page of the queue, at least 30 rows with their text, and the board's colours with their age.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from app.base.clock import DAY
from app.base.paths import Profile
from app.ui.desk.last_view import LastView, load_last_view, save_last_view
from app.ui.kit.tokens import colours, state_look
from tests.bench.figures import OUT, Figures
from tests.bench.installed import environment, watchdesk
from tests.bench.side_by_side import alternate, median

pytestmark = pytest.mark.bench

ROUNDS = 9
ROWS = 30
NAGSTAMON = ("/usr/bin/python3", "/usr/bin/nagstamon")
HEAVY = {"pyqtgraph", "numpy", "sqlalchemy", "alembic", "requests", "keyring", "pydantic", "psycopg"}
PROBE = Path(__file__).with_name("probe")
BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1920, 1080)
window.show()
app.exec()
"""
_SETTINGS = """[Nagstamon]
update_interval_seconds=60
windowed=True
statusbar_floating=False
notification=False
use_system_keyring=False
check_for_new_version=False
"""
# One source, as the desk has one; nobody answers there.
_SERVER = """[Server_one]
enabled=True
name=one
type=Alertmanager
monitor_url=http://127.0.0.1:9
monitor_cgi_url=http://127.0.0.1:9
username=
password=
save_password=True
use_proxy=False
timeout=10
"""


class Starts:
    """Starts programs under the probe. ``last``: what the probe told of the newest start of each."""

    def __init__(self, folder: Path, display: str) -> None:
        self.folder = folder
        self.display = display
        self.last: dict[str, dict[str, Any]] = {}

    def seconds(self, name: str, rows: int, command: list[str], _round: int) -> float:
        """From exec to the moment after the paint."""
        out = self.folder / "painted.json"
        out.unlink(missing_ok=True)
        more = {
            "PYTHONPATH": str(PROBE), "PAINT_PROBE_OUT": str(out), "PAINT_PROBE_ROWS": str(rows),
            "PAINT_PROBE_GRAB": str(self.grab(name)), "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb",
        }  # fmt: skip
        environ = environment(**more)
        began_ns = time.monotonic_ns()
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert out.exists(), f"{name} painted nothing useful: {done.stderr}"
        self.last[name] = json.loads(out.read_text(encoding="utf-8"))
        return (int(self.last[name]["at_ns"]) - began_ns) / 1e9

    def grab(self, name: str) -> Path:
        """The screen as it was at that moment."""
        return self.folder / f"{name.replace(' ', '-')}.png"


def _use_once(profile: Profile, display: str) -> None:
    """Start the program as a person does, look at the queue, wait for the board, close it."""
    environ = environment(DISPLAY=display, QT_QPA_PLATFORM="xcb")
    with subprocess.Popen(watchdesk("--data-dir", profile.root, "desk"), env=environ) as program:
        press = partial(subprocess.run, env=environ, check=True)
        press(["xdotool", "search", "--sync", "--onlyvisible", "--name", "Watchdesk"], stdout=subprocess.DEVNULL)
        _until(lambda: _is_remembered(press, profile), "nothing was remembered")
        assert program.wait(20) == 0


def _is_remembered(press: Callable[[list[str]], Any], profile: Profile) -> bool:
    """The desk keeps what it shows every half minute; then it may be closed."""
    press(["xdotool", "key", "ctrl+2"])
    if not profile.last_view.exists():
        return False
    view = json.loads(profile.last_view.read_bytes())
    if len(view["rows"]) < ROWS or not view["sources"]:
        return False
    press(["xdotool", "key", "ctrl+q"])
    return True


def _until(is_so: Callable[[], bool], what: str, deadline_s: float = 90) -> None:
    until = time.monotonic() + deadline_s
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.5)


def _rows_with_text(grab: Path, told: dict[str, Any]) -> int:
    """How many rows of the list have, in the grabbed picture, letters in front of their ground."""
    image, (left, top, width, height) = QImage(str(grab)), told["list"]
    written = 0
    for row_top in range(top, top + height - told["row_px"] + 1, told["row_px"]):
        middle = range(row_top + 6, row_top + told["row_px"] - 6)
        ground = image.pixel(left + width // 2, row_top + 2)
        dots = sum(image.pixel(x, y) != ground for y in middle for x in range(left + 30, left + width // 2, 2))
        written += dots > 60
    return written


def _board_colours(grab: Path, told: dict[str, Any], last: LastView) -> int:
    """How many states of the remembered board have dots of their colour in the grabbed strip, before a stale mark
    and the letters of their age; 0 without those."""
    image, (left, top, width, height) = QImage(str(grab)), told["strip"]
    dots = [(x, image.pixelColor(left + x, top + y)) for x in range(width) for y in range(height)]
    hexes = colours("dark")
    keys = {state_look(state).key for state, _amount in last.counts}
    places = {key: [x for x, dot in dots if _alike(dot, QColor(hexes[f"state.{key}.outline"]))] for key in keys}
    shown = [place for place in places.values() if len(place) >= 4]
    behind = [dot for x, dot in dots if shown and x > max(map(max, shown))]
    marks = sum(_alike(dot, QColor(hexes["state.stale.outline"])) for dot in behind)
    letters = sum(_alike(dot, QColor(hexes["fg.strong"])) for dot in behind)
    return len(shown) if marks >= 4 and letters >= 30 else 0


def _alike(dot: QColor, colour: QColor) -> bool:
    apart = (dot.red() - colour.red(), dot.green() - colour.green(), dot.blue() - colour.blue())
    return max(map(abs, apart)) <= 12


def _judge_board(figures: Figures, starts: Starts, last: LastView, when: str, age: str) -> None:
    """The strip's picture and its words: each remembered count, and how old all of them are."""
    told = starts.last["the desk"]
    states = {state_look(state).key for state, _amount in last.counts}
    shown = _board_colours(starts.grab("the desk"), told, last)
    figures.add(f"board colours marked with their age, {when}", shown, "colours", at_least=len(states))
    words = ", ".join(f"{amount} {state}" for state, amount in last.counts)
    assert re.search(rf"{re.escape(words)} as of {age} ago", told["strip_name"]), told["strip_name"]


def test_startup(tmp_path: Path, profile_to_start: Profile, display: str, figures: Figures) -> None:
    subprocess.run(
        watchdesk("--data-dir", profile_to_start.root, "source", "add", "simulated", "estate"),
        env=environment(), check=True, capture_output=True,
    )  # fmt: skip
    _use_once(profile_to_start, display)
    starts = Starts(tmp_path, display)
    desk = watchdesk("--data-dir", profile_to_start.root, "desk")
    cases = {
        "the desk": partial(starts.seconds, "the desk", ROWS, desk),
        "a bare window": partial(starts.seconds, "a bare window", 0, [sys.executable, "-c", BARE]),
    }
    if Path(NAGSTAMON[1]).exists():
        settings = tmp_path / "nagstamon"
        (settings / "servers").mkdir(parents=True)
        (settings / "servers" / "server_one.conf").write_text(_SERVER, encoding="utf-8")
        (settings / "nagstamon.conf").write_text(_SETTINGS, encoding="utf-8")
        cases["Nagstamon"] = partial(starts.seconds, "Nagstamon", 0, [*NAGSTAMON, str(settings)])
    for case in cases.values():
        case(0)  # compiles modules and warms the file cache
    samples = {name: median(each) for name, each in alternate(cases, ROUNDS).items()}
    told, grab = starts.last["the desk"], starts.grab("the desk")
    for rival, limit in (("a bare window", 2.5), ("Nagstamon", 0.5)):
        if rival in samples:
            beside = (rival, samples[rival] * 1e3)
            figures.add("first useful paint", samples["the desk"] * 1e3, "ms", beside=beside, at_most=limit)
    figures.add("heavy modules loaded at that paint", len(HEAVY & set(told["modules"])), "modules", at_most=0)
    figures.add("rows with text in the grabbed picture", _rows_with_text(grab, told), "rows", at_least=ROWS)
    figures.add("processor time until then", told["cpu_s"] * 1e3, "ms")
    shutil.copy(grab, OUT / "startup.png")
    last = load_last_view(profile_to_start.last_view)
    assert last is not None
    assert last.counts
    _judge_board(figures, starts, last, "just closed", r"\d+ (s|min)")
    save_last_view(profile_to_start.last_view, last._replace(saved_at=last.saved_at - 3 * DAY))
    cases["the desk"](ROUNDS)
    _judge_board(figures, starts, last, "three days old", "3 d.*")
    figures.judge()
