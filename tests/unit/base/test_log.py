"""The program's log: what a line holds, and what it never holds."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base import log
from app.base.text import tr
from tests.plugins.logs import ExpectLog

WORDS = "hunter2 in ticket INC-1"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    handler = log.start(tmp_path / "watchdesk.log")
    yield tmp_path / "watchdesk.log"
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def test_an_error_is_kept_by_kind_and_place_and_never_by_its_words(path: Path, expect_log: ExpectLog) -> None:
    expect_log(logging.ERROR, "a command failed")
    try:
        tr("{missing}", other=WORDS)
    except KeyError as error:
        cause = error
    try:
        raise RuntimeError(WORDS) from cause
    except RuntimeError:
        logging.getLogger("app.test").exception("a command failed by a bug")
    text = path.read_text()
    assert WORDS not in text
    entry = json.loads(text)
    assert entry["message"] == "a command failed by a bug"
    assert "RuntimeError\nKeyError\n  app/base/text.py:" in entry["trace"]


def test_only_its_owner_reads_it_and_secrets_are_blanked(path: Path, expect_log: ExpectLog) -> None:
    expect_log(logging.WARNING, "asked with")
    logging.getLogger("app.test").warning("asked with token=abcdef123")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "abcdef123" not in path.read_text()
    assert "token=***" in path.read_text()


def test_without_an_error_at_hand_there_is_no_trace(path: Path, expect_log: ExpectLog) -> None:
    expect_log(logging.ERROR, "nothing raised")
    logging.getLogger("app.test").error("nothing raised", exc_info=True)
    assert "trace" not in json.loads(path.read_text())
