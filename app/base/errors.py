"""The one error tree. Foreign exceptions are translated into it once, at the seam where they appear.

    WatchdeskError
    ├── UsageTrouble            the command line or a file of settings was wrong                 exit 2
    ├── Cancelled               the person stopped it; nothing is half applied
    ├── Refused                 a rule, a state or a right forbids it; shown at the field
    │   └── NotFound            the thing named does not exist (or may not be seen)
    ├── InputTrouble            a file from outside cannot be read; names file, row, reason
    │   └── NotSound            an incident file is not what was written; names the part       exit 4
    ├── Conflict                somebody else changed the same field
    ├── RemoteTrouble           an outside system; shown in the status strip with the data's age
    │   ├── Unreachable         not sent: refused, no route, name unknown          (retry)
    │   ├── TimedOut            sent perhaps, no answer in time: outcome unknown   (retry after a look)
    │   ├── Limited             the system asked us to wait                        (retry later)
    │   ├── NeedsSignIn         credentials missing or refused: one try, then ask
    │   ├── CertificateTrouble  the other side's identity is not proven
    │   └── BadAnswer           it answered, and not what it promised
    ├── EnvironmentTrouble      this computer; a message with a way out, never a crash report
    │   ├── DiskFull  ├── ReadOnly  ├── Locked  ├── NetworkFolder
    │   ├── Damaged   └── TooNew
    └── SecretsTrouble          no usable keyring

Whatever is not in this tree is a bug of ours and ends in a crash report.
"""

from __future__ import annotations


class WatchdeskError(Exception):
    """A failure with a sentence for the person.

    ``title``: what happened. ``detail``: why, as far as known. ``hint``: what is safe and what to do.
    ``concerns``: the thing it is about (a source, ticket, file). ``retry``: whether trying again may help.
    """

    retry = False
    exit_code = 1

    def __init__(self, title: str, *, detail: str = "", hint: str = "", concerns: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint
        self.concerns = concerns

    def sentence(self) -> str:
        """One line: what, why, what to do."""
        parts = [part for part in (self.title, self.detail, self.hint) if part]
        ended = [part if part.endswith((".", "!", "?", ":")) else f"{part}." for part in parts[:-1]]
        return " ".join([*ended, *parts[-1:]])


class UsageTrouble(WatchdeskError):
    """The call's words are off."""

    exit_code = 2


class Cancelled(WatchdeskError):
    """The person stopped it."""


class Refused(WatchdeskError):
    """A rule, a state or a right forbids it. ``field`` names where to show it."""

    def __init__(self, title: str, *, detail: str = "", hint: str = "", concerns: str = "", field: str = "") -> None:
        super().__init__(title, detail=detail, hint=hint, concerns=concerns)
        self.field = field


class NotFound(Refused):
    """The thing named does not exist, or may not be seen."""


class InputTrouble(WatchdeskError):
    """A file from outside cannot be read. ``row`` counts from 1, the header being 1; 0: the whole file"""

    def __init__(self, reason: str, *, path: str, row: int = 0, hint: str = "") -> None:
        where = f"{path}, row {row}" if row else path
        super().__init__(f"{where}: {reason}", hint=hint, concerns=path)
        self.path = path
        self.row = row
        self.reason = reason


class NotSound(InputTrouble):
    """A part of an incident file is damaged, missing, foreign or too large. ``path``: the part."""

    exit_code = 4


class Conflict(WatchdeskError):
    """Somebody else changed the same field since it was read."""


class RemoteTrouble(WatchdeskError):
    """An outside system failed. ``retry_after_s``: what it asked for, or None."""

    retry = True

    def __init__(
        self,
        title: str,
        *,
        detail: str = "",
        hint: str = "",
        concerns: str = "",
        retry_after_s: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(title, detail=detail, hint=hint, concerns=concerns)
        self.retry_after_s = retry_after_s
        self.status = status


class Unreachable(RemoteTrouble):
    """Nothing was sent: refused, no route, unknown name."""


class TimedOut(RemoteTrouble):
    """No answer in time, or the connection broke after sending: the outcome is unknown."""


class Limited(RemoteTrouble):
    """The system asked us to wait."""


class NeedsSignIn(RemoteTrouble):
    """Credentials are missing or were refused. Never retried by itself (accounts get locked)."""

    retry = False


class CertificateTrouble(RemoteTrouble):
    """The other side's identity is not proven."""

    retry = False


class BadAnswer(RemoteTrouble):
    """It answered, and not what it promised."""


class EnvironmentTrouble(WatchdeskError):
    """This computer: disk, folder, file."""


class DiskFull(EnvironmentTrouble):
    """No room left on the disk that holds the profile."""

    retry = True


class ReadOnly(EnvironmentTrouble):
    """The folder or file cannot be written."""


class Locked(EnvironmentTrouble):
    """Another program holds the file."""

    retry = True


class NetworkFolder(EnvironmentTrouble):
    """The profile lies on a network file system, where SQLite cannot keep its promises."""


class Damaged(EnvironmentTrouble):
    """A file of the profile does not read back as it was written."""


class TooNew(EnvironmentTrouble):
    """The profile was written by a newer Watchdesk."""


class SecretsTrouble(WatchdeskError):
    """No usable keyring, or it refused."""
