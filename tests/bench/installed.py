"""The command as a person starts it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_LAUNCHER: Final = Path(sys.executable).with_name("watchdesk")
_START: Final = "import sys; sys.path.insert(0, {root!r}); from app.__main__ import main; sys.exit(main())"


_BYTECODE: Final = Path(tempfile.gettempdir()) / f"watchdesk-bench-bytecode-{os.getuid()}"


def environment(**more: str) -> dict[str, str]:
    """Of a child process: compiled modules are kept, as they are where the program was installed, here in a folder
    of their own; nothing of the person's Python or Qt settings goes along."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))}
    return {**kept, "PYTHONPYCACHEPREFIX": str(_BYTECODE), **more}


def watchdesk(*words: str | Path) -> list[str]:
    """The words to exec. Without a launcher (an environment that ``packaging/test`` has not made), what it does."""
    if _LAUNCHER.exists():
        return [str(_LAUNCHER), *map(str, words)]
    return [sys.executable, "-c", _START.format(root=str(ROOT)), *map(str, words)]
