"""Text for people: the one translation route, durations, ages, numbers, and outside text made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from app.base.clock import DAY, HOUR, MINUTE, SECOND, Moment

THIN_SPACE = "\u2009"
_translate: Callable[[str], str] = str


def set_translation(route: Callable[[str], str]) -> None:
    """Install another language; English source text goes in."""
    global _translate
    _translate = route


def tr(source: str, /, **values: object) -> str:
    """The text in the person's language, with ``{name}`` places filled."""
    text = _translate(source)
    return text.format(**values) if values else text


_STEPS = ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m"))


def duration(length_ms: int) -> str:
    """Two units, no zero padding: ``42 s``, ``6 min``, ``1 h 12 m``, ``3 d 4 h``; negative with a minus."""
    if length_ms < 0:
        return "-" + duration(-length_ms)
    if length_ms < MINUTE:
        return f"{length_ms // SECOND} s"
    if length_ms < HOUR:
        return f"{length_ms // MINUTE} min"
    for unit, letter, part, part_letter in _STEPS:
        if length_ms >= unit:
            rest = length_ms % unit // part
            return f"{length_ms // unit} {letter}" + (f" {rest} {part_letter}" if rest else "")
    raise AssertionError("unreachable")


def age(now_at: Moment, then_at: Moment | None) -> str:
    """How long ago; empty when not known; never negative (clocks differ)."""
    return "" if then_at is None else duration(max(0, now_at - then_at))


def number(value: int) -> str:
    """With a thin space between thousands."""
    return f"{value:,}".replace(",", THIN_SPACE)


def count(amount: int, one: str, many: str) -> str:
    """``1 ticket``, ``2 tickets``."""
    return f"{number(amount)} {one if amount == 1 else many}"


_KEPT = frozenset("\n\t")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Joiners belong to ordinary writing (Persian, Indic scripts, emoji) and cannot reorder a line.
_JOINERS = frozenset("\u200c\u200d")


def _is_hidden(char: str) -> bool:
    return char not in _KEPT and char not in _JOINERS and unicodedata.category(char) in _HIDDEN_CATEGORIES


def plain(text: str) -> str:
    """Outside text made safe to show: control, bidi and invisible characters become visible ``‹U+202E›``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"‹U+{ord(char):04X}›" if _is_hidden(char) else char for char in text)


def one_line(text: str) -> str:
    """``plain`` on a single line: breaks and tabs become spaces."""
    return plain(" ".join(text.split()))
