"""Samples of a window: ``query_range`` as series. Bounded before it is asked, and again while it is read.

Prometheus gives at most 11,000 points a series; a series that cannot be read is set aside and named, and so is what
Prometheus says beside its answer (a store that was left out, a doubtful expression).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import msgspec

from app.base.clock import Moment
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.answer import Kind
from app.connectors.http import HttpClient
from app.connectors.payload import decode, decode_as, iter_raw, map_sliced
from app.connectors.prometheus import labels as means
from app.connectors.prometheus.parse import Labels, Reject, envelope, told
from app.domain.metric import MetricAnswer, MetricQuery, MetricSeries

MOST_POINTS: Final = 11_000
MOST_SERIES: Final = 1_000
MOST_SAMPLES: Final = 2_000_000
USUAL_POINTS: Final = 1_000
SHORTEST_USUAL_STEP_S: Final = 15.0
LONGEST_QUERY: Final = 10_000
_LONGEST_IN_ADDRESS: Final = 2_000
"""What is longer goes as a form: addresses are cut somewhere on the way."""


def ask_range(client: HttpClient, name: str, query: MetricQuery, cancel: CancelToken) -> MetricAnswer:
    """The window's samples. Raises Refused (too much, or no sound expression), RemoteTrouble, Cancelled. Net lane."""
    step_s = step_of(query)
    if not query.series.strip() or len(query.series) > LONGEST_QUERY:
        raise Refused(
            tr("This is no query: it must have 1 to {count} letters.", count=LONGEST_QUERY),
            hint=tr("Name a series, as up, or write an expression."), concerns=name,
        )  # fmt: skip
    params = {
        "query": query.series, "start": f"{query.since_at / 1000:.3f}", "end": f"{query.until_at / 1000:.3f}",
        "step": f"{step_s:.3f}",
    }  # fmt: skip
    path = "api/v1/query_range"
    if len(query.series) > _LONGEST_IN_ADDRESS:
        answer = client.request("POST", path, form=params, cancel=cancel, kind=Kind.BULK)
    else:
        answer = client.request("GET", path, params=params, cancel=cancel, kind=Kind.BULK)
    return read_range(answer.body, name, query, step_s, cancel)


def step_of(query: MetricQuery) -> float:
    """Seconds from one value to the next. Raises Refused when that gives no or too many values."""
    span_s = (query.until_at - query.since_at) / 1000
    if span_s < 0:
        raise Refused(tr("The window ends before it begins."), hint=tr("Exchange its ends."))
    if query.step_s is None:
        return max(SHORTEST_USUAL_STEP_S, float(math.ceil(span_s / USUAL_POINTS)))
    least_s = math.ceil(span_s / (MOST_POINTS - 1) * 1000) / 1000
    if not max(least_s, 0.001) <= query.step_s <= 1e9:
        raise Refused(
            tr("A step of {s:g} s gives more than {count} values of a series.", s=query.step_s, count=MOST_POINTS),
            hint=tr("Ask for a shorter time, or a step of {s:g} s at least.", s=max(least_s, 0.001)),
        )
    return query.step_s


class _Matrix(msgspec.Struct, frozen=True, rename="camel"):
    result_type: str
    result: msgspec.Raw


class _Told(msgspec.Struct, frozen=True):
    metric: Labels
    values: list[tuple[float, str]] = []


_MATRIX: Final = msgspec.json.Decoder(_Matrix)
_SERIES: Final = msgspec.json.Decoder(_Told)


def read_range(body: bytes, name: str, query: MetricQuery, step_s: float, cancel: CancelToken) -> MetricAnswer:
    """An answer's series in its order. Raises BadAnswer, Refused (too many), Cancelled."""
    whole = envelope(body, name)
    matrix = decode_as(whole.data, _MATRIX, concerns=name)
    if matrix.result_type != "matrix":
        raise BadAnswer(tr("{name} gave no series over time.", name=name), concerns=name)
    rejects: list[Reject] = [(tr("answer"), told(words)) for words in whole.warnings]
    window = (query.since_at, query.until_at)
    raws = iter_raw(matrix.result, (), concerns=name)
    found = map_sliced(raws, lambda pair: _one(pair, window, query.series, rejects))
    series = tuple(each for each in _bounded(found, name, cancel) if each is not None)
    return MetricAnswer(series=series, step_s=step_s, rejects=tuple(rejects))


def _bounded(found: Iterable[MetricSeries | None], name: str, cancel: CancelToken) -> Iterator[MetricSeries | None]:
    samples = 0
    for count, each in enumerate(found, 1):
        cancel.check()
        samples += len(each.at) if each is not None else 0
        if count > MOST_SERIES or samples > MOST_SAMPLES:
            raise Refused(
                tr("{name} has more than {series} series or {samples} samples for this.", name=name,
                   series=MOST_SERIES, samples=MOST_SAMPLES),
                hint=tr("Name fewer series by their labels, sum them up, or ask for a longer step."), concerns=name,
            )  # fmt: skip
        yield each


def _one(
    pair: tuple[str, msgspec.Raw], window: tuple[Moment, Moment], asked: str, rejects: list[Reject]
) -> MetricSeries | None:
    place, raw = pair
    try:
        decode(raw, unique_keys=True)
        found = decode_as(raw, _SERIES)
    except BadAnswer as error:
        rejects.append((tr("series {place}", place=place), error.detail))
        return None
    title = one_line(means.spelled(found.metric) or asked)
    if not found.values:
        rejects.append((title, tr("It has no plain numbers.")))
        return None
    at = tuple(round(min(max(moment_s, -1e11), 1e11) * 1000) for moment_s, _ in found.values)
    if not window[0] - 1 <= at[0] <= at[-1] <= window[1] + 1 or any(b <= a for a, b in pairwise(at)):
        rejects.append((title, tr("Its times are out of order or out of the window.")))
        return None
    return _plotted(title, found, at, rejects)


def _plotted(title: str, found: _Told, at: tuple[Moment, ...], rejects: list[Reject]) -> MetricSeries | None:
    try:
        numbers = [float(text) for _, text in found.values]
    except ValueError:
        rejects.append((title, tr("One of its values is no number.")))
        return None
    kept = [(moment, number) for moment, number in zip(at, numbers, strict=True) if math.isfinite(number)]
    return MetricSeries(
        name=title, labels=tuple(sorted(found.metric.items())), at=tuple(moment for moment, _ in kept),
        values=tuple(number for _, number in kept),
    )  # fmt: skip
