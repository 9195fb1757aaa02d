"""Cursors bring back the place that they were made from, and nothing else gets through."""

from base64 import urlsafe_b64encode
from typing import Annotated, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from entrepot.core.paging import BadCursor, Text, cursor_at, page_of, place_in


class Stop(NamedTuple):
    line: Text
    number: Annotated[int, Meta(ge=0, lt=1000)]


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.integers(0, 999))
def test_cursor_brings_back_its_place(line: str, number: int) -> None:
    assert place_in(cursor_at(Stop(line, number)), Stop) == Stop(line, number)


def test_no_cursor_is_the_beginning() -> None:
    assert place_in(None, Stop) is None


@pytest.mark.parametrize("told", ['["a",1000]', '["a"]', '["a\\u0000",1]', "null", "[", '["a","1"]', ""])
def test_made_up_cursor_is_refused(told: str) -> None:
    for cursor in (told, urlsafe_b64encode(told.encode()).decode(), "é"):
        with pytest.raises(BadCursor):
            place_in(cursor, Stop)


@given(st.lists(st.integers(), max_size=20), st.integers(1, 7))
def test_pages_together_are_the_list(numbers: list[int], limit: int) -> None:
    found: list[int] = []
    begin: int | None = 0
    while begin is not None:
        rows = list(enumerate(numbers))[begin : begin + limit + 1]
        page = page_of(rows, limit=limit, cursor=lambda row: cursor_at(row[0] + 1))
        assert len(page.items) <= limit
        found += [number for _, number in page.items]
        begin = place_in(page.next, int)
    assert found == numbers
