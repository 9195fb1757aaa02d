"""Webhooks, as administrators see and change them, and the record of what was sent."""

from datetime import datetime

from msgspec import structs

from entrepot.common.model import webhook as rules
from entrepot.common.model.delivery import Delivery, DeliveryNotFound, DeliveryQuery, NotReplayable
from entrepot.common.model.notice import Notice
from entrepot.common.model.webhook import (
    NewWebhook,
    TooManyWebhooks,
    Webhook,
    WebhookCaller,
    WebhookChange,
    WebhookNotFound,
    WebhookWithSecret,
)
from entrepot.common.repository import delivery, notice, webhook
from entrepot.common.repository.delivery import NewDelivery
from entrepot.common.repository.webhook import StoredWebhook
from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now

URL, SECRET = "webhook.url", "webhook.secret"  # names of places


async def create_webhook(
    tx: Transaction, who: Principal, *, new: NewWebhook, caller: WebhookCaller, sealing: Sealing
) -> WebhookWithSecret:
    """Register a webhook. Its secret, which proves who calls, is shown this once."""
    caller.check(new.url)
    if len(await webhook.all_of(tx, who.organisation)) >= rules.MOST:
        raise TooManyWebhooks(f"An organisation has at most {rules.MOST} webhooks.")
    id, secret = new_id(), rules.new_secret()
    key, wrapped = await sealing.make(id)
    stored = StoredWebhook(
        id=id,
        organisation=who.organisation,
        wrapped=wrapped,
        url=key.seal(new.url, URL),
        secret=key.seal(secret, SECRET),
        kinds=sorted(set(new.kinds)),
        created_at=now(),
    )
    await webhook.add(tx, stored)
    return WebhookWithSecret(webhook=_shown(stored, new.url), secret=secret)


async def webhooks(tx: Reading, who: Principal, *, sealing: Sealing) -> Page[Webhook]:
    """The webhooks of the caller's organisation, the oldest first."""
    return Page([await _opened(each, sealing) for each in await webhook.all_of(tx, who.organisation)])


async def show_webhook(tx: Reading, who: Principal, *, id: str, sealing: Sealing) -> Webhook:
    """One webhook."""
    return await _opened(await _mine(tx, who, id), sealing)


async def change_webhook(
    tx: Transaction,
    who: Principal,
    *,
    id: str,
    change: WebhookChange,
    caller: WebhookCaller,
    sealing: Sealing,
) -> Webhook:
    """Call elsewhere, about other kinds, or no more; switching it on forgets its failures."""
    stored = await _mine(tx, who, id)
    if change.url is not None:
        caller.check(change.url)
        key = await sealing.key(id, stored.wrapped)
        stored = structs.replace(stored, url=key.seal(change.url, URL))
    if change.kinds is not None:
        stored = structs.replace(stored, kinds=sorted(set(change.kinds)))
    if change.active is not None:
        stored = structs.replace(stored, active=change.active, off_reason="", failing_since=None)
    if change.active is False:
        await give_up(tx, stored, at=now(), error="The webhook was switched off.")
    await webhook.change(tx, stored)
    return await _opened(stored, sealing)


async def remove_webhook(tx: Transaction, who: Principal, *, id: str) -> None:
    """Call no more; what was sent stays on record."""
    stored = await _mine(tx, who, id)
    await give_up(tx, stored, at=now(), error="The webhook was removed.")
    await webhook.remove(tx, id, organisation=who.organisation)


async def rotate_secret(tx: Transaction, who: Principal, *, id: str, sealing: Sealing) -> WebhookWithSecret:
    """A new secret, shown this once. For a day calls are signed with the old one too."""
    stored, secret = await _mine(tx, who, id), rules.new_secret()
    key = await sealing.key(id, stored.wrapped)
    stored = structs.replace(
        stored,
        secret=key.seal(secret, SECRET),
        previous=stored.secret,
        previous_until=now() + rules.PREVIOUS_SIGNS_FOR,
    )
    await webhook.change(tx, stored)
    return WebhookWithSecret(webhook=await _opened(stored, sealing), secret=secret)


async def test_webhook(tx: Transaction, who: Principal, *, id: str) -> Delivery:
    """Send a test; the delivery shows what came of it."""
    await _mine(tx, who, id)
    at = now()
    test = Notice(
        id=new_id(), key=f"test {new_id()}", organisation=who.organisation, kind="webhook.test",
        severity="info", subject=id, place="", occurred_at=at, facts={"message": "This is a test."},
    )  # fmt: skip
    await notice.add(tx, test, at=at)
    sent = NewDelivery(
        organisation=who.organisation, notice_id=test.id, kind=test.kind, channel="webhook", recipient=id,
        status="waiting", due_at=at,
    )  # fmt: skip
    await delivery.add(tx, [sent], at=at)
    return await show_delivery(tx, who, id=sent.id)


async def give_up(tx: Transaction, stored: StoredWebhook, *, at: datetime, error: str) -> None:
    """Mark what waits for a webhook as dead; it may be sent again when the webhook is on."""
    await delivery.give_up(tx, stored.id, organisation=stored.organisation, status="dead", at=at, error=error)


async def rewrap_webhook_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing
) -> KeysRewrapped:
    """Wrap some webhooks' data keys again, under the newest master key; `next` says where to go on."""
    found = await webhook.page(tx, after=batch.after, limit=batch.limit)
    for id, wrapped in found:
        await webhook.rewrap(tx, id, wrapped=await sealing.rewrap(id, wrapped))
    return KeysRewrapped(count=len(found), next=found[-1][0] if len(found) == batch.limit else None)


# ---- the record -------------------------------------------------------------------------------------


async def deliveries(tx: Reading, who: Principal, *, query: DeliveryQuery) -> Page[Delivery]:
    """What was sent to whom in the caller's organisation, the newest first; kept for 90 days."""
    found = await delivery.page(tx, organisation=who.organisation, query=query)
    items = list(found[: query.limit])
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def show_delivery(tx: Reading, who: Principal, *, id: str) -> Delivery:
    """One delivery."""
    found = await delivery.find(tx, id, organisation=who.organisation)
    if found is None:
        raise DeliveryNotFound("There is no such delivery.")
    return found


async def replay_delivery(tx: Transaction, who: Principal, *, id: str) -> Delivery:
    """Send a dead delivery of a webhook again, from the beginning and with the same `webhook-id`."""
    found = await show_delivery(tx, who, id=id)
    if found.channel != "webhook" or found.status != "dead":
        raise NotReplayable("Only a webhook's dead delivery can be sent again.")
    to = await webhook.find(tx, found.recipient, organisation=who.organisation)
    if to is None or not to.active:
        raise NotReplayable("Its webhook is off.")
    if await notice.find(tx, found.notice_id) is None:
        raise NotReplayable("The notice behind it is forgotten.")
    await delivery.again(tx, id, at=now())
    return await show_delivery(tx, who, id=id)


async def _mine(tx: Reading, who: Principal, id: str) -> StoredWebhook:
    found = await webhook.find(tx, id, organisation=who.organisation)
    if found is None:
        raise WebhookNotFound("There is no such webhook.")
    return found


async def _opened(stored: StoredWebhook, sealing: Sealing) -> Webhook:
    key = await sealing.key(stored.id, stored.wrapped)
    return _shown(stored, key.open(stored.url, URL))


def _shown(stored: StoredWebhook, url: str) -> Webhook:
    return Webhook(
        id=stored.id,
        url=url,
        kinds=stored.kinds,
        active=stored.active,
        off_reason=stored.off_reason,
        failing_since=stored.failing_since,
        created_at=stored.created_at,
    )
