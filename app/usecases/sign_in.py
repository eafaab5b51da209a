"""Refused credentials: told from other failures, remembered without keeping them, and not sent a second time.

Whoever asks by the clock (a desk at each start, ``poll --once`` in a crontab) would lock the account otherwise. What
is remembered is a stamp (``app.base.stamp``) of address, user and secret, which says whether they are still the same
and gives none of them away. It lies with the source's mark, goes with the next answer, and when a person says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from app.base.clock import Moment
from app.base.errors import NeedsSignIn, WatchdeskError
from app.base.secret import Secret
from app.base.stamp import is_stamp_of, stamp
from app.base.text import tr
from app.domain.source import Source
from app.ports import Connect, HealthSource, History

SecretOf: TypeAlias = Callable[[Source], Secret | None]
"""A source's secret as it is now. Raises SecretsTrouble."""
Stamping: TypeAlias = Callable[[Source], str]
"""The stamp of what a source was last connected with."""

_NOT_THE_SECRET: Final = (403, 407)
"""Signed in but not permitted; a proxy's own wish. No account is locked by these."""


class SignInPaused(NeedsSignIn):
    """These credentials were refused before: nothing was sent. ``refused``: their stamp, since ``refused_at``."""

    def __init__(self, source: Source, refused: str, refused_at: Moment | None) -> None:
        super().__init__(paused_text(source), concerns=source.name)
        self.refused = refused
        self.refused_at = refused_at


class SignIns:
    """Connects sources, unless what they would sign in with is known to be refused. Any lane."""

    def __init__(self, secret_of: SecretOf, connect: Connect, history: Callable[[], History]) -> None:
        self._secret_of, self._connect, self._history = secret_of, connect, history
        self._used: dict[str, tuple[Source, Secret | None]] = {}

    def connect(self, source: Source) -> HealthSource:
        """The connector. Raises SignInPaused, SecretsTrouble, UsageTrouble (kind), RemoteTrouble."""
        mark = self._history().marks().get(source.name)
        secret = self._secret_of(source)
        if mark is not None and mark.refused and is_same(mark.refused, source, secret):
            raise SignInPaused(source, mark.refused, mark.refused_at)
        self._used[source.name] = source, secret
        return self._connect(source, secret)

    def stamp(self, source: Source) -> str:
        """Of the secret that the newest connector got: by now there may be another, which nobody has refused."""
        return stamp_of(*self._used.get(source.name, (source, None)))


def is_refusal(error: WatchdeskError) -> bool:
    """Whether a source that was asked did not accept the credentials; trying again may lock the account."""
    return isinstance(error, NeedsSignIn) and error.status not in _NOT_THE_SECRET


def stamp_of(source: Source, secret: Secret | None) -> str:
    """Changes when address, user or secret do; tells nothing of them. Takes about 50 ms on purpose."""
    return stamp(_words(source, secret))


def is_same(stamped: str, source: Source, secret: Secret | None) -> bool:
    """Whether the stamp is of this source with this secret."""
    return is_stamp_of(stamped, _words(source, secret))


def _words(source: Source, secret: Secret | None) -> tuple[str, ...]:
    given = "" if secret is None else secret.reveal()
    return source.kind, source.url, source.alertmanager_url, source.user, given


def paused_text(source: Source, detail: str = "") -> str:
    """What happened, what is safe, what to do. ``detail``: the source's own words, as a sentence."""
    what = tr("the password of {user}", user=source.user) if source.user else tr("its sign-in")
    told = tr("Paused: {name} refused {what}.", name=source.name, what=what)
    way_out = tr(
        "It is not tried again, so that no account is locked: change its address, user or secret, or try once more"
        " with “Try again” on the board or “watchdesk source resume {name}”.",
        name=source.name,
    )
    return " ".join(part for part in (told, detail, way_out) if part)
