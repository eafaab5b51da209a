"""Settings: changed as a whole, and a bad file never stops a start."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.settings.file import load_settings, save_settings
from app.settings.setting import Settings
from app.settings.workstation import ALL, BOARD_DENSITY, KEYS, MY_NAME, SAMPLE_DAYS, THEME


def test_the_defaults_are_accepted_by_their_own_rules() -> None:
    assert [setting.refusal(setting.default) for setting in ALL] == [""] * len(ALL)
    assert all(setting.help.endswith(".") for setting in ALL)


def test_a_set_of_changes_is_taken_whole_or_not_at_all() -> None:
    settings = Settings()
    with pytest.raises(Refused) as caught:
        settings.with_changes({THEME: "dark", SAMPLE_DAYS: 0})
    assert caught.value.field == "retention.sample_days"
    assert settings[THEME] == "system"


def test_what_was_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    saved = Settings().with_changes({THEME: "light", MY_NAME: 'Ann "A" Ö', KEYS: {"problem.acknowledge": "Q"}})
    save_settings(path, saved)
    loaded = load_settings(path)
    assert loaded.trouble == ""
    assert loaded.settings.given() == saved.given()
    assert path.stat().st_mode & 0o077 == 0


def test_bad_entries_fall_back_and_are_named_in_one_message(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[appearance]\ntheme = "pink"\nboard_density = "regular"\n[retention]\nsample_days = "x"\n[z]\nq = 1\n'
    )
    loaded = load_settings(path)
    assert loaded.settings[THEME] == "system"
    assert loaded.settings[BOARD_DENSITY] == "regular"
    for name in ("appearance.theme", "retention.sample_days", "z.q"):
        assert name in loaded.trouble


@given(st.binary(max_size=200))
def test_any_file_yields_settings(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("settings") / "config.toml"
    path.write_bytes(content)
    assert load_settings(path).settings[THEME] in ("system", "dark", "light")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path)
    assert "cannot be read" in loaded.trouble
