"""What goes over the line: questions, orders and the head of an answer. Pure: text in, bytes out, and back.

A line break ends a header and a blank line ends a question, so a text with a break in it could say more than was
meant. Nothing from outside gets there but through ``fitting`` (names: refused) and ``one_field`` (texts: changed).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from app.base.clock import Moment
from app.base.errors import BadAnswer, Limited, Refused, TimedOut, WatchdeskError
from app.base.text import one_line, tr

HEAD_BYTES: Final = 16
OK: Final = 200
NO_SUCH_TABLE: Final = 404
LONGEST_LINE: Final = 8_000
"""Nagios cuts an external command at 8,191 bytes; what lies beyond would be lost without a word."""

_HEAD: Final = re.compile(rb"([1-9][0-9]{2}) {1,11}([0-9]{1,11})\n")
_BREAKING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BUSY: Final = frozenset({413, 502, 503})
_FORBIDDEN: Final = frozenset({401, 403})


def question(table: str, columns: Sequence[str], *where: str) -> bytes:
    """``where``: further headers, such as ``Filter: state = 2``. The line stays open after it."""
    lines = [f"GET {table}"]
    lines += [f"Columns: {' '.join(columns)}"] if columns else []
    lines += [*where, "ColumnHeaders: off", "OutputFormat: json", "ResponseHeader: fixed16", "KeepAlive: on"]
    for line in lines:
        if not _is_one_line(line):
            raise ValueError("a header is one line")
    return ("\n".join(lines) + "\n\n").encode()


def order(at: Moment, words: Sequence[str | int]) -> bytes:
    """An external command. Raises Refused when it is longer than what a Nagios takes, ValueError for a word that
    holds a break, and for one but the last that holds a semicolon: our own code is wrong then."""
    told = [str(word) for word in words]
    if any(";" in word for word in told[:-1]) or not all(map(_is_one_line, told)):
        raise ValueError("a word of a command would end it")
    line = f"COMMAND [{at // 1000}] {';'.join(told)}"
    if len(line.encode()) > LONGEST_LINE:
        raise Refused(tr("The text is too long for a command of Nagios: {count} letters.", count=len(told[-1])))
    return f"{line}\n\n".encode()


def fitting(name: str) -> bool:
    """Whether a host or service can be named in a command or filter as it is."""
    return bool(name) and name == name.strip() and ";" not in name and _is_one_line(name)


def one_field(text: str, *, is_last: bool = False) -> str:
    """A text as one field: no breaks, and no semicolons but in the last field."""
    bare = "".join(" " if unicodedata.category(char) in _BREAKING else char for char in text)
    bare = " ".join(bare.split())
    return bare if is_last else bare.replace(";", ",")


def _is_one_line(text: str) -> bool:
    return not any(unicodedata.category(char) in _BREAKING for char in text)


def head_of(raw: bytes, name: str) -> tuple[int, int]:
    """(status, length in bytes) of an answer. Raises BadAnswer."""
    found = _HEAD.fullmatch(raw)
    if found is None:
        raise BadAnswer(
            tr("{name} does not speak livestatus.", name=name),
            hint=tr("Check the address: another service may listen there."), concerns=name,
        )  # fmt: skip
    return int(found[1]), int(found[2])


def trouble_of(status: int, body: bytes, name: str) -> WatchdeskError:
    """The error for a status that is no success, with the first line of what was said."""
    said = one_line(body[:2_000].decode("utf-8", "replace").partition("\n")[0])[:300]
    detail = tr("It answered {status}: {text}", status=status, text=said or tr("no reason given"))
    if status in _FORBIDDEN:
        return Refused(tr("{name} does not let this be read.", name=name), detail=detail, concerns=name)
    if status in _BUSY:
        kind = TimedOut if status == 502 else Limited
        return kind(tr("{name} cannot answer now.", name=name), detail=detail, concerns=name)
    return BadAnswer(tr("{name} refused the request.", name=name), detail=detail, concerns=name)
