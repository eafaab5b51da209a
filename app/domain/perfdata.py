"""Performance data of a check: ``'label'=value[unit];[warn];[crit];[min];[max]``.

Source: Monitoring Plugins, "Plugin Development Guidelines", section "Performance data". Pure, total: what does
not follow the form is left out.
"""

from __future__ import annotations

import math
import re

from app.domain.value import Value

_ITEM = re.compile(r"(?:'((?:[^']|'')*)'|([^\s='][^\s=]*))=(\S*)")
_VALUE = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)([^\d;]*)")


class Sample(Value, frozen=True, gc=False):
    """One measured value. ``warn`` and ``crit``: plain upper limits, None when missing or a range."""

    label: str
    value: float
    unit: str = ""
    warn: float | None = None
    crit: float | None = None


def parse(perf: str) -> tuple[Sample, ...]:
    """All samples that can be read, in order."""
    found = (_sample(match) for match in _ITEM.finditer(perf[:20_000]))
    return tuple(sample for sample in found if sample is not None)


def _sample(match: re.Match[str]) -> Sample | None:
    quoted, bare, text = match.groups()
    value_text, *limits = text.split(";")
    value = _VALUE.fullmatch(value_text)
    if value is None or not math.isfinite(float(value[1])):
        return None
    label = quoted.replace("''", "'") if quoted is not None else bare
    warn, crit, *_ = [_limit(limit) for limit in (*limits, "", "")]
    return Sample(label, float(value[1]), value[2], warn, crit)


def _limit(text: str) -> float | None:
    value = _VALUE.fullmatch(text)
    return float(value[1]) if value and not value[2] and math.isfinite(float(value[1])) else None
