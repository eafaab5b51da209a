"""The process without a window: what a command works with, each part opened when it is first used.

Owns the life of the store and the history of one command; knows no command.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.base.clock import SystemClock
from app.base.errors import EnvironmentTrouble, NotFound, WatchdeskError
from app.base.paths import Profile
from app.base.text import tr
from app.domain.alert_rule import SOURCE_KIND

if TYPE_CHECKING:
    from app.base.ids import Ids
    from app.base.secret import Secret
    from app.domain.history import SourceMark
    from app.domain.source import Source
    from app.ports import HealthSource, History, Secrets, Store
    from app.settings.setting import Settings
    from app.storage.check import CheckReport
    from app.usecases.sign_in import SignIns
    from app.usecases.work import Work

_log = logging.getLogger(__name__)
ORIGIN = "command line"


def open_headless(*, profile: str = "", data_dir: Path | None = None) -> Headless:
    """The means of one command on a profile, by its name or its folder; nothing is opened or made yet.

    Raises UsageTrouble for a name that is no profile's.
    """
    from app.workstation.folders import DEFAULT_PROFILE, profile_in, profile_named

    return Headless(profile_in(data_dir) if data_dir is not None else profile_named(profile or DEFAULT_PROFILE))


class Headless:
    """One profile. Parts raise the errors of ``app.storage`` when they are first used. Close it at the end."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.clock = SystemClock()
        self._log_file: logging.Handler | None = None

    @cached_property
    def ids(self) -> Ids:
        from app.base.ids import Ids

        return Ids(self.clock)

    @cached_property
    def store(self) -> Store:
        """``work.db``, made when there is none."""
        from app.storage.store import open_store

        self._make_folder()
        store = open_store(self.profile, self.clock)
        self.log_to_file()
        return cast("Store", store)

    @cached_property
    def history(self) -> History:
        """``history.db``, made when there is none."""
        from app.storage.history import open_history

        return open_history(self.profile, self.clock)

    @cached_property
    def secrets(self) -> Secrets:
        from app.workstation.keyring import KeyringSecrets

        return KeyringSecrets()

    @cached_property
    def sign_ins(self) -> SignIns:
        from app.usecases.sign_in import SignIns

        return SignIns(self.secret_of, self.open_connector, lambda: self.history)

    def open_connector(self, source: Source, secret: Secret | None) -> HealthSource:
        """The ``Connect`` port."""
        from app.bootstrap.connect import connect

        return connect(source, secret)

    def connect(self, source: Source) -> HealthSource:
        """The connector of a source, with its secret. Raises SecretsTrouble, UsageTrouble (kind), RemoteTrouble
        (also when the source has refused that secret before)."""
        from app.bootstrap.connect import rule_source

        if source.kind == SOURCE_KIND:
            return rule_source(self.store, self.history, self.clock)
        return self.sign_ins.connect(source)

    def connect_anyway(self, source: Source) -> HealthSource:
        """As ``connect``, also with a secret that was refused before: a person wants it tried."""
        if source.kind == SOURCE_KIND:
            return self.connect(source)
        return self.open_connector(source, self.secret_of(source))

    def verbs_of(self, source: Source) -> frozenset[str]:
        """The commands that a source of this kind takes."""
        from app.bootstrap.connect import verbs_of

        return verbs_of(source.kind)

    @cached_property
    def settings(self) -> Settings:
        from app.settings.file import load_settings

        loaded = load_settings(self.profile.config)
        if loaded.trouble:
            _log.warning(loaded.trouble)
        return loaded.settings

    @cached_property
    def me(self) -> str:
        """The person's name in histories: the one in the settings, else the one they signed in with."""
        from app.settings.workstation import MY_NAME

        name = self.settings[MY_NAME].strip()
        if name:
            return name
        import getpass

        return getpass.getuser()

    @cached_property
    def work(self) -> Work:
        """For writing. The day's verified backup is made first, when it is due."""
        self._back_up()
        from app.usecases.work import Work

        return Work(self.store, self.clock, self.ids, self.me, ORIGIN)

    def secret_of(self, source: Source) -> Secret | None:
        """A source's secret, from its owner-only file or the keyring. Raises SecretsTrouble."""
        if source.secret_file:
            from app.workstation.secret_file import read_secret_file

            return read_secret_file(Path(source.secret_file))
        from app.bootstrap.connect import find_secret

        return find_secret(self.secrets, source)

    def check(self) -> CheckReport:
        """Look at everything in the profile that can be broken; opens nothing for writing. Raises NotFound: none."""
        from app.storage.check import check

        if not self.profile.root.is_dir():
            raise NotFound(
                tr("There is no profile in {path}.", path=self.profile.root),
                hint=tr("It is made when it is first used."),
                concerns=str(self.profile.root),
            )
        return check(self.profile)

    def marks(self) -> Mapping[str, SourceMark]:
        """How the last askings went, by source. Opens nothing for writing. Raises EnvironmentTrouble."""
        from app.storage.history import open_history

        if not self.profile.history_db.exists():
            return {}
        with closing(open_history(self.profile, self.clock, read_only=True)) as history:
            return history.marks()

    def source_notes(self) -> list[str]:
        """What a person should know of sources: which are paused, whose clock is off. Opens nothing for writing."""
        from app.usecases.board import clock_note

        try:
            marks = self.marks()
        except WatchdeskError as error:
            return [tr("What the sources told cannot be read: {why}", why=error.sentence())]
        return [
            note
            for _name, mark in sorted(marks.items())
            for note in (mark.error if mark.refused else "", clock_note(mark))
            if note
        ]

    def restore(self, which: str) -> tuple[str, str | None]:
        """Put a backup in the place of ``work.db``: its name, and where the present file was set aside."""
        from app.storage.backup import restore

        chosen, aside = restore(self.profile, self.clock, which)
        return chosen.name, None if aside is None else str(aside)

    def log_to_file(self) -> None:
        """Send the program's log into the profile, when there is one that can be written."""
        try:
            if self._log_file is None and self.profile.root.is_dir():
                from app.base import log

                self._log_file = log.start(self.profile.log)
        except OSError as error:
            _log.debug("no log file: %s", error)

    def close(self) -> None:
        for name in ("store", "history"):
            part = self.__dict__.pop(name, None)
            if part is not None:
                part.close()
        if self._log_file is not None:
            logging.getLogger().removeHandler(self._log_file)
            self._log_file.close()
            self._log_file = None

    def _make_folder(self) -> None:
        if self.profile.root.is_dir():
            return
        try:
            self.profile.make()
        except OSError as error:
            raise EnvironmentTrouble(
                tr("The profile folder {path} cannot be made.", path=self.profile.root),
                detail=f"{error.strerror}.",
                hint=tr("Choose another with --data-dir."),
                concerns=str(self.profile.root),
            ) from error

    def _back_up(self) -> None:
        from app.storage.backup import backup_if_due

        self.store  # noqa: B018 - made before it is copied
        try:
            backup_if_due(self.profile, self.clock)
        except WatchdeskError as error:
            # A backup that cannot be made must not keep a person from saving; doctor tells its age.
            _log.error("the daily backup failed: %s", error.sentence())
