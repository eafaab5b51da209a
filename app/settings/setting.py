"""What a setting is, and a set of them as one value that changes as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.base.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Generic[T]):
    """A typed setting. ``section`` and ``name`` are its place in ``config.toml``. ``check`` gives the reason
    why a value is refused, or an empty text."""

    section: str
    name: str
    default: T
    help: str
    unit: str = ""
    choices: tuple[T, ...] = ()
    check: Callable[[T], str] | None = None

    def refusal(self, value: object) -> str:
        """Why this value cannot be taken; empty when it can."""
        if type(value) is not type(self.default):
            return f"it must be {_TYPE_WORDS.get(type(self.default), 'of another type')}"
        if self.choices and value not in self.choices:
            return "it must be one of " + ", ".join(str(choice) for choice in self.choices)
        return self.check(value) if self.check else ""


_TYPE_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
}


class Settings:
    """Values by setting object; a missing one is its default. Immutable: ``with_changes`` gives a new set."""

    def __init__(self, values: Mapping[Setting[Any], object] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, setting: Setting[T]) -> T:
        return self._values.get(setting, setting.default)  # type: ignore[return-value]

    def with_changes(self, changes: Mapping[Setting[Any], object]) -> Settings:
        """All the changes or none: Refused names the first that cannot be taken."""
        for setting, value in changes.items():
            reason = setting.refusal(value)
            if reason:
                name = f"{setting.section}.{setting.name}"
                raise Refused(f"The setting {name} was not changed: {reason}.", field=name)
        return Settings({**self._values, **changes})

    def given(self) -> Mapping[Setting[Any], object]:
        """Those that differ from their default."""
        return {setting: value for setting, value in self._values.items() if value != setting.default}
