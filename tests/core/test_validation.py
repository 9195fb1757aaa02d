"""Whatever does not fit is said in a sentence that anybody understands, with the place."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta
from tests.house import ASSEMBLY

from entrepot.core.validation import NotAName, clean_names, display_name, fault_of


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


# ---- names -------------------------------------------------------------------------------------------


class Named(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    title: str | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name", "title")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada \u200b \u200b \u200b @bank", "Ada @bank"),  # bluesky-social/social-app#5729
        ("Jose\u0301", "José"),
        ("\u200eAda\u200f", "Ada"),  # as telephones copy it
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("山田\u3000太郎", "山田 太郎"),
        (
            "\u0645\u06cc\u200c\u062e\u0648",
            "\u0645\u06cc\u200c\u062e\u0648",
        ),  # Persian: the joiner is spelling
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("\u200dAda\u200d \u200c Eve", "Ada Eve"),
        ("a\u200d\u200db", "a\u200db"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("❤\ufe0f" + "\U000e0158\U000e0155\ufe01" * 20, "❤\ufe0f"),
        ("\ufe0fAda \ufe0e\ufe0f Eve", "Ada Eve"),
        ("辻\U000e0101", "辻\U000e0101"),  # a Japanese name with its own shape of a letter
        ("A\u034fda\ufffc", "Ada"),
        ("Nguyễn Văn Ân", "Nguyễn Văn Ân"),
        ("ﷺ", "ﷺ"),
        ("?", "?"),
    ],
)
def test_name_is_kept_as_people_see_it(typed: str, shown: str) -> None:
    assert display_name(typed) == shown
    assert display_name(shown) == shown


@pytest.mark.parametrize(
    "typed",
    [
        " ", "\u00a0\u3000", "\u200b", "\u200b\u200d\ufeff", "\u2060", "\u3164", "\u2800\u2800",
        "\u115f\u1160", "\u00ad", "\ufe0f", "\u0301", "\u202e", "\u202a\u202c", "a\u202eb",
        "\u2066a\u2069", "a\nb", "a\tb", "a\x00b", "a\x85b", "a\u2028b", "a\ud800", "a\ufffe", "a\ufdd0",
        "a\U000e0041", "a\U000e0080", "a\U000e01f0", "a\u2065", "a\ufff0",
        "\ufffc", "\ufffc \U0001d159", "\U00013441\U00013442", "\u17b4", "\U000e0100", "\u180b",
        "z" + "\u0335" * 5,
    ],
)  # fmt: skip
def test_name_that_hides_or_deceives_is_refused(typed: str) -> None:
    with pytest.raises(NotAName):
        display_name(typed)


@given(st.text() | st.text(st.sampled_from("aé \u0301\u200d\u200c\ufe0f\ufe0e\u034f\ufffc\U000e0101❤")))
def test_every_name_that_is_taken_is_taken_again_as_it_is(typed: str) -> None:
    try:
        shown = display_name(typed)
    except NotAName:
        return
    assert display_name(shown) == shown != ""
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t\x00")


def test_refused_name_says_which_and_why() -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode('{"name": "\u200b"}'.encode(), type=Named)
    fault = fault_of(caught.value)
    assert (fault.kind, fault.field) == ("name", "name")
    assert str(fault) == "Name shows nothing: it has no visible character."
    assert msgspec.json.decode(b'{"name": " Ada  L. "}', type=Named) == Named(name="Ada L.")


def test_every_name_that_a_row_takes_is_one_that_people_can_be_shown() -> None:
    """A shape with a free `name` or `title` cleans it. What is no name to show stands here, and why."""
    others = {
        "NewScreening",  # somebody to be looked for, as they were written
    }
    rows = [row for context in ASSEMBLY for row in context.rows if isinstance(row.takes, type)]
    free = {
        (row.takes.__name__, field.name)
        for row in rows
        if issubclass(row.takes, msgspec.Struct) and row.takes.__name__ not in others
        for field in msgspec.structs.fields(row.takes)
        if field.name in ("name", "title") and "pattern" not in str(field.type)
        and not hasattr(row.takes, "__post_init__")
    }  # fmt: skip
    assert free == set()
