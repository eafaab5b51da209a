"""The contract of sources that keep samples themselves, held by a fake and by a real Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import Cancelled, Refused
from app.base.events import CancelToken
from app.domain.metric import MetricAnswer, MetricQuery
from app.ports import HealthSource, MetricSource
from tests.contract.conftest import PrometheusPeer
from tests.contract.remotes import prometheus
from tests.fakes.prometheus_server import PrometheusServer

_REAL = (pytest.mark.real_server, pytest.mark.timeout(600))


@pytest.fixture(params=["fake-prometheus", pytest.param("real-prometheus", marks=_REAL)])
def source(request: pytest.FixtureRequest) -> Iterator[HealthSource]:
    if request.param == "fake-prometheus":
        with PrometheusServer() as fake, closing(prometheus(fake.url, fake.url, "admin", "admin-pw")) as found:
            yield found
        return
    peer: PrometheusPeer = request.getfixturevalue("prometheus_peer")
    with closing(prometheus(peer.url, peer.alertmanager, peer.user, peer.password)) as found:
        yield found


def asked(
    source: HealthSource, series: str, step_s: float | None = 15.0, *, back: int = MINUTE, length: int = MINUTE
) -> MetricAnswer:
    assert isinstance(source, MetricSource)
    since_at = SystemClock().now() - back
    query = MetricQuery(series=series, since_at=since_at, until_at=since_at + length, step_s=step_s)
    return source.series(query, CancelToken())


def test_a_window_gives_each_series_its_values_in_time(source: HealthSource) -> None:
    # The first scrapes of a server that has just started may be missing, never the last ones.
    found = asked(source, "up")
    assert not found.rejects
    assert found.step_s == 15
    assert found.series
    for each in found.series:
        assert each.name.startswith('up{instance="')
        assert dict(each.labels)["__name__"] == "up"
        assert len(each.at) == len(each.values) >= 1
        assert {b - a for a, b in zip(each.at, each.at[1:], strict=False)} <= {15_000}
        assert set(each.values) <= {0.0, 1.0}


def test_an_expression_is_asked_as_it_is_written(source: HealthSource) -> None:
    long = " + ".join(["up", *["0"] * 1_000])  # too long for an address
    for expression in ("up", long):
        assert {value for each in asked(source, expression).series for value in each.values} <= {0.0, 1.0}
    assert asked(source, long).series


def test_what_is_not_there_is_an_empty_answer(source: HealthSource) -> None:
    assert asked(source, "no_such_series").series == ()


def test_the_step_fits_the_window_when_none_is_named(source: HealthSource) -> None:
    found = asked(source, "up", None, back=2_000 * HOUR, length=2_000 * HOUR)
    assert found.step_s == 7_200
    assert asked(source, "up", None).step_s == 15


def test_nonsense_is_refused_with_the_reason(source: HealthSource) -> None:
    with pytest.raises(Refused) as caught:
        asked(source, "up{")
    assert "parse error" in caught.value.sentence() + (caught.value.detail or "")
    for series, step_s, length in (
        ("", 15.0, MINUTE),
        ("up", 0.001, HOUR),
        ("up", 15.0, -MINUTE),
        ("up", -1, MINUTE),
    ):
        with pytest.raises(Refused):
            asked(source, series, step_s, length=length)


def test_it_can_be_cancelled(source: HealthSource) -> None:
    cancel = CancelToken()
    cancel.cancel()
    assert isinstance(source, MetricSource)
    with pytest.raises(Cancelled):
        source.series(MetricQuery(series="up", since_at=1, until_at=2), cancel)
