"""Files of recorded tracks: what each format says, and a report that tells of every point."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, running_node, until
from tests.tracking.fleet import enrolled, manager

from entrepot.core.time import to_us
from entrepot.device.families import owntracks
from entrepot.device.formats import recordings
from entrepot.device.formats.moments import moment_us
from entrepot.device.functions import counting
from entrepot.device.model.arrival import Broken, Source, Unreadable
from entrepot.device.model.recording import PART_BYTES
from entrepot.tracking.model.fix import Fix

NOW = datetime.now(UTC).replace(microsecond=0)
SOURCE = Source("d", to_us(NOW))


def read(content: str | bytes, **more: Any) -> list[Any]:
    raw = content.encode() if isinstance(content, str) else content
    form = recordings.form_of(raw[: recordings.HEAD_BYTES])
    assert form in recordings.FORMS, form
    return list(recordings.read(io.BytesIO(raw), SOURCE, form, owntracks=owntracks.decode, **more))


def places(found: list[Any]) -> list[tuple[str, float, float]]:
    at = lambda us: datetime.fromtimestamp(us / 1e6, UTC).strftime("%H:%M:%S")  # noqa: E731
    return [(at(f.fixed_at_us), f.latitude, f.longitude) for f in found if isinstance(f, Fix)]


def reasons(found: list[Any]) -> list[str]:
    return [each.reason for each in found if isinstance(each, Unreadable)]


# ---- formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header, row",
    [
        ("lat,lng,time", "50.5,8.25,2026-03-01T12:00:00Z"),
        ("Latitude;Longitude;Timestamp", "50,5;8,25;2026-03-01 12:00:00"),
        ("id\tlatitude\tlongitude\tfixTime", "7\t50.5\t8.25\t2026-03-01T13:00:00+01:00"),
        ("date,time,lat,lon", "2026/03/01,12:00:00,50.5,8.25"),
        ("Datum;Zeit;Breitengrad;Längengrad", "01.03.2026;12:00:00;50,5;8,25"),
        ("tst,lat,lon", "1772366400,50.5,8.25"),
        ("timestamp,lat,lon", "1772366400000,50.5,8.25"),
        ("time,lat,lon", '"2026-03-01 12:00:00 UTC",50.5,8.25'),
    ],
)
def test_tables_are_read_whatever_words_their_header_uses(header: str, row: str) -> None:
    assert places(read(f"\ufeff{header}\r\n{row}\r\n")) == [("12:00:00", 50.5, 8.25)]


def test_units_of_a_table_stand_in_its_header() -> None:
    table = "time,lat,lon,speed (km/h),Altitude [ft],battery_pct\n2026-03-01T12:00Z,1,2,36,100,80\n"
    [fix] = read(table)
    assert (fix.speed_mps, round(fix.altitude_m, 2), fix.battery_pct) == (10.0, 30.48, 80.0)


def test_columns_and_clock_can_be_said() -> None:
    table = "N,E,local\n50.5,8.25,2026-07-01 14:00:00\n"
    found = read(
        table, columns={"latitude": "N", "longitude": "E", "time": "local"}, zone=ZoneInfo("Europe/Berlin")
    )
    assert places(found) == [("12:00:00", 50.5, 8.25)]


def test_table_without_a_time_says_which_column_is_missing() -> None:
    [found] = read("lat,lon\n1,2\n")
    assert isinstance(found, Broken) and "no time" in found.reason


def test_date_that_could_be_two_days_is_not_guessed() -> None:
    assert moment_us("03/04/2026 12:00") is None
    assert reasons(read("lat,lon,time\n1,2,03/04/2026 12:00\n")) == ["A row's time is none, or could be two."]


KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"
 xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<Placemark><TimeStamp><when>2026-03-01T12:00:00Z</when></TimeStamp>
<Point><coordinates>8.25,50.5,120</coordinates></Point></Placemark>
<Placemark><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>
<Placemark><gx:Track><when>2026-03-01T12:01:00Z</when><when>2026-03-01T12:02:00Z</when>
<gx:coord>8.5 50.6 5</gx:coord><gx:coord>8.6 50.7</gx:coord></gx:Track></Placemark></Document></kml>"""


def test_kml_tracks_and_timed_points_are_read_and_lines_without_times_told() -> None:
    found = read(KML)
    assert places(found) == [("12:00:00", 50.5, 8.25), ("12:01:00", 50.6, 8.5), ("12:02:00", 50.7, 8.6)]
    assert found[0].altitude_m == 120.0 and reasons(found) == ["A line has no times."]


@pytest.mark.parametrize("kind", ["gpx", "kml"])
def test_entity_bombs_are_refused(kind: str) -> None:
    bomb = f'<!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><{kind}>&b;</{kind}>'
    [found] = read(bomb)
    assert isinstance(found, Broken)


