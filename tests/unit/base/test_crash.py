"""A bug is written down by kind and place, without anybody's words; the hooks are put back."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.base import crash
from app.base.text import tr

ROOT = Path(__file__).parents[3]
SECRET = "hunter2 in ticket INC0001"


def fail() -> None:
    """By way of our own code, with words that must not be kept."""
    try:
        tr("{missing}", other=SECRET)
    except KeyError as error:
        raise RuntimeError(SECRET) from error


def failed() -> RuntimeError:
    with pytest.raises(RuntimeError) as caught:
        fail()
    return caught.value


def test_a_report_names_kinds_and_places_and_no_words() -> None:
    text = crash.report_of(failed(), "write", 0)
    assert "RuntimeError\nKeyError\n  app/base/text.py:" in text
    assert " tr\n" in text
    assert "on write" in text
    assert SECRET not in text
    assert "test_crash" not in text


def test_drafts_are_safe_before_a_word_is_told(tmp_path: Path) -> None:
    path = tmp_path / "crash.log"
    order: list[str] = []
    before = sys.excepthook, threading.excepthook

    def make_safe() -> None:
        order.append("safe" if path.read_bytes() == b"" else "late")

    with crash.watched(path, tell=order.append, make_safe=make_safe):
        error = failed()
        sys.excepthook(type(error), error, error.__traceback__)
    assert order == ["safe", crash.sentence(path)]
    assert path.read_text().count("RuntimeError") == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert (sys.excepthook, threading.excepthook) == before


def test_a_thread_that_fails_is_told_too_and_what_fails_then_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "crash.log"
    told: list[str] = []
    with crash.watched(path, tell=told.append, make_safe=fail):
        thread = threading.Thread(target=fail, name="net:nagios")
        thread.start()
        thread.join()
    assert len(told) == 1
    assert "on net:nagios" in path.read_text()


def test_a_folder_that_cannot_be_written_costs_the_log_alone(tmp_path: Path) -> None:
    told: list[str] = []
    with crash.watched(tmp_path / "none" / "crash.log", tell=told.append):
        error = failed()
        sys.excepthook(type(error), error, error.__traceback__)
    assert told == ["Watchdesk met a bug. What was saved is safe."]


def test_one_run_writes_so_many_reports_and_an_old_log_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "crash.log"
    path.write_bytes(b"x" * (crash.LARGEST_BYTES + 1))
    with crash.watched(path, tell=lambda _: None):
        error = failed()
        for _ in range(crash.MOST_REPORTS + 5):
            sys.excepthook(type(error), error, error.__traceback__)
    assert path.read_text().count("RuntimeError") == crash.MOST_REPORTS


def test_a_fault_of_the_interpreter_leaves_its_places(tmp_path: Path) -> None:
    path = tmp_path / "crash.log"
    code = (
        "import faulthandler, sys; from pathlib import Path; from app.base import crash\n"
        "with crash.watched(Path(sys.argv[1])): faulthandler._sigsegv()"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=False)
    assert run.returncode != 0
    assert "Segmentation fault" in path.read_text()


def test_another_fault_handler_is_left_as_it_was(tmp_path: Path) -> None:
    was_enabled = faulthandler.is_enabled()
    with crash.watched(tmp_path / "crash.log"):
        assert faulthandler.is_enabled()
    assert faulthandler.is_enabled() is was_enabled
