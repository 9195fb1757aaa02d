"""OsmAnd, Traccar Client, ThingsBoard, NMEA and GPX: units, times, gaps, and bytes that mean nothing."""

import io
import json
from collections import Counter
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.device.families import osmand, thingsboard
from entrepot.device.formats import gpx, nmea
from entrepot.device.model.arrival import LATEST_US, Arrival, DeviceReport, Ignored, Source, Unreadable
from entrepot.tracking.model.fix import Fix

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "gpx"
NOW_US = 1_760_000_000_000_000
SOURCE = Source("phone", NOW_US)
NOON_US = 1_714_564_800_000_000  # 2024-05-01T12:00:00Z


def query(text: str) -> Any:
    [found] = osmand.decode_fields(text.encode(), SOURCE)
    return found


def location(**said: Any) -> Any:
    body = {"device_id": "phone", "location": said}
    [found] = osmand.decode_json(json.dumps(body).encode(), SOURCE)
    return found


def telemetry(said: Any) -> list[Arrival]:
    return thingsboard.decode(json.dumps(said).encode(), SOURCE)


# ---- OsmAnd and Traccar Client ----------------------------------------------------------------------


def test_query_has_knots_and_is_stored_in_metres_per_second() -> None:
    fix = query(
        "id=x&token=t&lat=52.5&lon=13.4&timestamp=1714564800&speed=10&bearing=90&altitude=34.5&accuracy=5"
        "&batt=80&charge=true&driverUniqueId=ann"
    )
    assert fix == Fix(
        "phone", NOON_US, NOW_US, 52.5, 13.4, 5.0, 34.5, pytest.approx(5.14444, abs=1e-4), 90.0, 80.0,
        {"charge": True, "driverUniqueId": "ann"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "timestamp",
    ["1714564800", "1714564800000", "2024-05-01T12:00:00Z", "2024-05-01T14:00:00%2B02:00",
     "2024-05-01T12:00:00.000Z", "2024-05-01%2012:00:00", "2024-05-01+12:00:00"],
)  # fmt: skip
def test_every_form_of_timestamp_is_the_same_moment(timestamp: str) -> None:
    assert query(f"lat=1&lon=2&timestamp={timestamp}").fixed_at_us == NOON_US


def test_without_timestamp_it_is_now() -> None:
    assert query("lat=1&lon=2").fixed_at_us == NOW_US


def test_place_may_be_one_text() -> None:
    assert (query("location=1.5,-2.5").latitude, query("location=1.5,-2.5").longitude) == (1.5, -2.5)


def test_cells_and_networks_may_come_many_times() -> None:
    fix = query("lat=1&lon=2&cell=262,1,1,2&cell=262,1,1,3,-70&wifi=00-11-22,-60&heading=7&hdop=1.5")
    assert fix.attributes == {
        "cell": ["262,1,1,2", "262,1,1,3,-70"],
        "wifi": ["00-11-22,-60"],
        "hdop": "1.5",
    }
    assert fix.course_deg == 7.0


def test_message_without_a_place_is_a_contact_and_no_fix() -> None:
    found = query("id=x&batt=12&alarm=sos")
    assert isinstance(found, DeviceReport) and found.kind == "status"
    assert json.loads(found.body) == {"batt": "12", "alarm": "sos"}
    assert isinstance(location(timestamp="2024-05-01T12:00:00Z", battery={"level": 0.5}), DeviceReport)


@pytest.mark.parametrize(
    "text", ["lat=1", "lat=x&lon=2", "lat=nan&lon=2", "lat=inf&lon=2", "location=1",
             "lat=1&lon=2&timestamp=soon", "lat=1&lon=2&timestamp=99999999999999999999"],
)  # fmt: skip
def test_query_that_makes_no_sense_says_why(text: str) -> None:
    assert isinstance(query(text), Unreadable)


def test_json_has_metres_per_second_and_a_battery_from_nought_to_one() -> None:
    fix = location(
        timestamp="2024-05-01T12:00:00Z",
        coords={
            "latitude": 52.5, "longitude": 13.4, "accuracy": 4, "speed": 10, "heading": 359, "altitude": 3,
        },
        is_moving=True, odometer=1234.5, event="motionchange", battery={"level": 0.87, "is_charging": True},
        activity={"type": "in_vehicle"},
    )  # fmt: skip
    assert fix == Fix(
        "phone", NOON_US, NOW_US, 52.5, 13.4, 4.0, 3.0, 10.0, 359.0, 87.0,
        {"motion": True, "odometer": 1234.5, "event": "motionchange", "activity": {"type": "in_vehicle"},
         "charge": True},
    )  # fmt: skip


def test_minus_one_in_json_means_unknown() -> None:
    fix = location(
        coords={"latitude": 1, "longitude": 2, "speed": -1, "heading": -1, "accuracy": -1},
        battery={"level": -1},
    )
    assert (fix.speed_mps, fix.course_deg, fix.accuracy_m, fix.battery_pct) == (None, None, None, None)


# ---- ThingsBoard --------------------------------------------------------------------------------------

PLACE = {"latitude": 1.5, "longitude": 2.5}


@pytest.mark.parametrize(
    ("said", "times"),
    [
        (PLACE, [NOW_US]),
        ([PLACE, PLACE], [NOW_US, NOW_US]),
        ({"ts": 1714564800000, "values": PLACE}, [NOON_US]),
        ([{"ts": 1714564800000, "values": PLACE}, {"ts": 1714564801000, "values": PLACE}],
         [NOON_US, NOON_US + 1_000_000]),
    ],
)  # fmt: skip
def test_all_four_shapes_of_telemetry(said: Any, times: list[int]) -> None:
    found = telemetry(said)
    assert [each.fixed_at_us for each in found if isinstance(each, Fix)] == times
    assert len(found) == len(times)


def test_other_values_are_attributes() -> None:
    fix, unknown = telemetry({**PLACE, "speed": 3, "temperature": 21.5, "battery": 40})
    assert isinstance(fix, Fix) and unknown == Ignored("temperature", "no_meaning", 21.5)
    assert (fix.speed_mps, fix.battery_pct, fix.attributes) == (3.0, 40.0, {"temperature": 21.5})


def test_telemetry_without_a_place_is_a_contact_with_its_values() -> None:
    found, unknown = telemetry({"ts": 1714564800000, "values": {"temperature": 21.5}})
    assert unknown == Ignored("temperature", "no_meaning", 21.5)
    assert isinstance(found, DeviceReport) and json.loads(found.body) == {"temperature": 21.5}
    assert found.at_us == NOON_US


# ---- NMEA -----------------------------------------------------------------------------------------------


def sentence(body: str) -> str:
    return f"${body}*{reduce(xor, body.encode(), 0):02X}\r\n"


def nmea_of(*bodies: str, now_us: int = NOW_US) -> list[Arrival]:
    return nmea.decode("".join(map(sentence, bodies)).encode(), Source("phone", now_us))


def test_rmc_and_gga_of_one_second_are_one_fix() -> None:
    [fix] = nmea_of(
        "GPGGA,120000.00,5230.0000,N,01324.0000,E,1,08,1.1,34.5,M,46.9,M,,",
        "GPRMC,120000.00,A,5230.0000,N,01324.0000,E,10.0,084.4,010524,003.1,W",
    )
    assert fix == Fix(
        "phone", NOON_US, NOW_US, 52.5, 13.4, None, 34.5, pytest.approx(5.14444, abs=1e-4), 84.4, None,
        {"satellites": 8.0, "hdop": 1.1},
    )  # fmt: skip


def test_south_and_west_are_negative() -> None:
    [fix] = nmea_of("GNRMC,120000,A,3351.6000,S,07036.0000,W,0,0,010524,,")
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.longitude) == (pytest.approx(-33.86), pytest.approx(-70.6))


