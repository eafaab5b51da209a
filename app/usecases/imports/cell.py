"""One cell of a table: what its text stands for, in the same way for every format. Errors are ValueErrors whose text
is the reason that a person reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SHOWN_CHARACTERS: Final = 40


class Cached(dict[str, str | None]):
    """What each text of a column was read as: a table repeats few texts many times."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> str | None:
        value = self[text] = self._read(text)
        return value


def wrong(text: str, why: str) -> ValueError:
    """A cell that cannot be read: the beginning of its text, and why."""
    return ValueError(f"“{text[:SHOWN_CHARACTERS]}” {why}")


def wrong_width(row: list[str], width: int) -> ValueError:
    """A row of too few or too many cells."""
    return ValueError(f"it has {len(row)} columns instead of {width}")


def is_whole(text: str, most_digits: int) -> bool:
    """Whether it is a number from 0 on, of at most so many digits."""
    return text.isascii() and text.isdecimal() and len(text) <= most_digits


def whole_or_none(text: str | None) -> int | None:
    """The number of a cell that was read before."""
    return None if text is None else int(text)


def flag_or_none(text: str | None) -> bool | None:
    """The claim of a cell that was read as yes or no."""
    return None if text is None else text == "yes"
