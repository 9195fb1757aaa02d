"""Phones over HTTP at a whole node: who is let in, what they are answered, and what becomes of it."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.secret import SecretBox
from tests.context_database import new_database
from tests.device.phones import enrol, location, owner
from tests.gateway.client import Node, fresh_address, running_node, until

from entrepot.device.families import owntracks


def test_owntracks_position_is_answered_and_in_history_with_si_units(node: Node) -> None:
    phone = enrol(node)
    reply = phone.owntracks(location(vel=36, cog=90, batt=50, acc=7))
    assert (reply.status, reply.body) == (200, b"[]")
    assert reply.header("content-type") == "application/json"
    [found] = phone.wait_for_positions(1)
    assert found["speed_mps"] == pytest.approx(10) and found["accuracy_m"] == 7 and found["battery_pct"] == 50


def test_traccar_client_position_is_in_history_with_si_units(node: Node) -> None:
    phone = enrol(node)
    assert phone.osmand("lat=52.5&lon=13.4&speed=10").status == 200
    [found] = phone.wait_for_positions(1)
    assert found["speed_mps"] == pytest.approx(5.14, abs=0.01)


def test_traccar_client_s_json_and_form_are_understood(node: Node) -> None:
    phone = enrol(node)
    body = {"device_id": phone.username, "location": {"coords": {"latitude": 52.5, "longitude": 13.4}}}
    assert phone.at.post("/osmand", body, headers=phone.basic).status == 200
    form = f"id={phone.username}&token={phone.password}&lat=52.6&lon=13.5&timestamp={int(time.time() - 3600)}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert phone.at.ask("POST", "/osmand", body=form.encode(), headers=kind).status == 200
    assert len(phone.wait_for_positions(2)) == 2


def test_bearer_token_is_the_device_s_password(node: Node) -> None:
    phone = enrol(node)
    assert phone.owntracks(location(), headers={"Authorization": f"Bearer {phone.password}"}).status == 200


def test_headers_that_name_another_user_change_nothing(node: Node) -> None:
    mine, other = enrol(node), enrol(node)
    claimed = {**mine.basic, "X-Limit-U": other.username, "X-Limit-D": "phone"}
    path = f"/owntracks?u={other.username}&d=phone"
    assert mine.at.post(path, location(), headers=claimed).status == 200
    assert len(mine.wait_for_positions(1)) == 1 and other.positions() == []


def test_wrong_password_is_refused_after_a_moment_of_patience(node: Node) -> None:
    phone = replace(enrol(node), password="wrong", address=fresh_address())
    started = time.monotonic()
    reply = phone.owntracks(location())
    assert reply.status == 401 and time.monotonic() - started > 0.4
    assert (reply.header("www-authenticate") or "").startswith("Basic")
    assert phone.owntracks(location(), headers={}).status == 401


def test_guessing_from_one_address_is_slowed_down_and_no_other_is(node: Node) -> None:
    phone = enrol(node)
    guesser = replace(phone, password="wrong", address=fresh_address())
    with ThreadPoolExecutor(16) as threads:
        statuses: list[int] = []
        while statuses.count(429) < 10:
            statuses += threads.map(lambda _: guesser.owntracks(location()).status, range(48))
    assert set(statuses) == {401, 429}
    assert phone.owntracks(location()).status == 200


def test_clients_of_osmand_are_answered_as_they_expect(node: Node) -> None:
    phone = enrol(node)
    at = phone.at
    assert at.get("/osmand?lat=1&lon=2").status == 400
    assert at.get(f"/osmand?id={phone.username}&lat=1&lon=2&token=wrong").status == 401
    assert at.get(f"/osmand?id={phone.username}&lat=1&lon=2").status == 401
    unknown = {"device_id": "nobody", "location": {"coords": {"latitude": 1, "longitude": 2}}}
    assert at.post("/osmand", unknown).status == 404


def test_device_that_needs_no_password_sends_without_one(node: Node) -> None:
    phone = enrol(node, needs_password=False)
    assert phone.at.get(f"/osmand?id={phone.username}&lat=52.5&lon=13.4").status == 200
    assert phone.at.get(f"/osmand?id={phone.username}&lat=52.5&lon=13.4&token=wrong").status == 401
    assert phone.owntracks(location(), headers={}).status == 401
    assert len(phone.wait_for_positions(1)) == 1


def test_revoked_device_is_cut_off(node: Node) -> None:
    phone = enrol(node)
    assert phone.owntracks(location()).status == 200
    assert phone.by.ask("DELETE", f"/api/devices/{phone.id}").status in (200, 204)
    until(lambda: phone.owntracks(location(-60)).status == 401)


def test_new_password_works_at_once_and_the_old_one_no_more(node: Node) -> None:
    phone = enrol(node)
    made = phone.by.post(f"/api/devices/{phone.id}/password").json()
    renewed = replace(phone, password=made["password"])
    assert renewed.owntracks(location()).status == 200
    assert phone.owntracks(location()).status == 401


def test_message_nobody_understands_is_answered_with_200_and_can_be_tried_again(node: Node) -> None:
    phone = enrol(node)
    plain = json.dumps(location()).encode()
    sealed = SecretBox(owntracks.key_of(b"not yet known")).encrypt(plain)
    message = {"_type": "encrypted", "data": base64.b64encode(bytes(sealed)).decode()}
    assert phone.owntracks(message).status == 200
    listed = phone.by.get(f"/api/quarantine?device={phone.id}").json()["items"]
    assert [each["reason"] for each in listed] == [
        "It is encrypted, and this device has no payload key here."
    ]
    path = f"/api/quarantine/{listed[0]['id']}"
    assert phone.by.get(path).json()["content"].startswith('{"_type": "encrypted"')
    looks = f"/api/devices/{phone.id}/reads"
    until(lambda: [each["what"] for each in phone.by.get(looks).json()["items"]] == ["quarantine"])
    again = phone.by.post(f"{path}/retry")
    assert (again.status, again.json()["understood"]) == (200, False)
    assert owner(node, "other").get(path).status == 404
    assert phone.by.ask("DELETE", path).status == 204 and phone.by.get(path).status == 404


def test_encrypted_message_is_understood_with_the_device_s_key(node: Node) -> None:
    phone = enrol(node)
    key = phone.by.post(f"/api/devices/{phone.id}/payload-key").json()
    [secret] = [value for value in key.values() if isinstance(value, str) and len(value) >= 16][:1]
    sealed = SecretBox(owntracks.key_of(secret.encode())).encrypt(json.dumps(location()).encode())
    message = {"_type": "encrypted", "data": base64.b64encode(bytes(sealed)).decode()}

    def understood() -> bool:
        phone.owntracks(message)
        return bool(phone.positions())

    until(understood)


def test_cut_off_message_is_quarantined_with_its_reason(node: Node) -> None:
    phone = enrol(node)
    broken = b"[" + json.dumps(location()).encode()
    assert phone.at.ask("POST", "/owntracks", body=broken, headers=phone.basic).status == 200
    [found] = phone.by.get(f"/api/quarantine?device={phone.id}").json()["items"]
    assert "JSON" in found["reason"]


def test_message_that_is_too_large_is_quarantined_and_holds_up_nothing(node: Node) -> None:
    phone = enrol(node)
    large = phone.at.ask("POST", "/owntracks", body=b"{" * (3 << 20), headers=phone.basic)
    assert (large.status, large.body) == (200, b"[]")
    [found] = phone.by.get(f"/api/quarantine?device={phone.id}").json()["items"]
    assert "too large: 3145728 bytes" in found["reason"]


def test_messages_beyond_all_bounds_or_of_another_method_are_refused(node: Node) -> None:
    phone = enrol(node)
    assert phone.at.ask("POST", "/owntracks", body=b" " * (17 << 20), headers=phone.basic).status == 413
    assert phone.at.ask("PUT", "/owntracks", body=b"{}", headers=phone.basic).status == 405
    assert phone.at.get("/owntracks", headers=phone.basic).status == 405


def test_empty_body_is_answered(node: Node) -> None:
    phone = enrol(node)
    assert phone.at.ask("POST", "/owntracks", body=b"", headers=phone.basic).body == b"[]"


def test_device_that_was_enrolled_a_moment_ago_is_not_refused(node: Node) -> None:
    """Its first message races with the news of its enrolment."""
    us = owner(node)
    assert [enrol(node, us).owntracks(location()).status for _ in range(10)] == [200] * 10


def test_many_at_once_are_all_kept(node: Node) -> None:
    phone = enrol(node, filter={"min_distance_m": None, "drift_m": None, "min_period_s": None})
    with ThreadPoolExecutor(16) as threads:
        replies = list(threads.map(lambda at: phone.owntracks(location(-at * 10)).status, range(100)))
    assert replies == [200] * 100
    until(lambda: len(phone.positions()) == 100)


def test_same_message_twice_is_one_position(node: Node) -> None:
    phone = enrol(node)
    message = location()
    assert [phone.owntracks(message).status for _ in range(3)] == [200] * 3
    assert len(phone.wait_for_positions(1)) == 1
    told = phone.by.get(f"/api/intake/summary?device={phone.id}").json()
    assert told["messages"] == 3 and told["rejected"] == {"duplicate": 2}


def test_it_all_stands_on_postgresql_too(postgres_dsn: str, tmp_path: Path) -> None:
    with running_node(tmp_path, dsn=new_database(postgres_dsn)) as on_postgres:
        phone = enrol(on_postgres)
        until(lambda: phone.owntracks(location()).status == 200)  # its door hears of it a moment later
        assert len(phone.wait_for_positions(1)) == 1
        assert phone.owntracks({"_type": "nonsense"}).status == 200
        assert len(phone.by.get("/api/quarantine").json()["items"]) == 1
        assert phone.by.get("/api/intake/summary").json()["messages"] == 2
