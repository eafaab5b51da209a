"""Which connector a source's kind means. Imported with the first source that is asked, not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.base.errors import UsageTrouble
from app.base.secret import Secret
from app.base.text import tr
from app.domain.source import Source
from app.ports import HealthSource


def _nagios(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.nagios import open_nagios

    return open_nagios(source, secret)


def _simulated(source: Source, _secret: Secret | None) -> HealthSource:
    from app.connectors.simulated import open_simulated

    return open_simulated(source)


KINDS: Final[Mapping[str, Callable[[Source, Secret | None], HealthSource]]] = {
    "nagios": _nagios,
    "simulated": _simulated,
}


def connect(source: Source, secret: Secret | None) -> HealthSource:
    """The ``Connect`` port. Raises UsageTrouble for a kind that is not known."""
    try:
        build = KINDS[source.kind]
    except KeyError:
        raise UsageTrouble(
            tr("There is no kind of source named “{kind}”.", kind=source.kind),
            hint=tr("Kinds: {kinds}.", kinds=", ".join(KINDS)),
            concerns=source.name,
        ) from None
    return build(source, secret)
