"""Imports after Qt, without PySide's search of each module's source for its feature switches.

After each import PySide reads the module's source text to learn whether it may ask for ``__feature__`` (snake_case
names). No module here does; reading fifty sources takes a tenth of the way to the first paint (decision 009).
"""

from __future__ import annotations

import importlib
from typing import Final

_SEARCH: Final = "_mod_uses_pyside"


def forgo_features() -> None:
    """Declare every module imported from here on as one that switches no feature. Call before the rooms are imported.

    The switch is PySide's own, private function: where a release has none, imports are as slow as they were.
    """
    importlib.import_module("PySide6.QtCore")
    try:
        feature = importlib.import_module("shibokensupport.feature")
    except ImportError:
        return
    if hasattr(feature, _SEARCH):
        setattr(feature, _SEARCH, _uses_none)


def _uses_none(_module: object) -> bool:
    return False