def test_geojson_points_and_lines_are_read() -> None:
    point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [8.25, 50.5]},
             "properties": {"timestamp": 1772366400, "velocity": "2.5", "battery_level": 0.8}}  # fmt: skip
    places_of_line = [[8.5, 50.6, 9], [8.6, 50.7]]
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": places_of_line},
            "properties": {"coordTimes": ["2026-03-01T12:01:00Z", "2026-03-01T12:02:00Z"]}}  # fmt: skip
    for text in (
        json.dumps({"type": "FeatureCollection", "name": "x", "features": [point, line]}, indent=1),
        json.dumps({"locations": [point, line]}),
        f"{json.dumps(point)}\n{json.dumps(line)}\n",
        f"[{json.dumps(point)},{json.dumps(line)}]",
    ):
        found = read(text)
        assert [each[0] for each in places(found)] == ["12:00:00", "12:01:00", "12:02:00"], text[:40]
        assert (found[0].speed_mps, found[0].battery_pct, found[1].altitude_m) == (2.5, 80.0, 9.0)


def test_geojson_that_is_cut_says_so_after_what_is_whole() -> None:
    whole = '{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[1,2]},'
    found = read(whole + '"properties":{"time":"2026-03-01T12:00:00Z"}},{"geometry":{"type":"Po')
    assert isinstance(found[0], Fix) and isinstance(found[1], Broken)


@pytest.mark.parametrize("between", ["\t", "    ", " "])
def test_recorders_lines_have_tabs_or_spaces(between: str) -> None:
    said = '{"_type":"location","lat":50.5,"lon":8.25,"tst":1772366400}'
    line = between.join(("2026-03-01T12:00:01Z", "*", said)) + "\n"
    assert places(read(line)) == [("12:00:00", 50.5, 8.25)]
    assert reasons(read(line + line[:50])) == ["A line holds no JSON, or only a part of it."]


@pytest.mark.parametrize(
    "content, why",
    [
        (b"PK\x03\x04", "unpack"), (b"\x1f\x8b\x08", "gzip"), (b"", "empty"), (b"hello", "is no GPX"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", "FIT"), (b"\xff\xfeh\x00", "UTF-16"),
    ],
)  # fmt: skip
def test_file_of_another_kind_is_refused_with_a_reason(content: bytes, why: str) -> None:
    assert why in recordings.form_of(content)


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    st.sampled_from(recordings.FORMS),
)
def test_no_bytes_break_any_reader(content: bytes, form: str) -> None:
    for each in recordings.read(io.BytesIO(content), SOURCE, form, owntracks=owntracks.decode):
        assert isinstance(each, Fix) or reasons([each]) or each


def test_area_of_a_voyage_across_the_antimeridian_is_narrow() -> None:
    fixes = [Fix("d", at, at, 1.0, lon) for at, lon in enumerate((178.0, 179.5, -179.5, -178.0))]
    counts = counting.counted(fixes[:2])
    counting.add(counts, counting.counted(fixes[2:]))
    assert counts.area == (178.0, 1.0, -178.0, 1.0) and counts.points == 4


# ---- a whole node -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("recordings")) as running:
        yield running


@pytest.fixture
def fleet(node: Node) -> Caller:
    return manager(node)


def gpx(count: int, *, begin: datetime = NOW - timedelta(hours=9), step_s: int = 10) -> str:
    times = (begin + timedelta(seconds=k * step_s) for k in range(count))
    points = (
        f'<trkpt lat="{50 + k / 1000:.6f}" lon="8.5"><time>{at.isoformat()}</time></trkpt>'
        for k, at in enumerate(times)
    )
    return f"<gpx><trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"


