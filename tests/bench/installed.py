"""The command as a person starts it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_LAUNCHER: Final = Path(sys.executable).with_name("watchdesk")
_START: Final = "import sys; sys.path.insert(0, {root!r}); from app.__main__ import main; sys.exit(main())"


def watchdesk(*words: str | Path) -> list[str]:
    """The words to exec. Without a launcher (an environment that ``packaging/test`` has not made), what it does."""
    if _LAUNCHER.exists():
        return [str(_LAUNCHER), *map(str, words)]
    return [sys.executable, "-c", _START.format(root=str(ROOT)), *map(str, words)]
