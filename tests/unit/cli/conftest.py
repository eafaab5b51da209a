"""Runs the command line in this process, on a profile of the test's own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """`cli("tickets", "--json")` on an empty profile; every message is one line that begins so."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main(["--data-dir", str(tmp_path / "profile"), *words])
        captured = capsys.readouterr()
        assert all(line.startswith(("watchdesk: ", "usage: ")) for line in captured.err.splitlines()), captured.err
        return Ran(code, captured.out, captured.err)

    return run
