"""Rows that cannot work do not load, and inputs without bounds are no inputs."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from entrepot.core.errors import Conflict, Contended, Error, Forbidden, Invalid, NotFound, Unavailable
from entrepot.core.ports import Database, Duplicate, NobodyAnswers, Read, Reading, TooSlow
from entrepot.core.routes import Cursor, Input, Principal, Route, Stream
from entrepot.gateway.rows import bounds
from entrepot.gateway.rows.binding import Arguments, BadInput, BadRow, Binding
from entrepot.http import problem

Text = Annotated[str, Meta(max_length=10)]


class Fine(Input, frozen=True, kw_only=True):
    text: Text = ""


async def nothing(tx: Reading, who: Principal) -> None: ...


async def takes_fine(tx: Reading, who: Principal, *, fine: Fine) -> None: ...


async def takes_id(tx: Reading, who: Principal, *, id: str) -> None: ...


async def takes_port(tx: Reading, who: Principal, *, port: Cursor) -> None: ...


def load(
    function: Callable[..., Any] = nothing, path: str = "/a", method: Any = "POST", **more: Any
) -> Binding:
    return Binding(Route(method, path, function, **({"scope": "a:b"} | more)), {})


@pytest.mark.parametrize(
    "more",
    [
        {"scope": None},
        {"public": True},
        {"internal": True},
        {"scope": None, "public": True, "internal": True},
    ],
)
def test_row_needs_exactly_one_of_scope_public_and_internal(more: dict[str, Any]) -> None:
    with pytest.raises(BadRow, match="exactly one"):
        load(**more)


@pytest.mark.parametrize(
    ("function", "more"),
    [
        (takes_fine, {}),
        (nothing, {"takes": Fine}),
        (takes_id, {}),
        (nothing, {"path": "/a/{id}"}),
        (takes_port, {}),
    ],
)
def test_row_whose_function_wants_something_else_does_not_load(
    function: Callable[..., Any], more: dict[str, Any]
) -> None:
    with pytest.raises(BadRow):
        load(function, **more)


@pytest.mark.parametrize(
    ("member", "missing"),
    [
        (str, "max_length"),
        (int, "bound"),
        (Annotated[int, Meta(ge=0)], "bound"),
        (float, "bound"),
        (Annotated[float, Meta(le=1)], "bound"),
        (bytes, "max_length"),
        (list[Text], "max_length"),
        (Annotated[list[str], Meta(max_length=3)], "max_length"),
        (Annotated[dict[str, Text], Meta(max_length=3)], "key"),
        (str | None, "max_length"),
        (Any, "shape"),
        (msgspec.Raw, "shape"),
        (msgspec.defstruct("Lax", [("text", Text)]), "forbid_unknown_fields"),
    ],
)
def test_member_without_a_bound_is_named(member: Any, missing: str) -> None:
    shape = msgspec.defstruct("Shape", [("member", member)], bases=(Input,), frozen=True, kw_only=True)
    with pytest.raises(bounds.Unbounded, match=f"member.*{missing}"):
        bounds.check(shape)
    with pytest.raises(BadRow):
        load(takes_fine, takes=shape)


def test_shape_that_holds_itself_is_checked_once() -> None:
    class Tree(Input, frozen=True, kw_only=True):
        name: Text
        children: Annotated[list["Tree"], Meta(max_length=3)] = []

    Tree.__annotations__["children"] = Annotated[list[Tree], Meta(max_length=3)]
    bounds.check(Fine)
    bounds.check(Cursor)


@given(st.binary(max_size=200))
def test_no_body_breaks_a_binding(body: bytes) -> None:
    binding = load(takes_fine, takes=Fine)
    try:
        assert isinstance(binding.arguments(Arguments({}, b"", body))["fine"], Fine)
    except BadInput as error:
        assert str(error)


@given(st.binary(max_size=100))
def test_no_query_breaks_a_binding(query: bytes) -> None:
    binding = load(takes_fine, takes=Fine, method="GET")
    try:
        assert isinstance(binding.arguments(Arguments({}, query))["fine"], Fine)
    except BadInput as error:
        assert str(error)


@given(st.text(max_size=10))
def test_what_is_sent_arrives_as_it_is_unless_it_holds_a_nul(text: str) -> None:
    binding = load(takes_fine, takes=Fine)
    try:
        body = msgspec.json.encode({"text": text})
    except UnicodeEncodeError:
        return
    try:
        assert binding.arguments(Arguments({}, b"", body)) == {"fine": Fine(text=text)}
        assert "\0" not in text
    except BadInput:
        assert "\0" in text


# ---- problems ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Invalid("x"), 422, "invalid"), (Forbidden("x"), 403, "forbidden"), (NotFound("x"), 404, "not-found"),
        (Conflict("x"), 409, "conflict"), (Unavailable("x"), 503, "unavailable"),
        (Contended("x"), 503, "contended"),
        (Duplicate("x"), 409, "duplicate"), (NobodyAnswers("x"), 503, "nobody-answers"),
        (TooSlow("x"), 503, "too-slow"),
        (Error("x"), 500, "error"),
    ],
)  # fmt: skip
def test_kind_of_an_error_becomes_its_status(error: Error, status: int, slug: str) -> None:
    answer = problem.of_error(error)
    document = msgspec.json.decode(answer.body)
    assert (answer.status, document["status"], document["detail"]) == (status, status, "x")
    assert document["type"] == f"urn:entrepot:problem:{slug}"
    assert answer.media_type == "application/problem+json"
    assert (("retry-after", "1") in answer.headers) == (status == 503)


def test_field_of_an_error_cannot_take_the_place_of_the_standard_s() -> None:
    class Sly(Invalid):
        fields = ("status", "detail", "extra")
        status, detail, extra = 200, "all is well", 1

    document = msgspec.json.decode(problem.of_error(Sly("it is not")).body)
    assert (document["status"], document["detail"], document["extra"]) == (422, "it is not", 1)


async def notes_first(database: Database, who: Principal, *, id: str, fine: Fine) -> int: ...


async def reads_first(read: Read, who: Principal, *, fine: Fine) -> int: ...


async def streams(who: Principal, *, id: str, noted: int) -> AsyncIterator[str]:
    yield id


def test_what_comes_before_a_stream_may_have_the_whole_database() -> None:
    row = Route(
        "GET", "/a/{id}", streams, takes=Fine, gives=Stream[str], scope="a:b", writes=True, before=notes_first
    )
    before = Binding(row, {}, function=notes_first)
    assert before.takes_database and not Binding(row, {}).takes_database
    assert before.arguments(Arguments({"id": "7"}, b"text=x")) == {"id": "7", "fine": Fine(text="x")}
    assert not Binding(row, {}, function=reads_first).takes_database