def brought(fleet: Caller, device: str, content: str | bytes, **more: Any) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    asked = {"file": "a.gpx", "bytes": len(raw), **more}
    if len(raw) <= PART_BYTES:
        asked["content"] = encoded(raw)
    reply = fleet.post(f"/api/devices/{device}/recordings", asked)
    assert reply.status == 201, reply
    made: dict[str, Any] = reply.json()
    if len(raw) > PART_BYTES:
        numbers = range((len(raw) + PART_BYTES - 1) // PART_BYTES)
        for number in reversed(numbers):  # in any order
            part = raw[number * PART_BYTES : (number + 1) * PART_BYTES]
            reply = fleet.post(
                f"/api/recordings/{made['id']}/parts", {"number": number, "content": encoded(part)}
            )
            assert reply.status == 200, reply
    return ended(fleet, made["id"])


def encoded(raw: bytes) -> str:
    import base64

    return base64.b64encode(raw).decode()


def ended(fleet: Caller, id: str) -> dict[str, Any]:
    until(lambda: fleet.get(f"/api/recordings/{id}").json()["state"] in ("done", "failed"))
    report: dict[str, Any] = fleet.get(f"/api/recordings/{id}").json()
    return report


def test_report_tells_what_became_of_every_point(fleet: Caller) -> None:
    device = enrolled(fleet)["id"]
    old = gpx(2, begin=NOW - timedelta(days=200))
    content = gpx(30).replace("</gpx>", "") + '<wpt lat="1" lon="2"/>' + old.removeprefix("<gpx>")
    first = brought(fleet, device, content)
    assert (first["points"], first["kept"], first["already_there"]) == (32, 30, 0)
    assert first["held_back"] == {"stale": 2} and first["unreadable"] == {"A point has no time.": 1}
    assert first["whole"] and first["area"]["west"] == 8.5 and first["form"] == "gpx"
    again = brought(fleet, device, content)
    assert (again["kept"], again["already_there"]) == (0, 30)
    assert fleet.get(f"/api/devices/{device}").json()["position"]["latitude"] == 50.029


def test_cut_file_keeps_its_beginning_and_says_that_it_is_cut(fleet: Caller) -> None:
    report = brought(fleet, enrolled(fleet)["id"], gpx(20)[:-300])
    assert report["state"] == "done" and not report["whole"] and 0 < report["kept"] < 20


def test_file_in_parts_is_read_across_their_borders(fleet: Caller) -> None:
    content = gpx(9_000, step_s=3)
    assert len(content) > PART_BYTES
    report = brought(fleet, enrolled(fleet)["id"], content)
    assert (report["points"], report["kept"]) == (9_000, 9_000)


def test_import_is_no_word_of_the_device(node: Node, fleet: Caller) -> None:
    device = enrolled(fleet)["id"]
    brought(fleet, device, gpx(5))
    shown = fleet.get(f"/api/devices/{device}").json()
    assert shown["position"] is not None and not shown.get("last_contact_at")


def test_others_see_no_recording_and_area_is_for_who_brought_it(node: Node, fleet: Caller) -> None:
    device = enrolled(fleet)["id"]
    report = brought(fleet, device, gpx(3))
    path = f"/api/recordings/{report['id']}"
    assert manager(node).get(path).status == 404
    assert fleet.ask("DELETE", path).status == 204 and fleet.get(path).status == 404


def test_part_that_does_not_fit_is_refused(fleet: Caller) -> None:
    device = enrolled(fleet)["id"]
    made = fleet.post(f"/api/devices/{device}/recordings", {"file": "a.gpx", "bytes": 100}).json()
    reply = fleet.post(f"/api/recordings/{made['id']}/parts", {"number": 0, "content": encoded(b"x")})
    assert reply.status == 422 and "has 100, not 1" in reply.json()["detail"]
    assert fleet.ask("DELETE", f"/api/recordings/{made['id']}").status == 204


def test_what_is_no_track_fails_with_a_sentence(fleet: Caller) -> None:
    report = brought(fleet, enrolled(fleet)["id"], b"PK\x03\x04....")
    assert (report["state"], report["kept"]) == ("failed", 0) and "unpack" in report["reason"]


def run(*arguments: str, node: Node, secret: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "entrepot", "device", *arguments, "--to", node.url],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "API_KEY": secret, "DEVICE_PASSWORD": secret},
    )  # fmt: skip


def test_command_says_what_was_kept_and_fails_when_nothing_was(
    node: Node, fleet: Caller, tmp_path: Path
) -> None:
    device, file = enrolled(fleet), tmp_path / "track.gpx"
    file.write_text(gpx(8))
    bring = ("import", str(file), "--device", device["id"])
    first = run(*bring, node=node, secret=fleet.credential or "")
    assert first.returncode == 0 and "8 points read, 8 kept" in first.stdout, first
    again = run(*bring, node=node, secret=fleet.credential or "")
    assert again.returncode == 1 and "8 already there" in again.stdout and "Nothing new" in again.stderr


def test_replay_says_what_was_held_back_and_fails_when_all_was(
    node: Node, fleet: Caller, tmp_path: Path
) -> None:
    device, file = enrolled(fleet), tmp_path / "track.gpx"
    replay = ("replay", str(file), "--username", device["username"], "--speed", "max", "--batch", "50")
    file.write_text(gpx(4, begin=NOW - timedelta(days=200)))
    old = run(*replay, node=node, secret=device["password"])
    assert old.returncode == 1 and "4 stale" in old.stderr and "Nothing was kept" in old.stderr
    file.write_text(gpx(8)[:-40])
    cut = run(*replay, node=node, secret=device["password"])
    assert cut.returncode == 1 and "ends early" in cut.stderr
