"""``config.toml``: read so that a bad file never stops a start, written as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.base.paths import write_private
from app.settings.setting import Setting, Settings
from app.settings.workstation import ALL

SIZE_LIMIT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and one message for the person when something in the file could not be taken."""

    settings: Settings
    trouble: str = ""


def load_settings(path: Path) -> Loaded:
    """Settings from a file; none there: the defaults."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        return Loaded(Settings(), f"The settings in {path} cannot be read ({error.strerror}); defaults are used.")
    import tomllib  # most starts have no such file

    try:
        if len(raw) > SIZE_LIMIT_BYTES:
            raise ValueError("it is too large")
        tables = tomllib.loads(raw.decode())
    except ValueError as error:
        return Loaded(Settings(), f"The settings in {path} are not understood ({error}); defaults are used.")
    return _from_tables(tables, path)


def save_settings(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults. On disk when this returns. Raises OSError."""
    import tomli_w

    tables: dict[str, dict[str, Any]] = {}
    for setting, value in settings.given().items():
        tables.setdefault(setting.section, {})[setting.name] = value
    write_private(path, tomli_w.dumps(tables).encode())


def _from_tables(tables: dict[str, Any], path: Path) -> Loaded:
    taken: dict[Setting[Any], object] = {}
    troubles = []
    known = {(setting.section, setting.name): setting for setting in ALL}
    for section, entries in tables.items():
        for name, value in entries.items() if isinstance(entries, dict) else [("", entries)]:
            setting = known.get((section, name))
            reason = "there is no such setting" if setting is None else setting.refusal(value)
            if reason or setting is None:
                troubles.append(f"{section}.{name}: {reason}")
            else:
                taken[setting] = value
    message = f"Some settings in {path} were left out: " + "; ".join(troubles) + "." if troubles else ""
    return Loaded(Settings(taken), message)
