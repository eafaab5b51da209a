"""What a refresh of 10,000 alerts costs the desk, beside Nagstamon on the same real Alertmanager: processor time of
all threads, the longest time that the window stands still, and memory. 100 alerts change before each refresh.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.bench.desk_in_process import open_desk
from tests.bench.figures import Figures
from tests.bench.heart import Heart
from tests.bench.nagstamon import PROGRAM, Nagstamon, Server
from tests.bench.side_by_side import alternate, median
from tests.bench.watched import TAIL_S, Watched, cpu_s, profile_of, pss_mb, run_for
from tests.contract.conftest import PrometheusPeer, prometheus_peer

__all__ = ["prometheus_peer"]
pytestmark = [pytest.mark.bench, pytest.mark.real_server, pytest.mark.timeout(1800)]

ALERTS = 10_000
CHANGED = 100
ROUNDS = 7
CPU_SHARE, GAP_SHARE, MEMORY_SHARE = 1 / 15, 1 / 20, 0.9
FILLED_S = 2.0
"""Nagstamon tells when its back end is done; then it sorts and fills its window."""


class Alerts:
    """Alerts of its own in a running Alertmanager, posted as a Prometheus posts its."""

    def __init__(self, peer: PrometheusPeer) -> None:
        self._url = peer.alertmanager.rstrip("/") + "/alerts"
        word = base64.b64encode(f"{peer.user}:{peer.password}".encode()).decode()
        self._headers = {"Content-Type": "application/json", "Authorization": f"Basic {word}"}
        self._began_s = time.time() - 3_600
        for first in range(0, ALERTS, 1_000):
            self._post([self._alert(number, 0) for number in range(first, first + 1_000)])

    def change(self, round_: int) -> None:
        """New words for 100 of them."""
        self._post([self._alert(number * 97 % ALERTS, round_) for number in range(CHANGED)])

    def _alert(self, number: int, round_: int) -> dict[str, object]:
        severity = ("critical", "warning", "warning", "info")[number % 4]
        return {
            "labels": {
                "alertname": f"Check{number % 40:02}", "instance": f"host-{number // 40:04}", "severity": severity,
                "service": f"service-{number % 40:02}", "team": f"team-{number % 12}",
            },
            "annotations": {"summary": f"value {number} is beyond its limit, seen {round_} times"},
            "startsAt": _iso(self._began_s + number % 3_000), "endsAt": _iso(time.time() + 7_200),
        }  # fmt: skip

    def _post(self, alerts: list[dict[str, object]]) -> None:
        asked = urllib.request.Request(self._url, json.dumps(alerts).encode(), self._headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            assert answer.status == 200


class Windows:
    """One refresh and the same time after it; processor seconds, and the largest gap of the GUI thread."""

    def __init__(self, alerts: Alerts, watched: Watched, rival: Nagstamon) -> None:
        self.gaps_s: dict[str, list[float]] = {"desk": [], "Nagstamon": []}
        self._alerts, self._watched, self._rival, self._heart = alerts, watched, rival, Heart()

    def desk(self, number: int) -> float:
        """One refresh of the desk, with 100 alerts changed before it."""
        self._alerts.change(number + 1)
        self._heart.start()
        used_s = self._window("self", self._watched.refresh)
        self.gaps_s["desk"].append(max(self._heart.stop()) / 1_000)
        return used_s

    def nagstamon(self, _number: int) -> float:
        """One refresh of Nagstamon."""
        used_s = self._window(self._rival.pid, self._rival.refresh)
        self.gaps_s["Nagstamon"].append(self._rival.largest_gap_s())
        return used_s

    def _window(self, pid: int | str, work: Callable[[], object]) -> float:
        before_s = cpu_s(pid)
        work()
        run_for(FILLED_S - TAIL_S)
        return cpu_s(pid) - before_s


def test_alertmanager_cost(
    qapp: QApplication,
    qtbot: QtBot,
    prometheus_peer: PrometheusPeer,
    tmp_path: Path,
    display: str,
    figures: Figures,
) -> None:
    if not PROGRAM.exists():
        pytest.skip("Nagstamon is not installed")
    peer = prometheus_peer
    alerts = Alerts(peer)
    profile = profile_of(
        tmp_path, kind="alertmanager", url=peer.alertmanager, user=peer.user, password=peer.password
    )  # fmt: skip
    server = Server("Alertmanager", peer.alertmanager.removesuffix("/api/v2/"), peer.user, peer.password)
    with (
        open_desk(qapp, profile) as desk,
        closing(Nagstamon(server, tmp_path / "nagstamon", display)) as rival,
    ):
        watched = Watched(desk)
        windows = Windows(alerts, watched, rival)
        samples = alternate({"desk": windows.desk, "Nagstamon": windows.nagstamon}, ROUNDS)
        memory = {"desk": pss_mb(), "Nagstamon": pss_mb(rival.pid)}
        rows, problems = watched.rows, rival.problems
    assert rows >= ALERTS
    assert problems >= ALERTS / 2  # it has read the same alerts
    _tell(figures, samples, windows.gaps_s, memory)
    figures.add("rows of the desk", rows, "rows", beside=("Nagstamon", problems))
    figures.judge()


def _tell(
    figures: Figures, cpu: dict[str, list[float]], gaps: dict[str, list[float]], memory: dict[str, float]
) -> None:
    def beside(values: dict[str, list[float]]) -> tuple[str, float]:
        return "Nagstamon", median(values["Nagstamon"]) * 1e3

    figures.add(
        "CPU of a refresh of 10,000 alerts", median(cpu["desk"]) * 1e3, "ms", beside=beside(cpu), at_most=CPU_SHARE
    )
    figures.add(
        "longest standstill of the window", median(gaps["desk"]) * 1e3, "ms", beside=beside(gaps), at_most=GAP_SHARE
    )
    figures.add(
        "PSS with 10,000 alerts", memory["desk"], "MB",
        beside=("Nagstamon", memory["Nagstamon"]), at_most=MEMORY_SHARE,
    )  # fmt: skip


def _iso(at_s: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_s))
