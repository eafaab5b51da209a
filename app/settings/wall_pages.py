"""The pages of a wall from a TOML file, so that a screen's pages are data.

[[page]]
name = "payments"            # as in --page
title = "Payments and shop"
kind = "problems"            # problems, services, tickets
query = "group:payments"     # as in the window; empty: everything
seconds = 20
from_h = 7                   # shown from 7 to 19 o'clock; leave both out: always
until_h = 19
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.base.errors import InputTrouble
from app.base.text import tr
from app.domain.wall import PAGE_KINDS, USUAL_PAGES, WallPage
from app.query import HEALTH, QueryError, parse

_MOST = 50


class _File(msgspec.Struct, frozen=True):
    page: tuple[WallPage, ...] = ()


def read_pages(path: Path | None) -> Sequence[WallPage]:
    """The pages of a file, in its order; without one the usual pages. Raises InputTrouble, naming the page."""
    if path is None:
        return USUAL_PAGES
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        pages = msgspec.convert(told, _File).page
    except (OSError, UnicodeDecodeError) as error:
        raise InputTrouble(tr("it cannot be read: {error}", error=error), path=str(path)) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputTrouble(tr("it is no list of pages: {error}", error=error), path=str(path)) from error
    _check(pages, path)
    return pages


def _check(pages: Sequence[WallPage], path: Path) -> None:
    if not 0 < len(pages) <= _MOST:
        raise InputTrouble(
            tr("it holds {n} pages; 1 to {most} can be shown", n=len(pages), most=_MOST), path=str(path)
        )
    if len({page.name for page in pages}) < len(pages):
        raise InputTrouble(tr("two pages have the same name"), path=str(path))
    for page in pages:
        wrong = next((said for holds, said in _RULES if not holds(page)), "")
        if wrong:
            raise InputTrouble(tr("page “{name}”: {said}", name=page.name, said=tr(wrong)), path=str(path))
        try:
            parse(page.query, HEALTH)
        except QueryError as error:
            told = tr("page “{name}”: its query is not understood: {error}", name=page.name, error=error)
            raise InputTrouble(told, path=str(path)) from error


_RULES = (
    (lambda page: bool(page.name.strip()), "it needs a name"),
    (lambda page: page.kind in PAGE_KINDS, f"its kind is one of {', '.join(PAGE_KINDS)}"),
    (lambda page: 3 <= page.seconds <= 86_400, "it is shown for 3 seconds to a day"),
    (lambda page: 0 <= page.from_h <= 24 and 0 <= page.until_h <= 24, "hours go from 0 to 24"),
)
