"""What a simulated source can be told in its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from app.base.errors import UsageTrouble
from app.base.text import tr
from app.domain.source import Source

LARGEST: Final = 200_000
"""Rows at most."""


@dataclass(frozen=True, slots=True)
class Options:
    """See the package. ``hosts`` 0: the small estate of 60 services."""

    seed: int = 7
    hosts: int = 0
    services: int = 4
    check: int = 60
    speed: int = 1


def read_options(source: Source) -> Options:
    """The options in a source's address. Raises UsageTrouble for one that is not known or out of bounds."""
    options = Options()
    for name, text in parse_qsl(source.url.partition("?")[2], keep_blank_values=True):
        if not hasattr(options, name) or not text.isascii() or not text.isdigit() or len(text) > 9:
            raise _unusable(source, f"{name}={text}")
        options = replace(options, **{name: int(text)})
    if options.hosts * options.services > LARGEST or not (options.services and options.check and options.speed):
        raise _unusable(source, source.url)
    return options


def _unusable(source: Source, text: str) -> UsageTrouble:
    return UsageTrouble(
        tr("“{text}” is not an option of a simulated source.", text=text),
        hint=tr("Options: simulated:?seed=7&hosts=2500&services=4&check=60&speed=1, each a whole number."),
        concerns=source.name,
    )
