"""What a refresh of 10,000 services costs the desk, beside Nagstamon on the same real Nagios: processor time of all
threads, and memory.

The desk reads every host and service with its comments, downtimes and measured values, and writes what changed.
Nagstamon asks for the problems alone and keeps nothing. Each window has one refresh and the same time after it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.bench.desk_in_process import open_desk
from tests.bench.figures import Figures
from tests.bench.nagstamon import PROGRAM, Nagstamon, Server
from tests.bench.side_by_side import alternate, median
from tests.bench.watched import HOSTS, SERVICES, TAIL_S, Changes, Watched, cpu_s, profile_of_nagios, pss_mb, run_for
from tests.plugins.peers import NagiosPeer

pytestmark = [pytest.mark.bench, pytest.mark.real_server, pytest.mark.timeout(1800)]

ROUNDS = 7
CPU_SHARE = 1 / 15
MEMORY_SHARE = 0.9
FILLED_S = 2.0
"""Nagstamon tells when its back end is done; then it sorts and fills its window."""


class Cost:
    """Processor seconds of the windows."""

    def __init__(self, watched: Watched, changes: Changes) -> None:
        self._watched, self._changes = watched, changes

    def desk(self, number: int) -> float:
        """One refresh of the desk, with 100 services changed before it."""
        self._changes.make(number)
        run_for(3.0)  # the server takes them in and writes its status
        return self._window("self", self._watched.refresh)

    def idle(self, _number: int) -> float:
        """The desk, left alone for as long as the time after a refresh."""
        return self._window("self", lambda: run_for(FILLED_S))

    def nagstamon(self, program: Nagstamon, _number: int) -> float:
        """One refresh of Nagstamon."""
        return self._window(program.pid, program.refresh)

    def _window(self, pid: int | str, work: Callable[[], object]) -> float:
        before_s = cpu_s(pid)
        work()
        run_for(FILLED_S - TAIL_S)
        return cpu_s(pid) - before_s


def test_refresh_cost(
    qapp: QApplication, qtbot: QtBot, nagios_peer: NagiosPeer, tmp_path: Path, display: str, figures: Figures
) -> None:
    if not PROGRAM.exists():
        pytest.skip("Nagstamon is not installed")
    nagios_peer.seed(HOSTS, SERVICES)
    server = Server("Nagios", nagios_peer.url, nagios_peer.user, nagios_peer.password)
    with (
        open_desk(qapp, profile_of_nagios(nagios_peer, tmp_path)) as desk,
        closing(Nagstamon(server, tmp_path / "nagstamon", display)) as rival,
    ):
        cost = Cost(Watched(desk), Changes(nagios_peer))
        samples = alternate(
            {"desk": cost.desk, "Nagstamon": lambda number: cost.nagstamon(rival, number), "idle": cost.idle},
            ROUNDS,
        )
        memory = {"desk": pss_mb(), "Nagstamon": pss_mb(rival.pid)}
        problems = rival.problems
    assert problems > HOSTS * SERVICES / 10  # it has read the same estate
    beside = ("Nagstamon, problems only", median(samples["Nagstamon"]) * 1e3)
    figures.add(
        "CPU of a refresh of 10,000 services", median(samples["desk"]) * 1e3, "ms", beside=beside, at_most=CPU_SHARE
    )
    figures.add("CPU of the desk in 3.5 s without one", median(samples["idle"]) * 1e3, "ms")
    figures.add(
        "PSS with 10,000 services", memory["desk"], "MB",
        beside=("Nagstamon", memory["Nagstamon"]), at_most=MEMORY_SHARE,
    )  # fmt: skip
    figures.add("rows that Nagstamon shows of them", problems, "rows")
    figures.judge()
