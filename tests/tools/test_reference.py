"""The reference says of every member of every event what it is."""

from typing import Any, Literal

import msgspec
import pytest
from tools.reference import events, shapes, type_name


class Fix(msgspec.Struct):
    at_us: int


class Track(msgspec.Struct):
    fixes: dict[str, list[Fix] | None]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (bytes, "bytes in base64"),
        (float | None, "number or null"),
        (Literal["in", "out"], "`in` or `out`"),
        (list[dict[str, int]], "list of map of string to integer"),
        (Fix | None, "[Fix](#fix) or null"),
        (dict[str, Any], "map of string to any JSON"),
    ],
)
def test_a_type_is_said_in_words(hint: object, words: str) -> None:
    assert type_name(hint) == words


def test_a_type_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        type_name(complex)


def test_shapes_inside_of_shapes_are_found() -> None:
    assert shapes([Track]) == [Fix]


def test_no_member_of_an_event_is_of_any_type() -> None:
    members = [line for line in events() if line.startswith("| `")]
    assert len(members) > 100
    assert [line for line in members if line.endswith("| any |")] == []
