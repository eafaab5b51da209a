"""The settings of this workstation."""

from __future__ import annotations

from typing import Any, Final

from app.settings.setting import Setting

THEME: Final[Setting[str]] = Setting(
    "appearance", "theme", "system", "Dark or light.", choices=("system", "dark", "light")
)
BOARD_DENSITY: Final = Setting(
    "appearance",
    "board_density",
    "compact",
    "Row height of the board.",
    choices=("compact", "regular", "comfortable"),
)
QUEUE_DENSITY: Final = Setting(
    "appearance",
    "queue_density",
    "regular",
    "Row height of the queue.",
    choices=("compact", "regular", "comfortable"),
)
REDUCED_MOTION: Final = Setting("appearance", "reduced_motion", False, "No blinking and no sliding.")
SINGLE_KEYS: Final = Setting("keys", "single_keys", True, "Single letters act where no text has the focus.")
KEYS: Final[Setting[dict[str, str]]] = Setting(
    "keys", "changed", {}, 'Keys by action, such as problem.acknowledge = "a"; an empty text takes the key away.'
)
MY_NAME: Final = Setting("person", "name", "", "Your name in histories; empty: the name you signed in with.")
MY_TEAM: Final = Setting("person", "team", "", "Your team, for the views of your team.")
SAMPLE_DAYS: Final = Setting(
    "retention", "sample_days", 30, "How long samples are kept.", unit="days",
    check=lambda days: "" if 1 <= days <= 3650 else "it must be between 1 and 3650",
)  # fmt: skip
STATE_DAYS: Final = Setting(
    "retention", "state_days", 400, "How long changes of state are kept.", unit="days",
    check=lambda days: "" if 31 <= days <= 36500 else "it must be between 31 and 36500",
)  # fmt: skip

ALL: Final[tuple[Setting[Any], ...]] = (
    THEME, BOARD_DENSITY, QUEUE_DENSITY, REDUCED_MOTION, SINGLE_KEYS, KEYS, MY_NAME, MY_TEAM, SAMPLE_DAYS, STATE_DAYS,
)  # fmt: skip
