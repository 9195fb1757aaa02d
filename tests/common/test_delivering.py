"""Webhooks get every notice at least once, under one id, signed; failures are tried again, then visible."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.common.house import NOON, OURS, House, Script, alert, person
from tests.house import KINDS
from tests.infra.webhooks.receiver import OK, receiving

from entrepot.common.model.delivery import RETRIES, NotReplayable
from entrepot.common.model.webhook import FAILS_AT_MOST, LEASE, MOST, TooManyWebhooks, WebhookChange
from entrepot.common.repository import delivery
from entrepot.common.service import webhooks
from entrepot.common.service.delivering import Deliverer
from entrepot.core.rewrapping import KeyBatch
from entrepot.core.sealing import Sealing
from entrepot.infra.webhooks.addresses import Networks
from entrepot.infra.webhooks.http import HttpCaller

BOSS = person("boss")
LOOPBACK = Networks(["127.0.0.0/8"])


async def change(house: House, id: str, **to: Any) -> Any:
    return await house.write(
        lambda tx: webhooks.change_webhook(
            tx, BOSS, id=id, change=WebhookChange(**to), caller=Script(), sealing=house.sealing
        )
    )


async def shown(house: House, id: str) -> Any:
    return await house.database.read(lambda tx: webhooks.show_webhook(tx, BOSS, id=id, sealing=house.sealing))


async def replay(house: House, id: str) -> Any:
    return await house.write(lambda tx: webhooks.replay_delivery(tx, BOSS, id=id))


async def test_receiver_gets_a_signed_cloud_event_once(house: House) -> None:
    async with receiving() as receiver, HttpCaller(LOOPBACK) as caller:
        made = await house.webhook(receiver.url())
        await house.hear(alert())
        for _ in range(2):
            await house.deliver(caller)
    [got] = receiver.got
    [sent] = await house.sent()
    assert got.signed_by(made.secret) and not got.signed_by("whsec_AAAA")
    assert (got.id, sent.status, sent.code, sent.attempts) == (sent.id, "delivered", 200, 1)
    told = got.json()
    assert (told["type"], told["subject"], told["specversion"]) == ("alert.enter", "d1", "1.0")
    assert told["data"]["device_name"] == "Van 3"


async def test_webhook_gets_only_its_organisation_s_notices_of_its_kinds(house: House) -> None:
    await house.webhook(kinds=["alert.exit"])
    caller = Script()
    await house.hear(alert(), alert("exit", organisation="other"), alert("exit"))
    await house.deliver(caller)
    [(_, body, _)] = caller.calls
    assert json.loads(body)["type"] == "alert.exit"
    assert json.loads(body)["data"]["organisation"] == "acme"


async def test_failed_call_is_tried_again_as_the_schedule_says_and_then_dead(house: House) -> None:
    await house.webhook()
    caller = Script(500)
    await house.hear(alert())
    for attempt, wait in enumerate(RETRIES, start=1):
        await house.deliver(caller)
        [sent] = await house.sent()
        assert (sent.status, sent.attempts, sent.due_at) == ("waiting", attempt, house.at + wait)
        house.at += wait - timedelta(microseconds=1)
        await house.deliver(caller)
        assert len(caller.calls) == attempt
        house.later(microseconds=1)
    await house.deliver(caller)
    [dead] = await house.sent(status="dead")
    assert (dead.attempts, dead.code, dead.error) == (12, 500, "It answered 500.")
    assert len({headers["webhook-id"] for _, _, headers in caller.calls}) == 1
    assert len({body for _, body, _ in caller.calls}) == 1
    assert house.counted("webhook") == {"failed": 11, "dead": 1}
    assert len({headers["webhook-timestamp"] for _, _, headers in caller.calls}) == 12


async def test_call_that_a_clock_ahead_put_off_is_made_when_the_clock_is_right(house: House) -> None:
    await house.webhook()
    await house.hear(alert())
    house.later(days=20_000)
    await house.deliver(Script(500))
    house.later(days=-20_000)
    caller = Script()
    await house.deliver(caller)
    assert len(caller.calls) == 1
    [sent] = await house.sent()
    assert sent.status == "delivered"


async def test_receiver_that_asks_for_patience_gets_it(house: House) -> None:
    await house.webhook()
    await house.hear(alert())
    await house.deliver(Script(429, retry_after_s=300))
    [sent] = await house.sent()
    assert sent.due_at == house.at + timedelta(seconds=300)


async def test_dead_delivery_is_sent_again_under_the_same_id(house: House) -> None:
    made = await house.webhook()
    await house.hear(alert())
    [sent] = await house.sent()
    with pytest.raises(NotReplayable):
        await replay(house, sent.id)
    await change(house, made.webhook.id, active=False)
    [dead] = await house.sent(status="dead")
    with pytest.raises(NotReplayable):
        await replay(house, dead.id)
    await change(house, made.webhook.id, active=True)
    await replay(house, dead.id)
    caller = Script()
    house.later(days=400)  # the service reads the real clock
    await house.deliver(caller)
    assert [headers["webhook-id"] for _, _, headers in caller.calls] == [sent.id]
    [delivered] = await house.sent()
    assert (delivered.status, delivered.attempts) == ("delivered", 1)


async def test_sender_that_dies_is_followed_by_another_call_under_the_same_id(house: House) -> None:
    async with receiving(None, OK) as receiver, HttpCaller(LOOPBACK) as caller:
        await house.webhook(receiver.url())
        await house.hear(alert())
        sender = asyncio.create_task(house.deliver(caller))
        while not receiver.got:
            await asyncio.sleep(0.01)
        sender.cancel()
        await asyncio.wait([sender])
        await house.deliver(caller)
        assert len(receiver.got) == 1
        house.at += LEASE
        await house.deliver(caller)
    first, second = receiver.got
    [sent] = await house.sent()
    assert first.id == second.id == sent.id
    assert first.body == second.body
    assert (sent.status, sent.attempts) == ("delivered", 2)


async def test_one_that_cannot_be_sent_does_not_stop_the_others(house: House) -> None:
    broken = await house.webhook()
    await house.webhook()
    await house.write(
        lambda tx: tx.execute("UPDATE webhook SET url = secret WHERE id = ?", broken.webhook.id)
    )
    await house.hear(alert())
    caller = Script()
    await house.deliver(caller)
    assert len(caller.calls) == 1
    assert sorted(each.status for each in await house.sent()) == ["dead", "delivered"]


async def test_outcome_of_a_claim_that_ran_out_changes_nothing(house: House) -> None:
    await house.webhook()
    await house.hear(alert())
    late = Deliverer(
        house.database,
        caller=Script(500),
        sealing=house.sealing,
        house=OURS,
        kinds=KINDS,
        outcomes=house.outcomes,
        clock=lambda: house.at,
    )
    [claim] = await late._claim(16)
    house.at += LEASE
    await house.deliver(Script(200))
    await late._deliver(claim)
    [sent] = await house.sent()
    assert (sent.status, sent.code, sent.attempts) == ("delivered", 200, 2)
    assert house.counted("webhook") == {"delivered": 1}, "an outcome that is not recorded is not counted"


async def test_late_failure_of_a_claim_that_ran_out_does_not_put_off_the_next_attempt(house: House) -> None:
    await house.webhook()
    await house.hear(alert())
    late = Deliverer(
        house.database,
        caller=Script(410),
        sealing=house.sealing,
        house=OURS,
        kinds=KINDS,
        outcomes=house.outcomes,
        clock=lambda: house.at,
    )
    [claim] = await late._claim(16)
    house.at += LEASE
    await house.deliver(Script(500))
    [before] = await house.sent()
    await late._deliver(claim)
    assert await house.sent() == [before]


async def test_two_senders_at_once_call_once(house: House) -> None:
    await house.webhook()
    await house.hear(*(alert() for _ in range(30)))
    caller = Script()
    await asyncio.gather(house.deliver(caller), house.deliver(caller))
    ids = [headers["webhook-id"] for _, _, headers in caller.calls]
    assert len(ids) == len(set(ids)) == 30


async def test_slow_webhook_takes_four_places_and_leaves_the_others(house: House) -> None:
    async with receiving() as slow, receiving() as fast, HttpCaller(LOOPBACK) as caller:
        slow.delay_s = 0.1
        for receiver in (slow, fast):
            await house.webhook(receiver.url(), kinds=["alert.enter" if receiver is slow else "alert.exit"])
        await house.hear(*(alert() for _ in range(12)))
        await house.hear(*(alert("exit") for _ in range(12)))
        await house.deliver(caller)
    assert (slow.most_at_once, len(slow.got)) == (4, 12)
    assert len(fast.got) == 12


# ---- switching off ----------------------------------------------------------------------------------


async def test_webhook_that_fails_for_days_is_switched_off_with_a_notice(house: House) -> None:
    await house.join("boss", scopes=["notification:manage"])
    await house.join("ann")
    made = await house.webhook()
    failing = Script(500)
    await house.hear(alert())
    await house.deliver(failing)
    assert (await shown(house, made.webhook.id)).failing_since == NOON
    house.at += FAILS_AT_MOST - timedelta(seconds=1)
    await house.hear(alert())
    await house.deliver(failing)
    assert (await shown(house, made.webhook.id)).active
    house.later(minutes=1)
    await house.deliver(failing)
    off = await shown(house, made.webhook.id)
    assert (off.active, off.off_reason) == (False, "it kept failing for 3 days")
    [notice] = await house.inbox("boss")
    assert notice.subject == "The webhook to hooks.example was switched off"
    assert [each.kind for each in await house.inbox("ann")] == ["alert.enter", "alert.enter"]
    assert {each.status for each in await house.sent(channel="webhook")} == {"dead"}
    await house.hear(alert())
    assert len(await house.sent(channel="webhook")) == 2


async def test_one_success_forgives_all_failures(house: House) -> None:
    made = await house.webhook()
    await house.hear(alert())
    await house.deliver(Script(500))
    house.later(days=2)
    await house.deliver(Script(200))
    assert (await shown(house, made.webhook.id)).failing_since is None


async def test_receiver_that_says_it_is_gone_is_believed(house: House) -> None:
    made = await house.webhook()
    await house.hear(alert())
    await house.deliver(Script(410))
    off = await shown(house, made.webhook.id)
    assert (off.active, off.off_reason) == (False, "it said that it is gone")


async def test_test_is_sent_once_even_to_a_webhook_that_is_off_and_blames_it_for_nothing(
    house: House,
) -> None:
    made = await house.webhook(kinds=["alert.enter"])
    other = await house.webhook()
    await change(house, made.webhook.id, active=False)
    house.later(days=400)  # the service reads the real clock
    for code, status in ((500, "dead"), (204, "delivered")):
        caller = Script(code)
        test = await house.write(lambda tx: webhooks.test_webhook(tx, BOSS, id=made.webhook.id))
        await house.deliver(caller)
        [(_, body, _)] = caller.calls
        assert json.loads(body)["type"] == "webhook.test"
        found = await house.database.read(lambda tx, test=test: webhooks.show_delivery(tx, BOSS, id=test.id))
        assert (found.status, found.code, found.recipient) == (status, code, made.webhook.id)
    assert (await shown(house, made.webhook.id)).failing_since is None
    assert await house.sent(recipient=other.webhook.id) == []


# ---- secrets ----------------------------------------------------------------------------------------


async def test_both_secrets_sign_for_a_day_after_a_rotation(house: House) -> None:
    async with receiving() as receiver, HttpCaller(LOOPBACK) as caller:
        first = await house.webhook(receiver.url())
        second = await house.write(
            lambda tx: webhooks.rotate_secret(tx, BOSS, id=first.webhook.id, sealing=house.sealing)
        )
        await house.hear(alert())
        await house.deliver(caller)
        house.later(days=400)  # the service reads the real clock
        await house.hear(alert())
        await house.deliver(caller)
    during, after = receiver.got
    assert during.signed_by(first.secret) and during.signed_by(second.secret)
    assert after.signed_by(second.secret) and not after.signed_by(first.secret)


async def test_neither_address_nor_secret_stands_in_the_database(house: House) -> None:
    made = await house.webhook("https://hooks.example/services/T000/token")
    rows = await house.database.read(lambda tx: tx.fetch("SELECT * FROM webhook"))
    kept = b"".join(
        bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in rows[0]
    )
    assert not [each for each in (b"hooks.example", b"token", made.secret.encode()[6:]) if each in kept]


async def test_webhook_s_key_is_wrapped_again_and_still_opens(house: House) -> None:
    made = [(await house.webhook(f"https://hooks.example/{number}")).webhook for number in range(5)]
    before = await house.database.read(lambda tx: tx.fetch("SELECT wrapped FROM webhook"))
    count, after = 0, ""
    while after is not None:
        batch = KeyBatch(after=after, limit=2)
        done = await house.write(
            lambda tx, batch=batch: webhooks.rewrap_webhook_keys(tx, BOSS, batch=batch, sealing=house.sealing)
        )
        count, after = count + done.count, done.next
    rows = await house.database.read(lambda tx: tx.fetch("SELECT wrapped FROM webhook"))
    assert count == 5
    assert not {bytes(row[0]) for row in before} & {bytes(row[0]) for row in rows}
    assert [(await shown(house, each.id)).url for each in made] == [each.url for each in made]


async def test_webhooks_are_not_without_number(house: House) -> None:
    for _ in range(MOST):
        await house.webhook()
    with pytest.raises(TooManyWebhooks):
        await house.webhook()


# ---- the record -------------------------------------------------------------------------------------


async def test_record_is_kept_for_ninety_days(house: House) -> None:
    await house.webhook()
    await house.hear(alert())
    await house.write(lambda tx: delivery.forget(tx, before=NOON))
    assert len(await house.sent()) == 1
    await house.write(lambda tx: delivery.forget(tx, before=NOON + timedelta(seconds=1)))
    assert await house.sent() == []


async def test_answer_that_comes_after_the_webhook_was_removed_harms_nothing(
    house: House, sealing: Sealing
) -> None:
    async with receiving(OK) as receiver, HttpCaller(LOOPBACK) as caller:
        receiver.delay_s = 0.2
        made = await house.webhook(receiver.url())
        await house.hear(alert())
        sending = asyncio.create_task(house.deliver(caller))
        await asyncio.sleep(0.1)
        await house.write(lambda tx: webhooks.remove_webhook(tx, BOSS, id=made.webhook.id))
        await sending
    [sent] = await house.sent()
    assert (sent.status, sent.error) == ("dead", "The webhook was removed.")
