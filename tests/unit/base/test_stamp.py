"""Stamps know their words again and tell nothing of them."""

from __future__ import annotations

import hashlib

import pytest

from app.base.stamp import is_stamp_of, stamp

WORDS = ("https://mon.example/", "ann", "hush-hush")


@pytest.mark.parametrize("at", range(3))
def test_any_other_word_is_another_stamp(at: int) -> None:
    made = stamp(WORDS)
    assert is_stamp_of(made, WORDS)
    assert not is_stamp_of(made, [word + "x" if n == at else word for n, word in enumerate(WORDS)])


def test_words_do_not_run_into_each_other() -> None:
    assert not is_stamp_of(stamp(("ab", "c")), ("a", "bc"))
    assert is_stamp_of(stamp(("\udcff", "")), ("\udcff", ""))


def test_it_is_salted_and_holds_no_word() -> None:
    first, second = stamp(WORDS), stamp(WORDS)
    assert first != second
    told = first + second
    for word in WORDS:
        assert word not in told
        for name in ("md5", "sha1", "sha256"):
            assert hashlib.new(name, word.encode()).hexdigest()[:12] not in told


@pytest.mark.parametrize("text", ["", ":", "no stamp", "zz:00", "00:é", "00"])
def test_what_is_no_stamp_is_of_nothing(text: str) -> None:
    assert not is_stamp_of(text, WORDS)
