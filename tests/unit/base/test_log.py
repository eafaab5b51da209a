"""The program's log: what a line holds, and what it never holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base import log
from tests.plugins.logs import ExpectLog


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    handler = log.start(tmp_path / "watchdesk.log")
    yield tmp_path / "watchdesk.log"
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def test_only_its_owner_reads_it_and_secrets_are_blanked(path: Path, expect_log: ExpectLog) -> None:
    expect_log(logging.WARNING, "asked with")
    logging.getLogger("app.test").warning("asked with token=abcdef123")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "abcdef123" not in path.read_text()
    assert "token=***" in path.read_text()
