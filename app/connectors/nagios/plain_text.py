"""Text on its way to cmd.cgi, and the words in its pages."""

from __future__ import annotations

import html
import re
from typing import Final

from app.base.text import one_line

_SAYS: Final = re.compile(r"<(?:div|p) class=['\"]errorMessage['\"]>(.*?)</(?:div|p)>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


def clean(text: str) -> str:
    """Text as Nagios keeps it: one line, commas for semicolons (they part its fields), no angle brackets."""
    return one_line(text).replace(";", ",").replace("<", "(").replace(">", ")").strip()


def is_altered(text: str) -> bool:
    """Whether ``clean`` changes more than blanks at the ends."""
    return clean(text) != text.strip()


def words_of(page: str) -> str:
    """What the CGI's page says went wrong, as plain text."""
    found = _SAYS.search(page)
    return one_line(html.unescape(_TAG.sub(" ", found[1])))[:300] if found else ""
