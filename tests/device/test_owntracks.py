"""OwnTracks' own messages, valid and deliberately invalid, and what must never break the reading of one."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nacl.secret import SecretBox

from entrepot.device.families import owntracks
from entrepot.device.model.arrival import DeviceReport, Source, Unreadable
from entrepot.tracking.model.fix import Fix

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "owntracks"
NOW_US = 1_700_000_000_000_000
SOURCE = Source("phone", NOW_US)

# Messages of the third parties that cannot be understood; everything else can.
INVALID = {
    "android/cmd_invalid_action.json": "action",
    "android/encrypted_message.json": "base64",
    "android/invalid_location_message_zero_timestamp.json": "tst",
    "android/location_empty.json": "lat",
    "android/unknown_message.json": "_type",
    "json-schema/test/card-invalid-b64.json": "base64",
    "json-schema/test/cmd-illegal-action.json": "action",
    "json-schema/test/cmd-setWaypoints-illegal.json": "JSON",
    "json-schema/test/cmd-without-action.json": "action",
    "json-schema/test/e-nobase64.json": "base64",
    "json-schema/test/e-nodata.json": "base64",
    "json-schema/test/e.json": "nonce",
    "json-schema/test/location-lat-missing.json": "lat",
    "json-schema/test/object-empty.json": "_type",
    "json-schema/test/steps-kaputt.json": "steps",
    "json-schema/test/steps-long-invalid.json": "from",
    "json-schema/test/tour-invalid-request.json": "request",
    "json-schema/test/transition-illegal-lat.json": "lat",
    "json-schema/test/w.json": "desc",
}


def files() -> list[str]:
    found = sorted(DATA.glob("android/*.json")) + sorted(DATA.glob("json-schema/test/*.json"))
    return [str(each.relative_to(DATA)) for each in found]


needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the third-party messages (shared/data/owntracks) are not here"
)


def one(message: dict[str, Any], *, key: bytes | None = None) -> Any:
    [found] = owntracks.decode(json.dumps(message).encode(), Source("phone", NOW_US, key))
    return found


@needs_data
@pytest.mark.parametrize("name", files())
def test_third_party_message_is_understood_or_says_why_not(name: str) -> None:
    found = owntracks.decode((DATA / name).read_bytes(), SOURCE)
    reasons = [each.reason for each in found if isinstance(each, Unreadable)]
    if name in INVALID:
        assert len(reasons) == 1 and INVALID[name] in reasons[0], reasons
    else:
        assert reasons == []


@needs_data
def test_extended_location_has_si_units() -> None:
    [fix] = owntracks.decode((DATA / "android/location_deserialize_extended.json").read_bytes(), SOURCE)
    assert fix == Fix(
        "phone", 1_514_455_575_000_000, NOW_US, 52.3153748, 5.0408462, 1600.0, 0.0, None, 56.0, 99.0,
        {"tid": "s5", "bs": 3, "conn": "w", "_id": "inputTestId", "t": "p", "vac": 0,
         "inregions": ["Testregion1", "Testregion2"], "charge": True},
    )  # fmt: skip


@needs_data
def test_array_of_locations_is_all_of_them() -> None:
    found = owntracks.decode((DATA / "android/location_multiple_messages.json").read_bytes(), SOURCE)
    assert [each.fixed_at_us for each in found if isinstance(each, Fix)] == [
        1_514_455_575_000_000,
        1_514_455_579_000_000,
    ]


@needs_data
def test_recorder_log_of_a_real_phone_is_understood() -> None:
    kinds: dict[str, int] = {}
    for line in (DATA / "demo-iphone.rec").read_text().splitlines():
        for each in owntracks.decode(line.split("\t")[2].encode(), SOURCE):
            assert not isinstance(each, Unreadable), (line, each)
            if isinstance(each, Fix):
                assert each.speed_mps is None or each.speed_mps >= 0
                assert each.course_deg is None or 0 <= each.course_deg < 360
            kind = each.kind if isinstance(each, DeviceReport) else "fix"
            kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds == {"fix": 23, "will": 2}


def test_speed_is_in_kilometres_per_hour() -> None:
    assert one({"_type": "location", "lat": 1, "lon": 2, "tst": 3, "vel": 36}).speed_mps == pytest.approx(10)


@pytest.mark.parametrize("field", ["vel", "cog", "acc"])
def test_minus_one_means_unknown(field: str) -> None:
    fix = one({"_type": "location", "lat": 1, "lon": 2, "tst": 3, field: -1})
    assert (fix.speed_mps, fix.course_deg, fix.accuracy_m) == (None, None, None)


def test_whole_numbers_may_come_as_fractions() -> None:
    fix = one({"_type": "location", "lat": 1, "lon": 2, "tst": 3.0, "batt": 50.0, "cog": 360})
    assert (fix.fixed_at_us, fix.battery_pct, fix.course_deg) == (3_000_000, 50.0, 0.0)


def test_nothing_and_an_empty_array_say_nothing() -> None:
    assert [owntracks.decode(body, SOURCE) for body in (b"", b" \n", b"[]")] == [[], [], []]


def test_will_with_a_text_for_a_time_is_understood() -> None:
    assert one({"_type": "lwt", "tst": "1440363922"}).at_us == 1_440_363_922_000_000


def test_dumped_configuration_leaves_no_password_behind() -> None:
    said = one({"_type": "dump", "configuration": {"_type": "configuration", "password": "hunter2"}})
    assert isinstance(said, DeviceReport) and b"hunter2" not in said.body


# (secret, ciphertext, latitude): from the tests of owntracks/android and of Home Assistant 0.48.
VECTORS = (
    (
        "123",
        "aUiEKyGnskRz383od0mu4uqxTIxeZUddBVxKEmsdv1FFSH2y0NwqLP1tTqOmxaFhGv0bNX1DT7o81FW9Yaxpla6Byvr6CZV3"
        "t2skQv8nlxiIv1ZpQWM1bqHE0JFHwD3/yRx9bLHRF3j67kWcO6o2D/xn4ma8Fd4u86NPobFkRIzIhJljphEZyDCGugp7H3Fk"
        "ydGvgEkljb1/P1K91E/ij+m73wFplvTQm8ba5eWSFlQHDdY2B7QwbVPrKarHJLrm1+Y29+HD4Wg6TNhBJZLvdsmek6AcZLB+"
        "bq7Q84tUWoLrKp3aiyJZZX70q4HbVI3skkmDWMuMP2cDmsY9bvBjh1ZWAGlOq5VS1dWIlu6OWgWN9VdDbLzP+s2ykeFXrGs=",
        50.1182933,
    ),
    (
        "s3cretkey",
        "qm1A83I6TVFRmH5343xy+cbex8jBBxDFkHRuJhELVKVRA/DgXcyKtghw9pOw75Lo4gHcyy2wV5CmkjrpKEBR7Qhye4AR0y7h"
        "Ovlx6U/a3GuY1+W8I4smrLkwMvGgBOzXSNdVTzbFTHDvG3gRRaNHFkt2+5MsbH2Dd6CXmpzqDIfSN7QzwOevuvNIElii5MlF"
        "xI6ZnYIDYA/ZdnAXHEVsNIbyT2N0CXt3fTPzgGtFzsufx40EEUkC06J7QTJl7lLG6qaLW1cCWp86Vp0eL3vtZ6xq",
        2.0,
    ),
)


@pytest.mark.parametrize(("secret", "data", "latitude"), VECTORS)
def test_public_vector_opens(secret: str, data: str, latitude: float) -> None:
    fix = one({"_type": "encrypted", "data": data}, key=owntracks.key_of(secret.encode()))
    assert fix.latitude == pytest.approx(latitude, abs=0.001)


def encrypted(plain: bytes, secret: str) -> dict[str, str]:
    data = bytes(SecretBox(owntracks.key_of(secret.encode())).encrypt(plain))
    return {"_type": "encrypted", "data": base64.b64encode(data).decode()}


def test_encrypted_message_opens_with_the_device_s_key() -> None:
    plain = b'{"_type":"location","lat":1,"lon":2,"tst":3}'
    assert one(encrypted(plain, "s3cretkey"), key=owntracks.key_of(b"s3cretkey")).latitude == 1.0


def test_encrypted_message_without_the_key_says_so() -> None:
    message = encrypted(b'{"_type":"lwt"}', "s3cretkey")
    assert "no payload key" in one(message).reason
    assert "does not open" in one(message, key=owntracks.key_of(b"another")).reason


def test_encryption_in_encryption_is_not_followed() -> None:
    inner = json.dumps(encrypted(b"{}", "k")).encode()
    assert isinstance(one(encrypted(inner, "k"), key=owntracks.key_of(b"k")), Unreadable)


NUMBERS = st.one_of(
    st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([10**400, -1, 0, 1e308])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)
NAMES = st.sampled_from(
    ["_type", "lat", "lon", "tst", "acc", "alt", "vel", "cog", "batt", "event", "desc", "action", "data",
     "face", "waypoints", "from", "to", "steps", "request"]
)  # fmt: skip
MESSAGES = st.builds(
    lambda kind, rest: {**rest, "_type": kind},
    st.one_of(st.sampled_from([*owntracks._KINDS, "location"]), VALUES),
    st.dictionaries(st.one_of(NAMES, st.text()), VALUES),
)


@given(st.one_of(st.binary(), VALUES.map(lambda v: json.dumps(v).encode())))
def test_no_bytes_break_the_reading(payload: bytes) -> None:
    owntracks.decode(payload, SOURCE)


@given(st.one_of(MESSAGES, st.lists(MESSAGES)))
@example({"_type": "cmd", "action": []})
@example({"_type": "request", "request": {}})
def test_no_message_breaks_the_reading_and_no_fix_is_unfit_to_store(message: Any) -> None:
    for each in owntracks.decode(json.dumps(message).encode(), SOURCE):
        if isinstance(each, Fix):
            assert 0 < each.fixed_at_us < 2**62
            assert each.speed_mps is None or 0 <= each.speed_mps <= 12_000


def test_depth_without_end_is_no_message() -> None:
    [found] = owntracks.decode(b'{"_type":"location","x":' + b"[" * 100_000, SOURCE)
    assert isinstance(found, Unreadable)
