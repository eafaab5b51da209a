"""How figures are counted, from the docstring of the use case that counts them: its bullets ``- terms: text``."""

from __future__ import annotations

import inspect
import re
from typing import Final

from app.domain.report import Definition

_BULLET: Final = re.compile(r"^- ([\w, ]+): (.+?)(?=^- |^\S|\Z)", re.MULTILINE | re.DOTALL)


def definitions_of(docstring: str | None) -> tuple[Definition, ...]:
    """In the docstring's order; none of none."""
    told = inspect.cleandoc(docstring or "")
    return tuple(Definition(terms, " ".join(text.split())) for terms, text in _BULLET.findall(told))
