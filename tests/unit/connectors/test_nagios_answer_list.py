"""Lists of the JSON CGIs: the quick way and the slow one agree, and nothing that is not whole gets through."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.nagios import answer_list
from app.connectors.nagios.answer_list import members, read_head

RESULT = {"type_code": 0, "type_text": "Success", "message": "", "program_start": 1000, "last_data_update": 2000}
TEXT = st.text(max_size=12) | st.sampled_from(['\n      },\n      "', '"list": {\n', '"result": {', "}}}", "},\n"])


class Item(msgspec.Struct, frozen=True):
    n: int
    text: str = ""


def laid_out(value: object) -> str:
    """In the layout of the CGIs."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def body(found: dict[str, Any]) -> bytes:
    data = {"selectors": {}, "list": found}
    return laid_out({"format_version": 0, "result": RESULT, "data": data}).encode()


def whole(answer: bytes) -> list[tuple[str, Item]]:
    """Head and list, as a fetch reads them."""
    read_head(answer, "list", "n1")
    return read(answer)


def read(answer: bytes) -> list[tuple[str, Item]]:
    return list(members(answer, "list", Item, "n1", int))


@given(st.dictionaries(TEXT, st.builds(Item, st.integers(0, 9), TEXT), max_size=30), st.integers(1, 400))
def test_what_is_told_comes_out_in_order_however_it_is_cut(found: dict[str, Item], piece_bytes: int) -> None:
    plain = {key: {"n": item.n, "text": item.text} for key, item in found.items()}
    answer = body(plain)
    usual, answer_list.PIECE_BYTES = answer_list.PIECE_BYTES, piece_bytes  # type: ignore[misc]
    try:
        assert read(answer) == list(found.items())
    finally:
        answer_list.PIECE_BYTES = usual  # type: ignore[misc]
    assert read(json.dumps(json.loads(answer)).encode()) == list(found.items())


@given(st.data())
def test_a_cut_answer_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    answer = body({f"k{n}": {"n": n, "text": "x"} for n in range(8)})
    cut = answer[: data.draw(st.integers(0, len(answer) - 3))]
    with pytest.raises(BadAnswer):
        whole(cut)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_a_spoiled_answer_is_a_bad_answer_or_a_readable_one(noise: bytes, place: int) -> None:
    answer = body({f"k{n}": {"n": n, "text": "x"} for n in range(3)})
    spoiled = answer[:place] + noise + answer[place:]
    try:
        found = whole(spoiled)
    except BadAnswer:
        return
    assert all(isinstance(item, Item) for _, item in found)


def test_others_may_run_between_two_pieces() -> None:
    breaths: list[int] = []
    answer = body({f"k{n}": {"n": n, "text": "x" * 1000} for n in range(500)})
    assert len(list(members(answer, "list", Item, "n1", lambda: breaths.append(1)))) == 500
    assert len(breaths) >= len(answer) // answer_list.PIECE_BYTES


def test_the_head_is_read_without_the_list() -> None:
    head = read_head(body({"k": {"n": 1}}), "list", "n1")
    assert (head.program_start, head.last_data_update) == (1000, 2000)


def test_an_error_that_is_told_with_status_200_is_a_bad_answer() -> None:
    refused = laid_out({"result": {**RESULT, "type_code": 6, "message": "The host was not found."}, "data": {}})
    with pytest.raises(BadAnswer, match="n1 refused") as caught:
        read_head(refused.encode(), "list", "n1")
    assert "not found" in caught.value.detail


@pytest.mark.parametrize("filler", ["", "x" * 600_000])
def test_two_results_in_one_answer_are_a_bad_answer(filler: str) -> None:
    one = f'"result": {json.dumps(RESULT)}'
    twice = f'{{{one}, {one}, "data": {{"list": {{}}, "filler": "{filler}"}}}}'.encode()
    with pytest.raises(BadAnswer):
        read_head(twice, "list", "n1")


def test_two_results_before_a_long_list_are_a_bad_answer() -> None:
    one = f'"result": {json.dumps(RESULT)},\n'.encode()
    twice = body({"k": {"n": 1}}).replace(b'"data"', one + b'"data"', 1)
    with pytest.raises(BadAnswer):
        read_head(twice, "list", "n1")


def test_a_list_in_the_wrong_place_is_a_bad_answer() -> None:
    astray = laid_out({"result": RESULT, "astray": {"list": {"k": {"n": 1}}}})
    with pytest.raises(BadAnswer):
        read_head(astray.encode(), "list", "n1")
    with pytest.raises(BadAnswer):
        list(members(astray.replace('"astray"', '"data!"').encode()[:-4], "list", Item, "n1", int))


@pytest.mark.parametrize("answer", [b"", b"<html>401</html>", b"[]", b"null", b"{}", b'{"result": {}}', b"\xff\xfe"])
def test_what_is_no_answer_of_the_cgi_is_a_bad_answer(answer: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_head(answer, "list", "n1")
