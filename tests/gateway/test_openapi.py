import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
import pytest
import schemathesis
from openapi_spec_validator import OpenAPIV31SpecValidator

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, File, Input, Limit, Page, Principal, Route, Stream
from entrepot.gateway.openapi.document import CannotDocument, document

Text = Annotated[str, msgspec.Meta(max_length=80)]


class Span(Cursor):
    """A stretch of time."""

    since_us: Annotated[int, msgspec.Meta(ge=0, le=2**60, description="From when, UTC.")]
    kind: Literal["trip", "stop", "dwell"] | None = None


class NewDevice(Input):
    """A device to enrol."""

    name: Text
    interval_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30


class Device(msgspec.Struct, frozen=True):
    id: str
    name: str
    children: list["Device"] = []


class Position(msgspec.Struct, frozen=True):
    device: str
    latitude: float
    longitude: float


async def register(tx: Transaction, who: Principal, *, new: NewDevice) -> Device:
    """Enrol a device whose sentence is long enough
    to be wrapped. Its secret is shown once.

    Raises: Conflict.
    """
    return Device("1", new.name)


async def devices(tx: Reading, who: Principal, *, span: Span) -> Page[Device]:
    return Page([])


async def device(tx: Reading, who: Principal, *, id: Annotated[int, msgspec.Meta(ge=1)]) -> Device:
    return Device(str(id), "van")


async def retire(tx: Transaction, who: Principal, *, id: str) -> None: ...


async def live(who: Principal) -> AsyncIterator[Position]:
    yield Position("1", 0.0, 0.0)


async def export(who: Principal, *, id: str) -> File:
    raise NotImplementedError


async def upload(tx: Transaction, who: Principal, *, body: bytes) -> None: ...


async def sign_in(tx: Transaction, who: Principal, *, new: NewDevice) -> Device:
    return Device("1", new.name)


async def hidden(tx: Reading, who: Principal) -> None: ...


TRACKING = (
    Route("POST", "/api/devices", register, takes=NewDevice, gives=Device, status=201, scope="device:write"),
    Route("GET", "/api/devices", devices, takes=Span, gives=Page[Device], scope="device:read"),
    Route("GET", "/api/devices/{id}", device, gives=Device, scope="device:read", limit=Limit(10, 1.0)),
    Route("DELETE", "/api/devices/{id}", retire, scope="device:write"),
    Route("GET", "/api/live", live, gives=Stream[Position], scope="device:read"),
    Route("GET", "/api/devices/{id}/export", export, gives=File, scope="device:read"),
    Route("PUT", "/api/upload", upload, takes=bytes, scope="device:write", summary="Upload a file"),
    Route("GET", "/internal", hidden, internal=True),
)
USER = (Route("POST", "/api/sign-in", sign_in, takes=NewDevice, gives=Device, public=True),)
TABLES = {"tracking": TRACKING, "user": USER}
DEVICE = {"$ref": "#/components/schemas/Device"}
DESCRIPTIONS = {"tracking": "Where things are,\nnow and before.\n\nSays: DeviceEnrolled."}


def written(tables: dict[str, tuple[Route, ...]] = TABLES) -> bytes:
    return document(tables, title="Entrepot", version="1.2.3", descriptions=DESCRIPTIONS)


def read(tables: dict[str, tuple[Route, ...]] = TABLES) -> Any:
    return msgspec.json.decode(written(tables))


def operation(method: str, path: str) -> Any:
    return read()["paths"][path][method]


def names(method: str, path: str, where: str) -> list[str]:
    return [each["name"] for each in operation(method, path)["parameters"] if each.get("in") == where]


def test_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(read()).validate()


def test_a_node_without_rows_has_a_valid_document() -> None:
    OpenAPIV31SpecValidator(read({})).validate()


def test_schemathesis_finds_every_row_that_is_not_internal() -> None:
    schema = schemathesis.openapi.from_dict(read())
    found = {(each.ok().method.upper(), each.ok().path) for each in schema.get_all_operations()}
    assert found == {(row.method, row.path) for rows in TABLES.values() for row in rows if not row.internal}


def test_same_rows_give_the_same_bytes_in_another_process_and_order() -> None:
    code = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('rows', {__file__!r})\n"
        "rows = importlib.util.module_from_spec(spec); sys.modules['rows'] = rows\n"
        "spec.loader.exec_module(rows)\n"
        "sys.stdout.buffer.write(rows.written(dict(reversed(rows.TABLES.items()))))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert other.stdout == written()


def test_operation_is_named_after_context_and_function() -> None:
    assert operation("post", "/api/devices")["operationId"] == "tracking_register"
    assert operation("post", "/api/devices")["tags"] == ["tracking"]


def test_two_functions_of_one_name_in_a_context_are_refused() -> None:
    twice = (Route("GET", "/a", hidden, public=True), Route("GET", "/b", hidden, public=True))
    with pytest.raises(CannotDocument, match="GET /b and GET /a are both user_hidden"):
        read({"user": twice})


def test_one_place_in_two_contexts_is_refused() -> None:
    with pytest.raises(CannotDocument, match="POST /api/sign-in is in two rows"):
        read({"user": USER, "other": USER})


def test_query_that_is_not_a_struct_is_refused() -> None:
    with pytest.raises(CannotDocument, match="a query needs a struct"):
        read({"user": (Route("GET", "/a", hidden, takes=dict[str, str], public=True),)})


def test_internal_row_is_not_told() -> None:
    assert "/internal" not in read()["paths"]


