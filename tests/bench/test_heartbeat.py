"""How long the GUI thread is kept from its events while 10,000 services of a real Nagios are read anew.

A timer of 2 ms beats in the window's thread; a gap is the time between two beats. The server runs on the same
processors, so what it takes from the desk is in the gaps of the refreshes and not in those of the idle windows.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.bench.desk_in_process import open_desk
from tests.bench.figures import Figures
from tests.bench.heart import Heart
from tests.bench.side_by_side import alternate, median, quantile
from tests.bench.watched import HOSTS, SERVICES, TAIL_S, Changes, Watched, profile_of_nagios, run_for
from tests.plugins.peers import NagiosPeer

pytestmark = [pytest.mark.bench, pytest.mark.real_server, pytest.mark.timeout(1800)]

ROUNDS = 20
ABOVE_IDLE_MS = 6.0
ABOVE_IDLE_MAX_MS = 50.0


class Windows:
    """Windows of refreshing and of idling, and all their gaps."""

    def __init__(self, watched: Watched, changes: Changes) -> None:
        self.refresh_gaps: list[list[float]] = []
        self.idle_gaps: list[list[float]] = []
        self.took_s: list[float] = []
        self._watched, self._changes, self._heart = watched, changes, Heart()

    def refresh(self, number: int) -> float:
        """One refresh, with 100 services changed before it; the largest gap in ms."""
        self._changes.make(number)
        run_for(3.0)  # the server takes them in and writes its status
        self._heart.start()
        self.took_s.append(self._watched.refresh())
        self.refresh_gaps.append(self._heart.stop())
        return max(self.refresh_gaps[-1])

    def idle(self, _number: int) -> float:
        """As long as the refreshes so far; the largest gap in ms."""
        self._heart.start()
        run_for(median(self.took_s) + TAIL_S)
        self.idle_gaps.append(self._heart.stop())
        return max(self.idle_gaps[-1])


def test_heartbeat(
    qapp: QApplication, qtbot: QtBot, nagios_peer: NagiosPeer, tmp_path: Path, figures: Figures
) -> None:
    nagios_peer.seed(HOSTS, SERVICES)
    with open_desk(qapp, profile_of_nagios(nagios_peer, tmp_path)) as desk:
        watched = Watched(desk)
        windows = Windows(watched, Changes(nagios_peer))
        windows.refresh(1)  # the first one compiles statements and fills caches
        windows.refresh_gaps.clear()
        largest = alternate({"refresh": windows.refresh, "idle": windows.idle}, ROUNDS)
        assert watched.rows == HOSTS * (1 + SERVICES)
    # What counts is the calmest measurement, as with everything that ``alternate`` has taken.
    refresh = _calmest(windows.refresh_gaps, largest["refresh"])
    idle = _calmest(windows.idle_gaps, largest["idle"])
    _tell(figures, refresh, idle, largest["refresh"])
    figures.add("a refresh of 10,000 services, until it is drawn", median(windows.took_s), "s")
    figures.judge()


def _calmest(gaps: list[list[float]], largest: list[float]) -> list[float]:
    """All gaps of the measurement whose windows had these largest gaps."""
    tops = [max(each) for each in gaps]
    first = next(n for n in range(0, len(tops), ROUNDS) if tops[n : n + ROUNDS] == largest)
    return [gap for each in gaps[first : first + ROUNDS] for gap in each]


def _tell(figures: Figures, refresh: list[float], idle: list[float], largest: list[float]) -> None:
    high = {"refreshing": quantile(refresh, 0.995), "idle": quantile(idle, 0.995)}
    figures.add("gap median while refreshing", median(refresh), "ms", beside=("idle", median(idle)))
    figures.add("gap p99.5 while refreshing", high["refreshing"], "ms", beside=("idle", high["idle"]))
    figures.add("gap p99.5 above idle", high["refreshing"] - high["idle"], "ms", at_most=ABOVE_IDLE_MS)
    figures.add("largest gap of a refresh, median of refreshes", median(largest), "ms")
    figures.add("largest gap while refreshing", max(refresh), "ms", beside=("idle", max(idle)))
    figures.add("largest gap above idle", max(refresh) - max(idle), "ms", at_most=ABOVE_IDLE_MAX_MS)