def test_void_fix_is_passed_over_and_broken_checksum_said() -> None:
    assert nmea_of("GPRMC,120000,V,,,,,,,010524,,") == []
    [found] = nmea.decode(b"$GPRMC,120000,A,5230.0,N,01324.0,E,0,0,010524,,*00\n", SOURCE)
    assert isinstance(found, Unreadable) and "checksum" in found.reason


GGA = "GPGGA,{},5230.0,N,01324.0,E,1,08,1.1,34.5,M,,M,,"


def test_places_without_rmc_take_their_day_from_zda() -> None:
    found = nmea_of(
        "GPZDA,120000.00,01,05,2024,00,00", GGA.format("120000"), GGA.format("120001"),
        "GNGNS,120002.00,5230.0,N,01324.0,E,AN,08,1.1,34.5,,,",
        "GNGNS,120003.00,5230.0,N,01324.0,E,NN,08,1.1,34.5,,,",
    )  # fmt: skip
    assert [each.fixed_at_us - NOON_US for each in found if isinstance(each, Fix)] == [
        0,
        1_000_000,
        2_000_000,
    ]
    assert len(found) == 3 and all(isinstance(each, Fix) and each.altitude_m == 34.5 for each in found)


def test_places_whose_day_nobody_says_are_said_to_be_unreadable() -> None:
    [found] = nmea_of(GGA.format("120000"))
    assert isinstance(found, Unreadable) and "no day" in found.reason


def test_places_after_midnight_are_of_the_next_day() -> None:
    found = nmea_of("GPZDA,235959.00,30,04,2024,00,00", GGA.format("235959"), GGA.format("000000"))
    assert [each.fixed_at_us for each in found if isinstance(each, Fix)] == [
        NOON_US - 43_201_000_000, NOON_US - 43_200_000_000,
    ]  # fmt: skip


