"""What a desk holds open of its profile: the stores, the poller, and what keeps them in order. Nothing of Qt.

Everything heavy is imported here, on the lane that needs it, after the first paint.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.base.clock import DAY, Clock
from app.base.errors import EnvironmentTrouble, ReadOnly, WatchdeskError
from app.base.lanes import Lanes
from app.base.paths import Profile
from app.settings.workstation import SAMPLE_DAYS, STATE_DAYS

if TYPE_CHECKING:
    from app.base.events import CancelToken, Touched
    from app.base.secret import Secret
    from app.domain.source import Source
    from app.ports import HealthSource
    from app.settings.setting import Settings
    from app.ui.desk.context import Opened
    from app.usecases.poll import Poller
    from app.usecases.sign_in import SignIns

_log = logging.getLogger(__name__)


class DeskProfile:
    """One profile, opened for one desk. ``tell`` hears of each write and ``trouble`` of what keeps the poller from
    keeping its answers; both on worker threads."""

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        lanes: Lanes,
        *,
        tell: Callable[[Touched], None],
        trouble: Callable[[WatchdeskError], None],
        demo: bool,
    ) -> None:
        self._profile, self._clock, self._lanes = profile, clock, lanes
        self._tell, self._trouble = tell, trouble
        self._demo = demo
        self._poller: Poller | None = None
        self._stores: list[object] = []
        self._opened: Opened | None = None

    def open(self, me: str) -> Opened:
        """Write lane. Also again, after a try that failed. Raises EnvironmentTrouble."""
        from app.actions.action import Means
        from app.base.ids import Ids
        from app.bootstrap.connect import connect
        from app.query import HEALTH, TICKETS, parse
        from app.storage.history import open_history
        from app.storage.store import open_store
        from app.ui.desk.context import Opened
        from app.usecases.poll import Poller
        from app.usecases.poll_timer import ThreadTimer
        from app.usecases.sign_in import SignIns
        from app.usecases.work import DESK, Work

        self._close_stores()  # of a try before this one, which opened one of the two
        for schema in (TICKETS, HEALTH):
            parse("is:open" if schema is TICKETS else "is:problem", schema)  # the grammar is built here, once
        store = open_store(self._profile, self._clock)
        self._stores.append(store)
        history = open_history(self._profile, self._clock)
        self._stores.append(history)
        ids = Ids(self._clock)
        work = Work(store, self._clock, ids, me, DESK)
        if self._demo:
            from app.usecases.demo import build_demo

            build_demo(store, history, self._clock, ids, 7, me=me)
        sign_ins = SignIns(_secret_of, connect, lambda: history)
        poller = self._poller = Poller(
            history, self._lanes, self._clock, ThreadTimer(self._clock), partial(self._connector, sign_ins),
            holder="desk", on_touched=self._tell, on_trouble=self._poll_trouble, stamping=sign_ins.stamp,
        )  # fmt: skip
        means = Means(work, self._lanes, poller.connector, poller.poll_now, poller.resume)
        self._opened = Opened(work, store, history, poller, means)
        poller.start(store.team.sources())
        gc.freeze()
        return self._opened

    def verbs(self, _cancel: CancelToken) -> dict[str, frozenset[str]]:
        """Read lane: who is connected, and what each can be asked to do. The poller learns of it on the way."""
        from app.bootstrap.connect import verbs_of

        assert self._opened is not None
        sources = self._opened.store.team.sources()
        self._opened.poller.set_sources(sources)
        return {source.name: verbs_of(source.kind) for source in sources}

    def keep_house(self, settings: Settings) -> None:
        """Write lane, at the start: the day's backup, and samples past their time. Nothing in a profile that can only
        be read, or is thrown away. Raises EnvironmentTrouble."""
        from app.storage.backup import backup_if_due

        opened = self._opened
        if opened is None or self._demo or opened.store.why_read_only:
            return
        now_at = self._clock.now()
        opened.history.prune(now_at - settings[SAMPLE_DAYS] * DAY, now_at - settings[STATE_DAYS] * DAY)
        backup_if_due(self._profile, self._clock)

    def stop(self) -> None:
        """No further asking; before the lanes are closed."""
        if self._poller is not None:
            self._poller.stop()

    def close(self) -> None:
        """After the lanes have ended."""
        if self._poller is not None:
            try:
                self._poller.close()
            except EnvironmentTrouble as error:
                # A disk that cannot be written: the lease runs out by itself, and the rest must still be closed.
                _log.info("the lease was not given back: %s", error.title)
        self._close_stores()

    def _close_stores(self) -> None:
        while self._stores:
            self._stores.pop(0).close()  # type: ignore[attr-defined]

    def _connector(self, sign_ins: SignIns, source: Source) -> HealthSource:
        """The connector of a source with its secret. Net lane."""
        from app.bootstrap.connect import rule_source
        from app.domain.alert_rule import SOURCE_KIND

        if source.kind == SOURCE_KIND and self._opened is not None:
            return rule_source(self._opened.store, self._opened.history, self._clock)
        return sign_ins.connect(source)

    def _poll_trouble(self, _source: str, error: WatchdeskError) -> None:
        if isinstance(error, ReadOnly) and (self._opened is None or self._opened.store.why_read_only):
            return  # the strip says so already; the board lives all the same
        self._trouble(error)


def _secret_of(source: Source) -> Secret | None:
    """Net lane. Raises SecretsTrouble."""
    from app.bootstrap.connect import find_secret
    from app.workstation.keyring import KeyringSecrets
    from app.workstation.secret_file import read_secret_file

    return read_secret_file(Path(source.secret_file)) if source.secret_file else find_secret(KeyringSecrets(), source)
