"""What use cases that spread over lanes need of ``app.base.lanes.Lanes``; tests hand in one that works in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from app.base.events import CancelToken
from app.base.lanes import Task


class Runs(Protocol):
    """Hands a function to a lane."""

    def run(self, lane: str, function: Callable[[CancelToken], Any]) -> Task: ...
