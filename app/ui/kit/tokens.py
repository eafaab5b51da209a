"""The design tokens as plain values. Owns reading ``tokens.json``; knows no Qt.

Everything drawn takes its colours, lengths and type from here; no other file holds a colour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.ui.kit.resource import resource

MODES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One step of the type scale; ``px`` and ``line`` in logical pixels, ``tracking`` in em."""

    name: str
    px: int
    line: int
    weight: int
    tracking: float = 0.0

    @property
    def is_mono(self) -> bool:
        return self.name.startswith("mono")


@dataclass(frozen=True, slots=True)
class Density:
    """Measures of a table at one density, in logical pixels; ``type`` is a type style's name."""

    name: str
    row: int
    type: str
    glyph: int
    cell_pad: int
    header: int
    lines: int


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state word is drawn: ``key`` names its colours, ``shape`` its outline, ``word`` says it."""

    key: str
    shape: str
    letter: str
    word: str


@cache
def tokens() -> Mapping[str, Any]:
    """The whole file; read once."""
    loaded: dict[str, Any] = json.loads(resource("themes", "tokens.json").read_text(encoding="utf-8"))
    return loaded


def colours(mode: str) -> dict[str, str]:
    """Dotted role to ``#RRGGBB`` for ``dark`` or ``light``; series are ``chart.series.0`` and on."""
    flat: dict[str, str] = {}
    _flatten("", tokens()["color"][mode], flat)
    return flat


def _flatten(prefix: str, branch: Any, into: dict[str, str]) -> None:
    if isinstance(branch, str):
        into[prefix] = branch
        return
    children = enumerate(branch) if isinstance(branch, list) else branch.items()
    for name, child in children:
        _flatten(f"{prefix}.{name}" if prefix else str(name), child, into)


def length(path: str) -> int:
    """A length by dotted path: ``length("layout.rail")``, ``length("space.4")``. Raises KeyError."""
    branch: Any = tokens()
    for step in path.split("."):
        branch = branch[step]
    return int(branch)


@cache
def type_style(name: str) -> TypeStyle:
    """A step of the type scale. Raises KeyError."""
    return TypeStyle(name, **tokens()["type"][name])


@cache
def density(name: str) -> Density:
    """``compact``, ``regular`` or ``comfortable``. Raises KeyError."""
    return Density(name, **tokens()["density"][name])


# Words of the domain that are drawn like another state; the shapes stand in the tokens.
_COLOUR_OF = {"up": "ok", "pending": "info", "down": "critical", "unreachable": "unknown"}
_SAME_AS = {
    "in_downtime": "maintenance",
    "downtime": "maintenance",
    "suppressed": "maintenance",
    "working": "ok",
    "at_risk": "warning",
    "degraded": "warning",
}


@cache
def state_look(word: str) -> StateLook:
    """The look of a state word (``critical``, ``down``, ``stale``, ``at_risk`` ...). Raises KeyError."""
    name = _SAME_AS.get(word, word)
    shape = tokens()["state_shape"][name]
    return StateLook(_COLOUR_OF.get(name, name), shape["shape"], shape["letter"], shape["word"])
