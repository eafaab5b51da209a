"""How keys are shown to a person."""

from __future__ import annotations


def spoken_keys(keys: str) -> list[str]:
    """``G, B`` → g then b; ``Ctrl+K`` and ``Shift+C`` stay whole; letters are small as on the caps."""
    words: list[str] = []
    for part in keys.split(", "):
        words += ["then"] if words else []
        words.append(part.lower() if len(part) == 1 else {"Return": "Enter"}.get(part, part))
    return words
