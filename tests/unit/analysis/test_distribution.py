import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.distribution import mean, median, pct, percentile

numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


@given(numbers)
def test_they_agree_with_the_standard_library(values: list[float]) -> None:
    assert median(values) == pytest.approx(statistics.median(values), abs=1e-6)
    assert mean(values) == pytest.approx(statistics.fmean(values), abs=1e-6)
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    assert percentile(values, 0.9) == pytest.approx(tenths[8], abs=1e-6)


def test_nothing_has_no_middle() -> None:
    assert (mean([]), median([]), percentile([], 0.9), pct(0, 0)) == (None, None, None, None)


def test_one_value_is_all_of_them() -> None:
    assert (mean([7]), median([7]), percentile([7], 0.9), pct(1, 4)) == (7, 7, 7, 25)