def test_tag_tells_the_first_paragraph_of_its_context() -> None:
    assert read()["tags"] == [
        {"name": "tracking", "description": "Where things are, now and before."},
        {"name": "user"},
    ]


def test_summary_is_the_first_sentence_and_raises_stays_at_home() -> None:
    enrol = operation("post", "/api/devices")
    assert enrol["summary"] == "Enrol a device whose sentence is long enough to be wrapped"
    assert enrol["description"] == "Its secret is shown once."
    assert operation("put", "/api/upload")["summary"] == "Upload a file"
    assert operation("post", "/api/sign-in")["summary"] == "Sign in"


def test_path_parameter_has_the_shape_of_the_function_s_argument() -> None:
    [parameter] = [each for each in operation("get", "/api/devices/{id}")["parameters"] if "name" in each]
    assert parameter == {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }


def test_query_struct_is_flattened_with_its_bases_and_not_a_component() -> None:
    assert set(names("get", "/api/devices", "query")) == {"cursor", "limit", "since_us", "kind"}
    by_name = {each.get("name"): each for each in operation("get", "/api/devices")["parameters"]}
    assert by_name["since_us"]["required"] is True
    assert by_name["since_us"]["description"] == "From when, UTC."
    assert by_name["cursor"]["schema"] == {"type": "string", "maxLength": 256}
    assert by_name["kind"]["schema"]["enum"] == ["dwell", "stop", "trip"]
    assert by_name["limit"]["schema"]["default"] == 50
    assert set(read()["components"]["schemas"]) == {
        "Device", "NewDevice", "Page_Device_", "Position", "Problem"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status", "content"),
    [
        ("post", "/api/devices", "201", {"application/json": {"schema": DEVICE}}),
        ("delete", "/api/devices/{id}", "204", None),
        ("get", "/api/devices/{id}/export", "200", {"application/octet-stream": {}}),
        ("put", "/api/upload", "204", None),
    ],
)  # fmt: skip
def test_answer_has_the_status_and_shape_of_the_row(
    method: str, path: str, status: str, content: Any
) -> None:
    assert operation(method, path)["responses"][status].get("content") == content


def test_page_is_resolved_to_its_items() -> None:
    page = read()["components"]["schemas"]["Page_Device_"]
    assert page["properties"]["items"]["items"] == DEVICE


def test_stream_is_server_sent_events_with_the_shape_of_an_item() -> None:
    content = operation("get", "/api/live")["responses"]["200"]["content"]
    assert content["text/event-stream"]["x-item-schema"] == {"$ref": "#/components/schemas/Position"}


def test_raw_body_is_an_octet_stream() -> None:
    assert operation("put", "/api/upload")["requestBody"]["content"] == {"application/octet-stream": {}}


@pytest.mark.parametrize(
    ("method", "path", "refusals"),
    [
        ("post", "/api/devices", {400, 401, 403, 404, 408, 409, 413, 415, 422}),
        ("put", "/api/upload", {400, 401, 403, 404, 408, 409, 413, 422}),
        ("get", "/api/devices", {401, 403, 422}),
        ("get", "/api/devices/{id}", {401, 403, 404, 422}),
        ("delete", "/api/devices/{id}", {400, 401, 403, 404, 409, 422}),
        ("post", "/api/sign-in", {400, 401, 403, 404, 408, 409, 413, 415, 422}),
    ],
)
def test_only_refusals_that_can_happen_are_told(method: str, path: str, refusals: set[int]) -> None:
    told = {int(status) for status in operation(method, path)["responses"]}
    assert {status for status in told if status >= 400} == refusals | {429, 500, 503, 504}


def test_every_refusal_is_a_problem_document_with_a_request_id() -> None:
    for answer in read()["components"]["responses"].values():
        schema = answer["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
        assert "X-Request-Id" in answer["headers"]


def test_scope_is_demanded_and_a_public_row_demands_nothing() -> None:
    enrol, sign_in = operation("post", "/api/devices"), operation("post", "/api/sign-in")
    assert enrol["security"] == [{"bearer": ["device:write"]}]
    assert enrol["x-scope"] == "device:write"
    assert sign_in["security"] == []
    assert "x-scope" not in sign_in


def test_rate_limit_of_the_row_is_told() -> None:
    assert operation("get", "/api/devices/{id}")["x-rate-limit"] == {"requests": 10, "window_s": 1.0}


def test_idempotency_key_is_offered_where_something_is_written() -> None:
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    assert key in operation("post", "/api/devices")["parameters"]
    assert key in operation("delete", "/api/devices/{id}")["parameters"]
    assert key not in operation("get", "/api/devices")["parameters"]
    assert key not in operation("get", "/api/live")["parameters"]


def test_shapes_of_one_name_in_two_contexts_are_kept_apart() -> None:
    other = msgspec.defstruct("Device", [("serial", int)])
    rows = (Route("POST", "/api/other", hidden, takes=other, gives=Page[other], public=True),)  # type: ignore[valid-type]
    told = read({**TABLES, "other": rows})
    OpenAPIV31SpecValidator(told).validate()
    schemas = told["components"]["schemas"]
    assert set(schemas["other.Device"]["properties"]) == {"serial"}
    assert set(schemas["tracking.Device"]["properties"]) == {"id", "name", "children"}
    items = schemas["other.Page_Device_"]["properties"]["items"]["items"]
    assert items == {"$ref": "#/components/schemas/other.Device"}
    assert "NewDevice" in schemas and "Device" not in schemas
