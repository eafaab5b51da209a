"""Which connector a source's kind means. Each is imported when the first source of its kind is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.base.errors import SecretsTrouble, UsageTrouble
from app.base.secret import Secret
from app.base.text import tr
from app.domain import command
from app.domain.alert_rule import SOURCE_KIND
from app.domain.capability import Capabilities
from app.domain.source import Source
from app.ports import Clock, HealthSource, History, Secrets, Store

ALL_VERBS: Final = frozenset(
    {
        command.ACKNOWLEDGE,
        command.UNACKNOWLEDGE,
        command.DOWNTIME,
        command.END_DOWNTIME,
        command.COMMENT,
        command.RECHECK,
    }
)

SILENCES: Final = Capabilities(
    {
        command.ACKNOWLEDGE,
        command.ACKNOWLEDGE_UNTIL,
        command.UNACKNOWLEDGE,
        command.DOWNTIME,
        command.END_DOWNTIME,
    },
    {
        command.COMMENT: tr("Alertmanager keeps no comments: acknowledge it, and its silence carries your text."),
        command.RECHECK: tr("Prometheus evaluates its rules by itself, in their own interval."),
        command.CLOSE: tr("An alert ends when its rule no longer holds: mend the cause, or set a downtime."),
    },
)
_NO_END: Final = {
    command.ACKNOWLEDGE_UNTIL: tr(
        "Its acknowledgements hold until the problem ends or they are taken back: name no end, or set a downtime."
    )
}


def _nagios(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.nagios import open_nagios

    return open_nagios(source, secret)


def _prometheus(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.prometheus import open_prometheus

    return open_prometheus(source, secret)


def _alertmanager(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.prometheus import open_alertmanager

    return open_alertmanager(source, secret)


def _zabbix(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.zabbix import open_zabbix

    return open_zabbix(source, secret)


def _icinga2(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.icinga2 import open_icinga2

    return open_icinga2(source, secret)


def _livestatus(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.livestatus import open_livestatus

    return open_livestatus(source, secret)


def _datadog(source: Source, secret: Secret | None) -> HealthSource:
    from app.connectors.datadog import open_datadog

    return open_datadog(source, secret)


def _simulated(source: Source, _secret: Secret | None) -> HealthSource:
    from app.connectors.simulated import open_simulated

    return open_simulated(source)


def rule_source(store: Store, history: History, clock: Clock) -> HealthSource:
    """The source of the own alert rules, which asks no other system."""
    from app.usecases.rule_source import RuleSource

    return RuleSource(store.team.alert_rules, history, clock)


KINDS: Final[Mapping[str, Callable[[Source, Secret | None], HealthSource]]] = {
    "nagios": _nagios,
    "prometheus": _prometheus,
    "alertmanager": _alertmanager,
    "zabbix": _zabbix,
    "icinga2": _icinga2,
    "livestatus": _livestatus,
    "datadog": _datadog,
    "simulated": _simulated,
}

_VERBS: Final[Mapping[str, frozenset[str]]] = {
    "prometheus": SILENCES,
    "alertmanager": SILENCES,
    "nagios": Capabilities(ALL_VERBS, _NO_END),
    "zabbix": Capabilities(ALL_VERBS | {command.CLOSE}, _NO_END),
    "icinga2": ALL_VERBS | {command.ACKNOWLEDGE_UNTIL},
    "simulated": ALL_VERBS | {command.ACKNOWLEDGE_UNTIL},
}


TOKENS: Final = frozenset({"prometheus", "alertmanager", "zabbix", "datadog"})
"""Kinds that take a token instead of a user and a password."""


def find_secret(secrets: Secrets, source: Source) -> Secret | None:
    """A source's secret in the keyring. One of ``TOKENS`` without a user may have a token there, or nothing: a
    machine without a keyring is no trouble then. Raises SecretsTrouble."""
    if not source.user and source.kind not in TOKENS:
        return None
    try:
        return secrets.find(source.id)
    except SecretsTrouble:
        if source.user:
            raise
        return None


def verbs_of(kind: str) -> frozenset[str]:
    """What a kind of source can be asked to do, known without connecting."""
    if kind == SOURCE_KIND:
        from app.usecases.rule_source import CAPABILITIES

        return CAPABILITIES
    if kind == "datadog":
        from app.connectors.datadog.downtime import CAPABILITIES as DATADOG

        return DATADOG
    return _VERBS.get(kind, ALL_VERBS) if kind in KINDS else frozenset()


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
