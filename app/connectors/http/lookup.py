"""Host names to addresses. The system's lookup can hang for minutes and nothing can interrupt it: so it runs on a
thread of its own, and who waits for it leaves at their deadline or when a person cancels.

One lookup for each name at a time, however many ask: a name server that is dead costs one thread for each name.
A name that is unknown is remembered so for a moment, as many requests to one source ask together.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from app.base.clock import Clock, SystemClock
from app.connectors.watch import Watch

UNKNOWN_FOR_S: Final = 3.0
_LOOK_S: Final = 0.02

Address: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
"""As ``socket.getaddrinfo`` gives it: family, kind, protocol, name, socket address."""

Resolve: TypeAlias = Callable[[str, int], list[Address]]
"""The addresses of a host and port. Raises socket.gaierror; may hang."""


class LookupTimeout(OSError):
    """The lookup took longer than it may; nothing was sent to anybody."""


def resolve_by_system(host: str, port: int) -> list[Address]:
    """What the operating system says."""
    return [*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Lookup:
    """``addresses`` on any thread."""

    def __init__(self, resolve: Resolve = resolve_by_system, clock: Clock | None = None) -> None:
        self._resolve = resolve
        self._clock: Clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._running: dict[tuple[str, int], _Search] = {}
        self._unknown: dict[tuple[str, int], tuple[float, socket.gaierror]] = {}

    def addresses(self, host: str, port: int, longest_s: float, watch: Watch | None) -> list[Address]:
        """In the order in which they are to be tried. Raises socket.gaierror, LookupTimeout (also when the watch
        ended it: its verdict says which)."""
        host = host.strip("[]")
        if _is_number(host):
            return resolve_by_system(host, port)
        search = self._search((host, port))
        ends_s = self._clock.monotonic() + longest_s
        while not search.over.wait(_LOOK_S):
            if self._clock.monotonic() >= ends_s or (watch is not None and watch.verdict):
                raise LookupTimeout("the lookup of a host name hangs")
        if search.error is not None:
            raise socket.gaierror(*search.error.args)  # one of its own for each who waits
        return search.found

    def _search(self, name: tuple[str, int]) -> _Search:
        """The search for a name that is under way, or a new one."""
        with self._lock:
            since_s, error = self._unknown.pop(name, (0.0, None))
            if error is not None and self._clock.monotonic() - since_s < UNKNOWN_FOR_S:
                self._unknown[name] = since_s, error
                return _Search.ended(error)
            search = self._running.get(name)
            if search is None:
                search = self._running[name] = _Search()
                run = threading.Thread(target=self._run, args=(name, search), name="net-lookup", daemon=True)
                run.start()
            return search

    def _run(self, name: tuple[str, int], search: _Search) -> None:
        try:
            search.found = self._resolve(*name)
        except socket.gaierror as error:
            search.error = error
        except (OSError, UnicodeError) as error:  # a label that is too long, a file that cannot be opened
            search.error = socket.gaierror(socket.EAI_NONAME, type(error).__name__)
        finally:
            with self._lock:
                self._running.pop(name, None)
                if search.error is not None:
                    self._unknown[name] = self._clock.monotonic(), search.error
            search.over.set()


class _Search:
    def __init__(self) -> None:
        self.over = threading.Event()
        self.found: list[Address] = []
        self.error: socket.gaierror | None = None

    @classmethod
    def ended(cls, error: socket.gaierror) -> _Search:
        search = cls()
        search.error = error
        search.over.set()
        return search


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


SYSTEM: Final = Lookup()
"""The one for all remotes of this process."""
