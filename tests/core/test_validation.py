"""Whatever does not fit is said in a sentence that anybody understands, with the place."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from entrepot.core.validation import fault_of


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    hs_code: Annotated[str, Meta(pattern="^[0-9]+$")] = "1"
    day: date = date(2026, 1, 1)
    at: Annotated[datetime, Meta(tz=True)] | None = None


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    authority: Annotated[str, Meta(min_length=1, max_length=3)]
    tests: Annotated[list[Inner], Meta(max_length=2)] = []
    count: Annotated[int, Meta(ge=1, le=5000)] = 1
    share: float = 0.5
    mode: Literal["air", "sea"] = "air"
    kept: bool = True
    places: Annotated[tuple[str, ...], Meta(min_length=2)] = ("a", "b")
    numbers: dict[Annotated[str, Meta(pattern="^a$")], int] = {}
    pair: tuple[int, int] = (1, 2)


@pytest.mark.parametrize(
    ("said", "kind", "field", "told"),
    [
        ({}, "missing", "authority", "Authority is missing."),
        ({"authority": ""}, "missing", "authority", "Authority is missing."),
        ({"authority": None}, "missing", "authority", "Authority is missing."),
        ({"authority": "long"}, "long", "authority", "Authority has more than 3 characters."),
        ({"authority": 5}, "type", "authority", "Authority must be text."),
        ({"strange": 5}, "unknown", "strange", "Strange is not known here."),
        ({"count": 0}, "small", "count", "Count must be 1 or more."),
        ({"count": 5001}, "large", "count", "Count must be 5,000 or less."),
        ({"count": 1.5}, "whole", "count", "Count must be a whole number."),
        ({"share": "half"}, "number", "share", "Share must be a number."),
        ({"mode": "foot"}, "choice", "mode", "Mode cannot be 'foot'."),
        ({"kept": "yes"}, "type", "kept", "Kept must be true or false."),
        ({"places": ["a"]}, "short", "places", "Places needs 2 entries at least."),
        ({"places": ["a", 1]}, "type", "places[1]", "Entry 2 of places must be text."),
        ({"places": "a"}, "type", "places", "Places must be a list."),
        ({"tests": [{}, {}, {}]}, "long", "tests", "Tests has more than 2 entries."),
        ({"tests": [{}, {"hs_code": "x"}]}, "form", "tests[1].hs_code",
         "Hs code in tests 2 is not in the form that is asked for."),
        ({"tests": [{"day": "2026-13-01"}]}, "date", "tests[0].day",
         "Day in tests 1 is no day such as 2026-11-30."),
        ({"tests": [{"at": "2026-11-01T12:00:00"}]}, "date", "tests[0].at",
         "At in tests 1 is no moment such as 2026-11-30T12:00:00Z."),
        ({"numbers": {"b": 1}}, "form", "numbers", "Numbers is not in the form that is asked for."),
        ({"pair": [1]}, "length", "pair", "Pair needs 2 entries exactly."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_plain_sentence(said: Any, kind: str, field: str, told: str) -> None:
    whole = {"authority": "abc"} | said if said else said
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(msgspec.json.encode(whole), type=Sent)
    found = fault_of(refused.value)
    assert (found.kind, found.field, str(found)) == (kind, field, told)


def test_what_is_no_object_at_all_is_called_by_its_name() -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(b"[]", type=Sent)
    found = fault_of(refused.value, whole="The body")
    assert (found.field, str(found)) == ("", "The body must have named parts.")


def test_words_that_nobody_foresaw_are_not_shown() -> None:
    assert str(fault_of(msgspec.ValidationError("Frobnicated `x` - at `$.a`"))) == "A does not fit."