def test_years_from_80_on_are_of_the_last_century() -> None:
    [fix] = nmea_of("GPRMC,120000,A,5230.0,N,01324.0,E,0,0,010594,,", now_us=767_793_600_000_000 + 1)
    assert isinstance(fix, Fix) and fix.fixed_at_us == 767_793_600_000_000


# ---- GPX ------------------------------------------------------------------------------------------------

needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the third-party tracks (shared/data/gpx) are not here"
)
# Fixes, and points without a time.
TRACKS = {
    "Mojstrovka.gpx": (0, 184),
    "around-visnjan-with-car.gpx": (104, 0),
    "cerknicko-jezero.gpx": (297, 6),
    "gpx1.1_with_all_fields.gpx": (3, 5),
    "gpx_with_garmin_extension.gpx": (1, 0),
    "korita-zbevnica.gpx": (513, 360),
    "track-with-empty-segment.gpx": (9, 0),
    "track_with_speed.gpx": (3, 0),
    "unicode_with_bom.gpx": (1, 0),
}


def gpx_of(content: bytes) -> list[Arrival]:
    return list(gpx.read(io.BytesIO(content), SOURCE))


@needs_data
@pytest.mark.parametrize("name", sorted(each.name for each in DATA.glob("*.gpx")))
def test_real_and_awkward_tracks_are_read(name: str) -> None:
    found = Counter(type(each) for each in gpx_of((DATA / name).read_bytes()))
    assert (found[Fix], found[Unreadable]) == TRACKS[name]


@needs_data
def test_speed_of_a_track_is_in_metres_per_second() -> None:
    first = gpx_of((DATA / "track_with_speed.gpx").read_bytes())[0]
    assert isinstance(first, Fix) and first.speed_mps == 1.2


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>',
        b'<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><name>&x;</name></gpx>',
        b"<gpx><trk>",
        b"no xml at all",
        b"",
        b"\xff\xfe",
    ],
)
def test_file_that_is_no_gpx_or_wants_to_harm_says_so(content: bytes) -> None:
    [found] = gpx_of(content)
    assert isinstance(found, Unreadable)


def test_broken_end_loses_nothing_of_the_beginning() -> None:
    found = gpx_of(b'<gpx><trkpt lat="1" lon="2"><time>2024-05-01T12:00:00Z</time></trkpt><trkpt')
    assert isinstance(found[0], Fix) and isinstance(found[1], Unreadable)


def test_large_file_is_read_in_little_memory() -> None:
    """Points that were read are let go; a million of them would be some hundred megabytes."""
    import tracemalloc

    point = b'<trkpt lat="1.5" lon="2.5"><ele>3</ele><time>2024-05-01T12:00:00Z</time></trkpt>'
    file = io.BytesIO(b"<gpx><trk><trkseg>" + point * 50_000 + b"</trkseg></trk></gpx>")
    tracemalloc.start()
    count = sum(isinstance(each, Fix) for each in gpx.read(file, SOURCE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 50_000 and peak < 3_000_000


# ---- anything -------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(),
        st.sampled_from([10**400, "nan", "1e999", "-1"]),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(
    ["location", "coords", "latitude", "longitude", "timestamp", "battery", "level", "lat", "lon", "ts",
     "values", "speed", "heading", "accuracy", "is_charging"]
)  # fmt: skip
SHAPED = st.recursive(VALUES, lambda inner: st.dictionaries(NAMES, inner), max_leaves=8)
DECODERS = (osmand.decode_json, osmand.decode_fields, thingsboard.decode, nmea.decode)


def check(found: list[Arrival]) -> None:
    for each in found:
        if isinstance(each, Fix):
            assert 0 < each.fixed_at_us < LATEST_US
            assert each.speed_mps is None or 0 <= each.speed_mps <= 12_000
            assert each.altitude_m is None or abs(each.altitude_m) <= 1e6


@given(st.one_of(st.binary(), SHAPED.map(lambda v: json.dumps(v).encode())))
def test_no_bytes_break_any_protocol(payload: bytes) -> None:
    for decode in DECODERS:
        check(decode(payload, SOURCE))
    check(gpx_of(payload))


@given(st.dictionaries(NAMES, st.text()))
def test_no_query_breaks_the_reading(said: dict[str, str]) -> None:
    from urllib.parse import urlencode

    check(osmand.decode_fields(urlencode(said).encode(), SOURCE))


@given(st.lists(st.text(alphabet="GPRMCA,.0123456789NSEW-V"), max_size=20))
def test_no_sentence_breaks_the_reading(bodies: list[str]) -> None:
    check(nmea_of(*(f"GPRMC,{body}" for body in bodies)))
    check(nmea_of(*(f"GPGGA,{body}" for body in bodies)))
