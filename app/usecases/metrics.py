"""Samples: stored ones by the name of their series (read lane), and those that a source keeps (net lane)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from app.base.clock import Moment
from app.base.errors import NotFound, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.health import HOST, HealthRow
from app.domain.history import Series
from app.domain.metric import MetricAnswer, MetricQuery
from app.ports import HealthSource, History, MetricSource


def series_name(row: HealthRow, label: str) -> str:
    """``HOST/SERVICE/LABEL``; of a host's own check ``HOST/LABEL``."""
    return "/".join((row.host, label) if row.kind == HOST else (row.host, row.name, label))


def query_metrics(
    history: History, pattern: str, since_at: Moment, until_at: Moment
) -> Iterator[tuple[str, HealthRow, Series]]:
    """(name, row, samples of the window) of each series whose name is the pattern, in which ``*`` is any text, ``?``
    any letter; upper and lower case are one. By host, name and label. Raises NotFound when there is none."""
    rows = {row.id: row for row in history.rows()}
    folded = pattern.casefold()
    wanted = [
        (id_, label)
        for id_, label in history.series_names()
        if id_ in rows and _is_named(series_name(rows[id_], label).casefold(), folded)
    ]
    if not wanted:
        raise NotFound(
            tr("No stored series is named “{name}”.", name=pattern),
            hint=tr("Write HOST/SERVICE/LABEL; * stands for any text, as in web-*/load/*."), concerns=pattern,
        )  # fmt: skip
    return _read(history, rows, wanted, since_at, until_at)


def ask_metrics(connector: HealthSource, query: MetricQuery, cancel: CancelToken) -> MetricAnswer:
    """What a source keeps itself; writes nothing. Net lane. Raises Refused, RemoteTrouble, Cancelled."""
    if not isinstance(connector, MetricSource):
        raise Refused(
            tr("{name} cannot be asked for samples: what it tells is stored here.", name=connector.name),
            hint=tr("Leave --source out."), concerns=connector.name,
        )  # fmt: skip
    return connector.series(query, cancel)


def _is_named(name: str, pattern: str) -> bool:
    # Square brackets are letters of a name here, not a set.
    return name == pattern or fnmatchcase(name, pattern.replace("[", "[[]"))


def _read(
    history: History, rows: dict[str, HealthRow], wanted: list[tuple[str, str]], since_at: Moment, until_at: Moment
) -> Iterator[tuple[str, HealthRow, Series]]:
    known: dict[str, dict[str, Series]] = {}
    for id_, label in wanted:
        if id_ not in known:
            known = {id_: {each.label: each for each in history.series(id_, since_at, until_at)}}
        if label in known[id_]:
            yield series_name(rows[id_], label), rows[id_], known[id_][label]
