"""A poller on a virtual clock with all that it talks to."""

from __future__ import annotations

from app.base.errors import DiskFull, WatchdeskError
from app.base.events import Touched
from app.base.paths import Profile
from app.base.secret import Secret
from app.domain.history import Ingest
from app.domain.source import Source
from app.ports import HealthSource
from app.storage.history import SqliteHistory, open_history
from app.usecases.board import Instant
from app.usecases.poll import Poller
from app.usecases.sign_in import SignIns
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, InlineLanes


class Desk:
    """A poller with everything around it faked, over a real history. ``dice``: what chance gives; ``secrets``: of
    sources, by name."""

    def __init__(self, profile: Profile, clock: VirtualClock, holder: str = "desk") -> None:
        self.clock = clock
        self.lanes = InlineLanes()
        self.history = FullDisk(profile, clock)
        self.fakes: dict[str, FakeHealthSource] = {}
        self.connected: list[str] = []
        self.touched: list[Touched] = []
        self.troubles: list[WatchdeskError] = []
        self.dice = 0.5
        self.secrets: dict[str, Secret] = {}
        self.sign_ins = SignIns(
            lambda source: self.secrets.get(source.name), self._open, lambda: self.history.real
        )  # fmt: skip
        self.poller = Poller(
            self.history, self.lanes, clock, clock.timer(), self.connect, holder=holder,  # type: ignore[arg-type]
            stamping=self.sign_ins.stamp,
            on_touched=self.touched.append, on_trouble=lambda _source, error: self.troubles.append(error),
            breathe=lambda: None, random=lambda: self.dice,
        )  # fmt: skip

    def source(self, name: str = "n1", *rows: object, **more: object) -> Source:
        self.fakes.setdefault(name, FakeHealthSource(self.clock, rows, name=name))  # type: ignore[arg-type]
        return Source(id=name, name=name, kind="fake", **more)  # type: ignore[arg-type]

    def connect(self, source: Source) -> HealthSource:
        return self.sign_ins.connect(source)

    def _open(self, source: Source, _secret: Secret | None) -> HealthSource:
        self.connected.append(source.name)
        return self.fakes[source.name]

    def level(self, name: str = "n1") -> str:
        return self.poller.board.level(name, Instant.of(self.clock))

    def error(self, name: str = "n1") -> str:
        mark = self.poller.board.sources[name].mark
        return mark.error if mark is not None else ""

    def asked_after_s(self, name: str = "n1") -> list[float]:
        first, *rest = self.fakes[name].asked
        return [(at - first) / 1000 for at in rest]


class FullDisk:
    """The real history, whose disk can be full."""

    def __init__(self, profile: Profile, clock: VirtualClock) -> None:
        self.real: SqliteHistory = open_history(profile, clock)
        self.is_full = False

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def ingest(self, ingest: Ingest) -> None:
        if self.is_full:
            raise DiskFull("The disk is full.")
        self.real.ingest(ingest)
