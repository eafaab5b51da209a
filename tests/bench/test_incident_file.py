"""An incident file of 100,000 timeline entries: written without and with masking, opened, verified."""

from __future__ import annotations

import io
import random
import time

import pytest

from app.analysis.incident.reading import open_incident
from app.analysis.incident.redaction import DEFAULT, Redactor
from tests.bench.figures import Figures
from tests.unit.analysis.incident.sample import checked, entry, incident_bytes, ticket

pytestmark = pytest.mark.bench

ENTRIES = 100_000
MASKED = 20_000
TEXT = "the disk of web-1 is full since 14:30, Restarted nginx (pid 4711) and asked Network at 10.0.0.7 to look"
WORDS = TEXT.split()


def test_incident_file(figures: Figures) -> None:
    chance = random.Random(20_261_123)
    rows = [entry(number, " ".join(chance.choices(WORDS, k=25))) for number in range(ENTRIES)]
    began = time.perf_counter()
    raw = incident_bytes({"tickets": [ticket()], "timeline": rows})
    figures.add("entries written a second", ENTRIES / (time.perf_counter() - began), "1/s", at_least=50_000)
    began = time.perf_counter()
    incident_bytes({"tickets": [ticket()], "timeline": rows[:MASKED]}, redactor=Redactor(DEFAULT, ["Zoe Weber"]))
    figures.add("entries masked a second", MASKED / (time.perf_counter() - began), "1/s", at_least=3_000)
    began = time.perf_counter()
    some = open_incident(io.BytesIO(raw)).rows("timeline")
    assert [next(some) for _ in range(200)] == rows[:200]
    figures.add("first rows", (time.perf_counter() - began) * 1000, "ms", at_most=300)
    began = time.perf_counter()
    assert checked(raw).valid
    figures.add("all verified", time.perf_counter() - began, "s", at_most=1)
