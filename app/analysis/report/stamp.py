"""What every form says of a report beside its numbers: period, zone, when it was made, how old its data are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.analysis.report.cell import shown
from app.base.clock import Moment, to_iso
from app.base.text import count, duration, tr
from app.domain.freshness import LATE, LIVE
from app.domain.report import MOMENT, Freshness, Report, Stamp


def made(stamp: Stamp) -> str:
    """When it was made, in words."""
    return tr("{at} {zone}", at=shown(stamp.made_at, MOMENT, stamp.zone), zone=stamp.zone)


def period(stamp: Stamp) -> str:
    """Of what time, in words."""
    since, until = (shown(at, MOMENT, stamp.zone) for at in (stamp.since_at, stamp.until_at))
    if stamp.since_at is None and stamp.until_at is None:
        return tr("All that is known")
    if stamp.since_at is None:
        return tr("Until {until}", until=until)
    return tr("{since} to {until}", since=since, until=until) if stamp.until_at else tr("From {since}", since=since)


def facts(stamp: Stamp) -> Iterator[tuple[str, str]]:
    """(what, value) of the report's head."""
    yield tr("Period"), period(stamp)
    if stamp.before_at is not None:
        yield tr("Held against"), period(Stamp(stamp.made_at, stamp.before_at, stamp.since_at, zone=stamp.zone))
    yield tr("Time zone"), tr("all times are {zone}", zone=stamp.zone)
    yield tr("Made"), made(stamp)
    if stamp.data_at is not None:
        yield tr("Tickets"), tr("newest change {at}", at=shown(stamp.data_at, MOMENT, stamp.zone))
    for source in stamp.sources:
        yield tr("Source {name}", name=source.source), _freshness(source, stamp)


def warning(stamp: Stamp) -> str:
    """That some of the data are too old to trust; empty when none are."""
    stale = [source.source for source in stamp.sources if not _is_fresh(source)]
    if not stale:
        return ""
    return tr(
        "Stale: {sources} had not answered in time when this was made ({names}). What happened there since is not "
        "in it.",
        sources=count(len(stale), tr("source"), tr("sources")), names=", ".join(stale),
    )  # fmt: skip


def document(report: Report) -> dict[str, Any]:
    """The report as a JSON document; ``figures`` is the answer of ``--json``."""
    stamp = report.stamp
    return {
        "report": report.name, "title": report.title, "since_at": _iso(stamp.since_at),
        "until_at": _iso(stamp.until_at), "before_at": _iso(stamp.before_at), "time_zone": stamp.zone,
        "made_at": to_iso(stamp.made_at),
        "tickets_changed_at": _iso(stamp.data_at), "is_stale": bool(warning(stamp)),
        "sources": [
            {"source": each.source, "freshness": each.level, "received_at": _iso(each.received_at)}
            for each in stamp.sources
        ],
        "definitions": {each.terms: each.text for each in report.definitions},
        "figures": report.answer, "figures_before": report.before,
    }  # fmt: skip


def _freshness(source: Freshness, stamp: Stamp) -> str:
    if source.received_at is None:
        return tr("never answered")
    told = tr(
        "last answer {at}, {age} before", at=shown(source.received_at, MOMENT, stamp.zone),
        age=duration(max(0, stamp.made_at - source.received_at)),
    )  # fmt: skip
    return told if _is_fresh(source) else tr("stale: {told}", told=told)


def _is_fresh(source: Freshness) -> bool:
    return source.level in (LIVE, LATE)


def _iso(at: Moment | None) -> str | None:
    return None if at is None else to_iso(at)
