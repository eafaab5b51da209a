"""``watchdesk wall --shot``: a page as an image, from a profile that it only reads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Cli

READS_ONLY = """
import sys
import app.bootstrap.wall
wrong = [name for name in sys.modules if name.startswith(
    ("app.actions", "app.connectors", "app.usecases.ticket", "app.usecases.command", "app.usecases.work",
     "app.usecases.poll", "app.ui.desk", "requests", "keyring"))]
sys.exit(", ".join(wrong) or 0)
"""


@pytest.mark.slow
def test_the_process_of_the_wall_holds_nothing_that_writes() -> None:
    ran = subprocess.run([sys.executable, "-c", READS_ONLY], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_page_is_written_as_an_image(cli: Cli, tmp_path: Path) -> None:
    cli("source", "add", "simulated", "sim", "--url", "simulated:")
    cli("poll", "--once")
    for page, size in (("problems", "1920x1080"), ("tickets", "1080x1920"), ("services", "3840x2160")):
        path = tmp_path / f"{page}.png"
        ran = cli("wall", "--shot", str(path), "--page", page, "--size", size, "--json")
        assert (ran.code, ran.json) == (0, {"file": str(path), "page": page})
        head = path.read_bytes()[:24]
        width, height = (int(part) for part in size.split("x"))
        assert head[16:24] == width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--shot", "x.png", "--page", "nothing"), "There is no page named “nothing”"),
        (("--shot", "x.png", "--size", "big"), "is not a size"),
        (("--shot", "x.unknown"), "cannot be written"),
        (("--shot", "x.png", "--pages", "missing.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_shot_is_said(cli: Cli, words: tuple[str, ...], said: str) -> None:
    cli("source", "add", "simulated", "sim", "--url", "simulated:")
    ran = cli("wall", *words)
    assert ran.code != 0
    assert said in ran.err


def test_without_a_profile_it_says_so(cli: Cli, tmp_path: Path) -> None:
    ran = cli("wall", "--shot", str(tmp_path / "x.png"))
    assert ran.code != 0
    assert "There is no store" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_stays_until_its_process_is_ended(tmp_path: Path, ending: signal.Signals) -> None:
    """Also without a profile: it waits for one. ``--guarded`` is the wall itself, which beats on its output."""
    words = [sys.executable, "-m", "app", "--data-dir", str(tmp_path / "profile"), "wall", "--guarded"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.read(3) == b"..."
            assert process.poll() is None
            process.send_signal(ending)
            _out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.slow
def test_the_guard_starts_the_wall_again_and_ends_with_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "app", "--data-dir", str(tmp_path / "profile"), "wall"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(words, stderr=subprocess.PIPE, env=environment) as guard:
        try:
            first = wall_of(guard.pid, other_than=0)
            os.kill(first, signal.SIGKILL)
            second = wall_of(guard.pid, other_than=first)
            assert guard.poll() is None
            guard.send_signal(signal.SIGTERM)
            guard.communicate(timeout=20)
        finally:
            guard.kill()
    assert guard.returncode == 0
    assert not Path(f"/proc/{second}").exists(), "nothing is left behind"


def wall_of(guard: int, *, other_than: int, deadline_s: float = 30.0) -> int:
    """The process that the guard runs, once it is up."""
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        told = Path(f"/proc/{guard}/task/{guard}/children").read_text(encoding="ascii").split()
        found = [int(pid) for pid in told if int(pid) != other_than]
        if found:
            return found[0]
        os.sched_yield()
    raise AssertionError("no wall was started")
