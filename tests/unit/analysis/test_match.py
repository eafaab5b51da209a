"""Finding by a few letters."""

from hypothesis import given
from hypothesis import strategies as st

from app.analysis.match import find


def test_start_of_label_comes_before_start_of_word_before_inside() -> None:
    labels = ["discard", "Debit card", "Card payments"]
    assert [found.item for found in find("card", labels, str)] == ["Card payments", "Debit card", "discard"]


def test_every_word_must_be_there_in_any_order() -> None:
    assert [found.item for found in find("pay card", ["Card payments", "Card", "pay"], str)] == ["Card payments"]


def test_spans_point_at_the_matched_letters() -> None:
    (found,) = find("pay", ["Card payments"], str)
    assert found.spans == ((5, 8),)


def test_nothing_typed_keeps_all() -> None:
    assert len(find("", ["a", "b"], str)) == 2


@given(st.text(min_size=1), st.text())
def test_a_span_never_leaves_its_label(typed: str, label: str) -> None:
    for found in find(typed, [label], str):
        assert all(0 <= start <= end <= len(label) + 2 for start, end in found.spans)
