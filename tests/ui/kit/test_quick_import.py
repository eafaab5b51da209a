"""What the quick imports lean on is there, and does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_PROGRAM = """
import sys
from app.ui.kit.quick_import import forgo_features
forgo_features()
import PySide6.QtWidgets, app.ui.kit.table
import linecache
print(sum("kit" in name for name in linecache.cache))
"""


def test_no_source_is_read_while_the_window_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_without_it_sources_are_read() -> None:
    program = _PROGRAM.replace("forgo_features()", "import PySide6.QtCore")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 5
