"""What devices say beside their place is understood in every family, or said to be not."""

import pytest

from entrepot.device.families import osmand, owntracks, thingsboard
from entrepot.device.model.arrival import DeviceReport, Ignored, Source
from entrepot.device.model.words import understood
from entrepot.tracking.model.fix import Fix

NOW_US = 1_760_000_000_000_000
SOURCE = Source("van", NOW_US)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"alarm": "sos"}, {"alarm": "sos"}),
        ({"alarm": "SOS, Towing"}, {"alarm": "sos,tow"}),
        ({"sos": "1"}, {"alarm": "sos"}),
        ({"alarm": True}, {"alarm": "general"}),
        ({"alarm": "false"}, {}),
        ({"alarm": "powerCut"}, {"alarm": "power_cut"}),
        ({"alarm": "geofenceExit"}, {"alarm": "geofenceExit"}),
        ({"Ignition": "on"}, {"ignition": True}),
        ({"ign": 0}, {"ignition": False}),
        ({"is_charging": "true", "is_moving": False}, {"charge": True, "motion": False}),
        ({"mileage": "1234,5"}, {"odometer": 1234.5}),
        ({"hours": 7_200_000}, {"hours": 2.0}),
        ({"engineHours": 12.5}, {"hours": 12.5}),
        ({"colour": "red"}, {"colour": "red"}),
    ],
)
def test_words_have_one_form(said: dict[str, object], kept: dict[str, object]) -> None:
    assert understood(said) == (kept, [])


def test_word_that_nobody_understands_is_said() -> None:
    found, ignored = understood({"ignition": "perhaps", "odometer": "far"})
    assert found == {}
    assert ignored == [Ignored("ignition", "no_meaning", "perhaps"), Ignored("odometer", "no_meaning", "far")]


def test_osmand_understands_other_names_commas_and_per_cent() -> None:
    text = b"latitude=52,5&longitude=13,4&timestamp=1760000000&speed=3,5&batt=85%25&ignition=true&odometer=10"
    [fix] = osmand.decode_fields(text, SOURCE)
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.longitude, fix.battery_pct) == (52.5, 13.4, 85.0)
    assert fix.speed_mps == pytest.approx(3.5 * 1852 / 3600)
    assert fix.attributes == {"ignition": True, "odometer": 10.0}
    [fix] = osmand.decode_fields(b"location=52,5,13,4&batt=0.5&motion=0", SOURCE)
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.longitude, fix.battery_pct, fix.speed_mps) == (52.5, 13.4, 50.0, 0.0)


def test_call_for_help_without_a_place_is_a_report() -> None:
    [report] = osmand.decode_fields(b"alarm=panic", SOURCE)
    assert isinstance(report, DeviceReport) and report.body == b'{"alarm":"sos"}'


def test_battery_of_traccar_client_may_be_a_fraction_or_per_cent() -> None:
    for level, pct in (("0.85", 85.0), ("1", 100.0), ("85", 85.0)):
        body = f'{{"location":{{"coords":{{"latitude":1,"longitude":"2"}},"battery":{{"level":{level}}}}}}}'
        [fix] = osmand.decode_json(body.encode(), SOURCE)
        assert isinstance(fix, Fix) and (fix.longitude, fix.battery_pct) == (2.0, pct)


def test_owntracks_takes_texts_for_numbers_and_knows_when_it_charges() -> None:
    body = b'{"_type":"location","lat":"52.5","lon":"13.4","tst":"1760000000","batt":"90","bs":2}'
    [fix] = owntracks.decode(body, SOURCE)
    assert isinstance(fix, Fix)
    assert (fix.latitude, fix.battery_pct, fix.attributes) == (52.5, 90.0, {"bs": 2, "charge": True})


def test_thingsboard_telemetry_has_words_too() -> None:
    body = b'{"latitude":"52.5","longitude":13.4,"battery":0.5,"ignition":"off","sos":true}'
    [fix] = thingsboard.decode(body, SOURCE)
    assert isinstance(fix, Fix)
    assert (fix.battery_pct, fix.attributes) == (50.0, {"ignition": False, "alarm": "sos"})
