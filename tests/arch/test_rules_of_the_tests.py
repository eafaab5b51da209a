"""Each rule that every test lives under is broken on purpose in a run of its own, to prove that it bites."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

BROKEN_RULES = {
    "leaked_thread": ("left behind: thread stays", """
import threading
stop = threading.Event()
def test_leaked_thread():
    threading.Thread(target=stop.wait, args=(20,), name="stays", daemon=True).start()
"""),
    "stray_log": ("stray log record: WARNING somewhere: odd 7", """
import logging
def test_stray_log():
    logging.getLogger("somewhere").warning("odd %d", 7)
"""),
    "absent_log": ("expected log record did not come: ERROR /never/", """
import logging
def test_absent_log(expect_log):
    expect_log(logging.ERROR, "never")
"""),
    "leaked_widget": ("left behind: widget QWidget 'forgotten'", """
from PySide6.QtWidgets import QWidget
kept = []
def test_leaked_widget(qtbot):
    kept.append(QWidget(objectName="forgotten"))
"""),
    "leaked_timer": ("left behind: active QTimer 'ticking'", """
from PySide6.QtCore import QTimer
kept = []
def test_leaked_timer(qtbot):
    timer = QTimer(objectName="ticking")
    timer.start(60_000)
    kept.append(timer)
"""),
    "warning": ("DeprecationWarning: old", """
import warnings
def test_warning():
    warnings.warn("old", DeprecationWarning)
"""),
    "unclosed_file": ("ResourceWarning", """
import gc
def test_unclosed_file():
    open(__file__)
    gc.collect()
"""),
    "qt_warning": ("a word from Qt", """
from PySide6.QtCore import qWarning
def test_qt_warning(qtbot):
    qWarning("a word from Qt")
"""),
}  # fmt: skip

KEPT_RULES = """
import logging, os, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

def test_expected_log(expect_log):
    expect_log(logging.WARNING, "odd [0-9]")
    logging.getLogger("somewhere").warning("odd 7")

def test_clean_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    timer = QTimer(window)
    timer.start(60_000)
    window.show()

def test_joined_thread():
    thread = threading.Thread(target=str)
    thread.start()
    thread.join()

def test_home(home):
    assert Path.home() == home and str(home) in os.environ["XDG_CONFIG_HOME"]

def test_shared(shared):
    assert shared.is_dir()
"""


MARKED = """
import pytest
from hypothesis import given, settings, strategies

def test_plain(): pass
@pytest.mark.slow
def test_slow(): pass
@pytest.mark.xvfb
def test_xvfb(): pass
@pytest.mark.bench
def test_bench(): pass
@pytest.mark.campaign
def test_campaign(): pass
@pytest.mark.slow
def test_slow_server(shared): pass
@given(strategies.integers())
def test_property(number):
    assert settings().max_examples in (25, 5, 2_000)
"""
PARTS = {
    "offscreen": {"passed": 4, "skipped": 0},
    "fast": {"passed": 2, "skipped": 1},
    "bench": {"passed": 1, "skipped": 0},
    "campaign": {"passed": 2, "skipped": 0},
}


def run_tests(folder: Path, *arguments: str, shared: str) -> tuple[str, dict[str, int]]:
    """Run the tests in `folder` under the project's own rules; their output and their tally."""
    tally = folder / "tally.json"
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command += ["-p", "tests.conftest", "-p", "no:cacheprovider", "--tally", str(tally), *arguments, str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "WATCHDESK_SHARED": shared}
    )
    return done.stdout + done.stderr, json.loads(tally.read_text())


@pytest.fixture(scope="module")
def broken_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    folder = tmp_path_factory.mktemp("broken")
    for name, (_, text) in BROKEN_RULES.items():
        (folder / f"test_{name}.py").write_text(text)
    return run_tests(folder, shared="/nowhere")


@pytest.mark.parametrize("name", sorted(BROKEN_RULES))
def test_a_broken_rule_fails_the_test(name: str, broken_run: tuple[str, dict[str, int]]) -> None:
    output, tally = broken_run
    assert BROKEN_RULES[name][0] in output
    assert tally == {"passed": 0, "skipped": 0, "failed": len(BROKEN_RULES), "not_run": 0}


def test_what_keeps_the_rules_passes_and_real_servers_are_counted(tmp_path: Path) -> None:
    (tmp_path / "test_kept.py").write_text(KEPT_RULES)
    output, tally = run_tests(tmp_path, shared=str(tmp_path / "absent"))
    assert tally == {"passed": 4, "skipped": 1, "failed": 0, "not_run": 1}, output
    output, tally = run_tests(tmp_path, shared=str(tmp_path))
    assert tally == {"passed": 5, "skipped": 0, "failed": 0, "not_run": 0}, output
    output, tally = run_tests(tmp_path, "--part", "fast", shared=str(tmp_path))
    assert tally == {"passed": 4, "skipped": 1, "failed": 0, "not_run": 1}, output


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_holds_its_tests(part: str, tmp_path: Path) -> None:
    (tmp_path / "test_marked.py").write_text(MARKED)
    output, tally = run_tests(tmp_path, "--part", part, shared=str(tmp_path))
    assert {key: tally[key] for key in ("passed", "skipped")} == PARTS[part], output
