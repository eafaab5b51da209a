"""A command pays only for what it uses: `watchdesk --version` loads none of the heavy libraries."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "PySide6",
    "sqlalchemy",
    "alembic",
    "numpy",
    "requests",
    "urllib3",
    "pyqtgraph",
    "keyring",
    "lark",
    "nh3",
    "yaml",
}
PROBE = """
import sys
from app.__main__ import main
try:
    status = main(["--version"])
except SystemExit as stop:
    status = stop.code
print("\\n" + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(status or 0)
"""

needs_main = pytest.mark.skipif(
    importlib.util.find_spec("app.__main__") is None, reason="there is no command line yet (app/__main__.py)"
)


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a new interpreter holds after `code`; its last line of output names them."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@needs_main
def test_version_loads_nothing_heavy() -> None:
    assert not loaded_by(PROBE) & HEAVY


def test_the_probe_sees_what_is_loaded() -> None:
    assert "requests" in loaded_by(
        "import requests.sessions, sys\nprint(' '.join(m.partition('.')[0] for m in sys.modules))"
    )
