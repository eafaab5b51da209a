"""What a person chose of a Zabbix, in the fragment of its address.

https://host/zabbix#groups=Linux servers,Web&critical-from=average&service-tag=component
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from app.base.errors import Refused
from app.base.text import tr
from app.domain.health import CRITICAL, WARNING

SEVERITIES: Final = ("not classified", "information", "warning", "average", "high", "disaster")
_HIGH: Final = 4
_KNOWN: Final = ("groups", "critical-from", "service-tag")


@dataclass(frozen=True, slots=True)
class Options:
    """``groups``: only hosts of these host groups and of those below them; empty: all. ``critical_from``: the lowest
    severity that is critical; lower ones are warning. ``service_tag``: the tag whose value names a check."""

    groups: tuple[str, ...] = ()
    critical_from: int = _HIGH
    service_tag: str = "service"

    @property
    def states(self) -> tuple[str, ...]:
        """By severity."""
        return tuple(CRITICAL if level >= self.critical_from else WARNING for level in range(len(SEVERITIES)))


DEFAULTS: Final = Options()


def read_options(url: str) -> Options:
    """Raises Refused (field ``url``) for a word that is not known."""
    _, _, fragment = url.partition("#")
    pairs = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
    words = {unquote(key).strip(): unquote(value).strip() for key, value in pairs.items()}
    for key in words:
        if key not in _KNOWN:
            known = tr("Known: {words}.", words=", ".join(_KNOWN))
            raise _refused(tr("“{word}” in the address is not known.", word=key), known)
    return Options(
        groups=tuple(each.strip() for each in words.get("groups", "").split(",") if each.strip()),
        critical_from=_severity(words["critical-from"]) if "critical-from" in words else _HIGH,
        service_tag=words.get("service-tag") or "service",
    )


def _severity(word: str) -> int:
    try:
        return SEVERITIES.index(word.casefold().replace("-", " "))
    except ValueError:
        known = tr("Severities: {words}.", words=", ".join(SEVERITIES))
        raise _refused(tr("“{word}” is not a severity of Zabbix.", word=word), known) from None


def _refused(title: str, hint: str) -> Refused:
    return Refused(title, hint=hint, field="url")
