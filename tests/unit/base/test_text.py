"""Text for people, and outside text made visible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import DAY, HOUR, MINUTE, SECOND
from app.base.text import age, count, duration, number, one_line, plain


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "0 s"),
        (42 * SECOND, "42 s"),
        (59_999, "59 s"),
        (6 * MINUTE, "6 min"),
        (72 * MINUTE, "1 h 12 m"),
        (2 * HOUR, "2 h"),
        (3 * DAY + 4 * HOUR, "3 d 4 h"),
        (-12 * MINUTE, "-12 min"),
    ],
)
def test_durations_have_two_units_and_no_padding(length: int, text: str) -> None:
    assert duration(length) == text


def test_an_age_is_never_negative_and_empty_when_unknown() -> None:
    assert age(1000, 5000) == "0 s"
    assert age(1000, None) == ""


def test_numbers_and_counts() -> None:
    assert number(1284) == "1\u2009284"
    assert (count(1, "ticket", "tickets"), count(2, "ticket", "tickets")) == ("1 ticket", "2 tickets")


def test_a_name_that_turns_itself_around_is_shown_as_it_is() -> None:
    assert plain("invoice\u202efdp.exe") == "invoice‹U+202E›fdp.exe"
    assert plain("a\x00b\x1b[31m") == "a‹U+0000›b‹U+001B›[31m"


def test_ordinary_writing_is_left_alone() -> None:
    text = "Größe, naïve, שלום, 你好, می\u200cخواهم, 👩\u200d🚒"
    assert plain(text) == text


@given(st.text())
def test_one_line_is_one_line_without_control_characters(text: str) -> None:
    shown = one_line(text)
    assert not any(ord(char) < 32 for char in shown)
    assert len(shown.splitlines()) <= 1
