"""What is said arrives as it was said, in an envelope that every CloudEvents consumer can open."""

import json
import uuid
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core import trace
from entrepot.core.events import Event, decode, encode, envelop, open_envelope


class ShelfCounted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "inventory.shelf_counted"
    KEY: ClassVar[str] = "shelf"

    shelf: str
    units: int
    note: str = ""


class Weighed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "inventory.weighed"
    KEY: ClassVar[str] = "scale"

    scale: int


texts = st.text(st.characters(exclude_categories=("Cs",)))
counts = st.builds(ShelfCounted, shelf=texts, units=st.integers(-(2**63), 2**63 - 1), note=texts)


@given(counts)
def test_an_event_survives_its_journey(event: ShelfCounted) -> None:
    arrived = decode(encode(envelop(event, source="inventory")))
    assert open_envelope(arrived, ShelfCounted) == event
    assert (arrived.type, arrived.subject, arrived.source) == (event.TYPE, event.shelf, "/inventory")


@given(counts)
def test_an_envelope_survives_its_journey(event: ShelfCounted) -> None:
    sent = envelop(event, source="inventory")
    arrived = decode(encode(sent))
    assert encode(arrived) == encode(sent)
    assert (arrived.id, arrived.time) == (sent.id, sent.time)


def test_the_envelope_is_a_cloud_event() -> None:
    """https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"""
    before = datetime.now(UTC)
    told = json.loads(encode(envelop(ShelfCounted(shelf="s1", units=3), source="inventory")))
    assert uuid.UUID(told.pop("id")).version == 7
    assert before <= datetime.fromisoformat(told.pop("time")) <= datetime.now(UTC)
    assert told == {
        "specversion": "1.0",
        "type": "inventory.shelf_counted",
        "source": "/inventory",
        "subject": "s1",
        "datacontenttype": "application/json",
        "data": {"shelf": "s1", "units": 3},
    }


def test_a_key_that_is_no_text_becomes_one() -> None:
    assert Weighed(scale=7).key == "7"
    assert envelop(Weighed(scale=7), source="inventory").subject == "7"


def test_the_running_trace_travels_along() -> None:
    running = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    token = trace.traceparent.set(running)
    try:
        sent = envelop(Weighed(scale=7), source="inventory")
    finally:
        trace.traceparent.reset(token)
    assert decode(encode(sent)).traceparent == running
    assert "traceparent" not in json.loads(encode(envelop(Weighed(scale=7), source="inventory")))


def test_members_that_are_not_known_are_left_aside() -> None:
    """An extension attribute, or a field that a newer version of the event has, stops nobody."""
    told = json.loads(encode(envelop(ShelfCounted(shelf="s1", units=3), source="inventory")))
    told["dataschema"] = "https://example.org/schema"
    told["data"]["weight_g"] = 12
    assert open_envelope(decode(json.dumps(told).encode()), ShelfCounted) == ShelfCounted(shelf="s1", units=3)


@pytest.mark.parametrize("missing", ["id", "source", "type", "subject", "time"])
def test_an_envelope_that_lacks_a_member_is_refused(missing: str) -> None:
    told = json.loads(encode(envelop(Weighed(scale=7), source="inventory")))
    del told[missing]
    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(told).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"specversion": "0.3"}'])
def test_what_is_no_cloud_event_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(body)


def test_data_of_another_shape_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        open_envelope(envelop(Weighed(scale=7), source="inventory"), ShelfCounted)


def test_an_event_never_changes() -> None:
    with pytest.raises(AttributeError):
        Weighed(scale=7).scale = 8
