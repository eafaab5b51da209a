"""Where the shipped files are. Owns the path of ``resources/``; reads nothing itself."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """A shipped file: ``resource("icons", "lock.svg")``. A frozen build keeps them beside its modules."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[3]
    return root.joinpath("resources", *parts)
