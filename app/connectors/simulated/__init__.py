"""A monitoring system that does not exist, behind the same port as the real ones: for the demo and for measuring.

What it tells is a pure function of seed and moment (``app.analysis.simulation``); what people ask of it is kept here
as long as the connector lives. Options stand in the source's address, each may be left out:

    simulated:?seed=7&hosts=2500&services=4&check=300&speed=60

``hosts`` and ``services`` (on each): a large estate in the likeness of the small one. ``check``: seconds between two
checks of a service. ``speed``: how much faster than the clock its time runs, from the opening on.
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.connectors.simulated.options import read_options
from app.connectors.simulated.source import SimulatedSource
from app.domain.source import Source


def open_simulated(source: Source, clock: Clock | None = None) -> SimulatedSource:
    """The connector. Raises UsageTrouble for options that are off."""
    return SimulatedSource(source, read_options(source), clock or SystemClock())
