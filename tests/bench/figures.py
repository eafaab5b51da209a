"""What a benchmark found: kept as JSON, shown as a table, judged at the end."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

OUT: Final = Path(__file__).with_name("out")


@dataclass(frozen=True)
class Figure:
    """``beside``: the floor or rival of the same run, in the same unit. ``limit``: of the value, or of the ratio to
    ``beside`` when there is one; ``is_floor``: the least instead of the most. None: told, not judged."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    beside_name: str = ""
    limit: float | None = None
    is_floor: bool = False
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def judged(self) -> float:
        """The number that the limit is for."""
        return self.value if self.beside is None else self.value / self.beside

    @property
    def is_kept(self) -> bool:
        if self.limit is None:
            return True
        return self.judged >= self.limit if self.is_floor else self.judged <= self.limit

    def line(self) -> str:
        """One row of the table."""
        beside = "" if self.beside is None else f"{self.beside:.4g} {self.beside_name}"
        ratio = "" if self.beside is None else f"x{self.judged:.3g}"
        sign = ">=" if self.is_floor else "<="
        limit = "" if self.limit is None else f"{sign} {self.limit:g} {'ok' if self.is_kept else 'MISSED'}"
        ours = f"{self.name:52.52} {self.value:9.4g} {self.unit:7}"
        return f"{ours} | {beside:34} {ratio:7} {limit:16} load {self.load:.1f}"


class Figures:
    """The figures of one benchmark. ``judge`` comes last, so that a missed limit does not hide what follows it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Figure] = []

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        beside: tuple[str, float] | None = None,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """One figure; see ``Figure`` for what the limits are of."""
        beside_name, other = beside or ("", None)
        limit = at_least if at_most is None else at_most
        self.found.append(Figure(name, value, unit, other, beside_name, limit, at_most is None and limit is not None))
        print(self.found[-1].line())
        self._keep()

    def judge(self) -> None:
        """Fails with every limit that was missed."""
        missed = [figure.line() for figure in self.found if not figure.is_kept]
        assert not missed, "\n".join(["missed:", *missed])

    def _keep(self) -> None:
        OUT.mkdir(exist_ok=True)
        rows = [{**asdict(each), "judged": each.judged, "is_kept": each.is_kept} for each in self.found]
        (OUT / f"{self.name}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
