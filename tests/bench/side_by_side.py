"""Measuring ours beside a floor or a rival: alternating calls, medians, and the load they were taken under.

Owns no figure and no limit. Seconds in, seconds out.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

Samples = dict[str, list[float]]

BUSY: Final = 3.0
"""Above this one-minute load average wall times on two cores say little, and the measurement is made again."""
TRIES: Final = 3


def alternate(cases: Mapping[str, Callable[[int], float]], rounds: int, *, tries: int = TRIES) -> Samples:
    """``rounds`` results of each case, taken in turns; every second round runs the cases the other way round.

    A case is called with the number of its round and gives what it measured. When the machine was busy at the end,
    all of it is done again, at most ``tries`` times; the calmest measurement counts.
    """
    found: list[tuple[float, Samples]] = []
    for _ in range(tries):
        samples = _once(cases, rounds)
        load = os.getloadavg()[0]
        print(f"load {load:.1f}: " + ", ".join(f"{name} {median(each):.5g}" for name, each in samples.items()))
        found.append((load, samples))
        if load <= BUSY:
            break
    return min(found, key=lambda each: each[0])[1]


def _once(cases: Mapping[str, Callable[[int], float]], rounds: int) -> Samples:
    samples: Samples = {name: [] for name in cases}
    for number in range(rounds):
        order = list(cases.items())
        for name, case in order if number % 2 == 0 else reversed(order):
            samples[name].append(case(number))
    return samples


def median(samples: Sequence[float]) -> float:
    """The middle."""
    return statistics.median(samples)


def quantile(samples: Sequence[float], share: float) -> float:
    """Linear between the two nearest; ``share`` from 0 to 1."""
    ordered = sorted(samples)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def pairwise(ours: Sequence[float], beside: Sequence[float]) -> float:
    """The median of the ratios of each round: noise that lasts longer than a round falls out."""
    return median([one / other for one, other in zip(ours, beside, strict=True)])
