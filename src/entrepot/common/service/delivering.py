"""Calls webhooks outside of any transaction: claim what is due, call, record the outcome. If the process
dies in between, another calls again with the same `webhook-id`.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
import structlog
from msgspec import structs

from entrepot.common.model import delivery as rules
from entrepot.common.model import webhook as hooks
from entrepot.common.model.notice import Notice
from entrepot.common.model.outcome import DeliveryOutcome, Outcomes
from entrepot.common.model.webhook import AT_ONCE, AT_ONCE_EACH, Called, WebhookCaller
from entrepot.common.repository import delivery, webhook
from entrepot.common.repository import notice as notice_rows
from entrepot.common.repository.delivery import Claimed
from entrepot.common.repository.webhook import StoredWebhook
from entrepot.common.service import notices
from entrepot.common.service.notices import DispatchContext
from entrepot.common.service.webhooks import SECRET, URL, give_up
from entrepot.core.errors import Unavailable
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now

log = structlog.get_logger()

_TEST = "webhook.test"  # tried once, whether or not its webhook is on
_GONE = 410  # the receiver wants no more, says the Standard Webhooks specification


class WebhookCall(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed delivery with everything that the call needs."""

    claim: Claimed
    url: str
    secrets: list[str]
    body: bytes


async def deliver(
    database: Database, *, caller: WebhookCaller, sealing: Sealing, house: House, kinds: NoticeKinds,
    outcomes: Outcomes,
) -> None:  # fmt: skip
    """Send everything that is due."""
    deliverer = Deliverer(
        database, caller=caller, sealing=sealing, house=house, kinds=kinds, outcomes=outcomes
    )
    await deliverer.run()


class Deliverer:
    """Calls up to 16 at once, and no webhook more than 4 times at once, until nothing is due."""

    def __init__(
        self, database: Database, *, caller: WebhookCaller, sealing: Sealing, house: House,
        kinds: NoticeKinds, outcomes: Outcomes, clock: Callable[[], datetime] = now,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._database, self._caller, self._sealing, self._house = database, caller, sealing, house
        self._kinds, self._outcomes, self._clock, self._chance = kinds, outcomes, clock, chance
        self._busy: Counter[str] = Counter()

    async def run(self) -> None:
        """Raises: Unavailable."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                while claims := await self._claim(AT_ONCE - len(under_way)):
                    under_way |= {asyncio.create_task(self._deliver(claim)) for claim in claims}
                if not under_way:
                    return
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _claim(self, limit: int) -> Sequence[Claimed]:
        at = self._clock()
        if limit < 1 or not await self._database.read(lambda tx: delivery.is_due(tx, at=at)):
            return ()
        claimed = await self._database.write(
            lambda tx: delivery.claim(
                tx, at=at, until=at + hooks.LEASE, limit=limit, each=AT_ONCE_EACH, under_way=self._busy
            )
        )
        self._busy.update(each.webhook_id for each in claimed)
        return claimed

    async def _deliver(self, claim: Claimed) -> None:
        """Raises: Unavailable."""
        try:
            call = await self._database.read(lambda tx: self._prepare(tx, claim))
            if call is None:
                await self._bury(claim, "Its webhook is off, or what it said was erased.")
                return
            headers = hooks.headers(call.secrets, id=claim.id, at=self._clock(), body=call.body)
            called = await self._caller.call(call.url, call.body, headers)
            if (outcome := await self._database.write(lambda tx: self._record(tx, call, called))) is not None:
                self._outcomes.webhook(outcome)
        except Unavailable:
            raise
        except Exception:  # a door: what is wrong with one must not stop the others
            log.exception("webhook.crashed", delivery=claim.id)
            await self._bury(claim, "It could not be sent; the log says why.")
        finally:
            self._busy[claim.webhook_id] -= 1

    async def _bury(self, claim: Claimed, error: str) -> None:
        at = self._clock()
        await self._database.write(
            lambda tx: delivery.settle(tx, claim.id, status="dead", at=at, error=error)
        )
        self._outcomes.webhook("dead")

    async def _prepare(self, tx: Reading, claim: Claimed) -> WebhookCall | None:
        to = await webhook.find(tx, claim.webhook_id, organisation=claim.organisation)
        notice = await notice_rows.find(tx, claim.notice_id)
        if to is None or notice is None or not (to.active or claim.kind == _TEST):
            return None
        key = await self._sealing.key(to.id, to.wrapped)
        secrets = [to.secret]
        if to.previous is not None and to.previous_until is not None and to.previous_until > self._clock():
            secrets.append(to.previous)
        return WebhookCall(
            claim=claim,
            url=key.open(to.url, URL),
            secrets=[key.open(each, SECRET) for each in secrets],
            body=hooks.body_of(notice, source=self._house.url, withdrawal=claim.withdrawal),
        )

    async def _record(self, tx: Transaction, call: WebhookCall, called: Called) -> DeliveryOutcome | None:
        """Record and return the outcome, unless another process has claimed the delivery meanwhile."""
        claim, at = call.claim, self._clock()
        if not await delivery.still_claimed(tx, claim):
            return None
        to = await webhook.find(tx, claim.webhook_id, organisation=claim.organisation)
        if 200 <= called.code < 300:
            await delivery.settle(tx, claim.id, status="delivered", at=at, code=called.code)
            if to is not None and to.failing_since is not None:
                await webhook.change(tx, structs.replace(to, failing_since=None))
            return "delivered"
        log.info("webhook.failed", webhook=claim.webhook_id, delivery=claim.id, code=called.code)
        due = None
        if claim.kind != _TEST:
            due = rules.next_attempt(
                claim.attempts, at=at, chance=self._chance(), retry_after_s=called.retry_after_s
            )
        if due is None:
            await delivery.settle(
                tx, claim.id, status="dead", at=at, code=called.code or None, error=called.error
            )
        else:
            await delivery.postpone(tx, claim.id, to=due, code=called.code, error=called.error)
        if to is not None and to.active and claim.kind != _TEST:
            await self._blame(tx, to, call, gone=called.code == _GONE, at=at)
        return "dead" if due is None else "failed"

    async def _blame(
        self, tx: Transaction, to: StoredWebhook, call: WebhookCall, *, gone: bool, at: datetime
    ) -> None:
        """Switch a webhook off when it is gone, or has failed for days."""
        since = to.failing_since or at
        if not gone and at - since < hooks.FAILS_AT_MOST:
            if to.failing_since is None:
                await webhook.change(tx, structs.replace(to, failing_since=since))
            return
        days = hooks.FAILS_AT_MOST.days
        reason = "it said that it is gone" if gone else f"it kept failing for {days} days"
        off = structs.replace(to, active=False, off_reason=reason, failing_since=since)
        await webhook.change(tx, off)
        await give_up(tx, off, at=at, error="The webhook was switched off.")
        notice = Notice(
            id=new_id(), key=f"off {to.id} {new_id()}", organisation=to.organisation,
            kind="webhook.switched_off", severity="warning", subject="", place="", occurred_at=at,
            facts={"webhook_id": to.id, "host": hooks.host_of(call.url), "reason": reason},
        )  # fmt: skip
        await notices.send(
            tx,
            notice,
            dispatch=DispatchContext(sealing=self._sealing, house=self._house, kinds=self._kinds, at=at),
        )
