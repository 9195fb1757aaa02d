"""Signatures as the specification says, bodies, and when a call is tried again."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.common.model import delivery, webhook
from entrepot.common.model.notice import Notice
from entrepot.core.notices import matches

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
NOTICE = Notice(
    id="n1", key="a1", organisation="acme", kind="alert.enter", severity="info", subject="d1", place="f1",
    occurred_at=NOON, facts={"device_id": "d1", "value": None}, late=True,
)  # fmt: skip


def test_signature_is_that_of_the_specification_s_own_example() -> None:
    """The vector that the reference libraries of Standard Webhooks are tested with."""
    signed = webhook.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp_s=1614265330, body=b'{"test": 2432232314}',
    )  # fmt: skip
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=100))
def test_every_secret_signs_for_itself(body: bytes) -> None:
    secrets = [webhook.new_secret(), webhook.new_secret()]
    sent = webhook.headers(secrets, id="m1", at=NOON, body=body)
    expected = [
        base64.b64encode(
            hmac.new(
                base64.b64decode(secret[6:]), b"m1.%d." % int(NOON.timestamp()) + body, hashlib.sha256
            ).digest()
        ).decode()
        for secret in secrets
    ]
    assert sent["webhook-signature"].split(" ") == [f"v1,{each}" for each in expected]
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("m1", str(int(NOON.timestamp())))


def test_secret_has_the_form_and_length_that_the_specification_asks_for() -> None:
    secret = webhook.new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret[6:])) <= 64
    assert secret != webhook.new_secret()


def test_body_is_a_cloud_event_and_the_same_every_time() -> None:
    body = webhook.body_of(NOTICE, source="https://x.example", withdrawal=False)
    assert body == webhook.body_of(NOTICE, source="https://x.example", withdrawal=False)
    assert json.loads(body) == {
        "specversion": "1.0", "id": "n1", "source": "https://x.example", "type": "alert.enter",
        "subject": "d1", "time": "2026-07-01T12:00:00Z", "datacontenttype": "application/json",
        "data": {
            "device_id": "d1", "value": None, "organisation": "acme", "severity": "info", "late": True,
            "simulated": False, "notice_id": "n1",
        },
    }  # fmt: skip


def test_withdrawal_cannot_be_taken_for_the_alert_itself() -> None:
    told = json.loads(webhook.body_of(NOTICE, source="x", withdrawal=True))
    assert (told["type"], told["id"]) == ("alert.enter.withdrawn", "n1.withdrawn")
    assert told["data"]["notice_id"] == "n1"


@given(st.floats(0, 1), st.floats(0, 10**9))
def test_attempts_spread_over_about_a_day_and_then_end(chance: float, asked: float) -> None:
    at, count = NOON, 1
    while (due := delivery.next_attempt(count, at=at, chance=chance)) is not None:
        wait = due - at
        assert delivery.RETRIES[count - 1] <= wait <= delivery.RETRIES[count - 1] * 1.2
        patient = delivery.next_attempt(count, at=at, chance=chance, retry_after_s=asked)
        assert patient == at + max(wait, min(timedelta(seconds=asked), delivery.PATIENCE))
        at, count = due, count + 1
    assert count == 12
    assert timedelta(hours=20) <= at - NOON <= timedelta(hours=30)


@pytest.mark.parametrize(
    ("patterns", "fits"),
    [(["*"], True), (["alert.*"], True), (["alert.enter"], True), (["alert.exit"], False),
     (["webhook.*"], False), (["alert.exit", "alert.enter"], True)],
)  # fmt: skip
def test_kinds_are_chosen_one_by_one_by_family_or_all(patterns: list[str], *, fits: bool) -> None:
    assert matches("alert.enter", patterns) is fits


@pytest.mark.parametrize("pattern", ["", "alert", "*.enter", "alert.", "Alert.enter", "alert.enter.x"])
def test_what_chooses_no_kind_is_refused(pattern: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": "https://x.example", "kinds": [pattern]}, webhook.NewWebhook)
