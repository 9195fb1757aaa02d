"""The common context at work on its own database: what it hears, what it says, and a clock set by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from tests.house import KINDS

from entrepot import wiring
from entrepot.alert.events import AlertRaised
from entrepot.common.events import LetterWanted, NoticeFiled
from entrepot.common.model.delivery import Delivery, DeliveryQuery
from entrepot.common.model.inbox import InboxQuery, Notification
from entrepot.common.model.outcome import Outcomes
from entrepot.common.model.preference import NoticePreferences
from entrepot.common.model.webhook import Called, NewWebhook
from entrepot.common.repository import member
from entrepot.common.service import announcing, digests, inbox, letters, notices, people, webhooks
from entrepot.common.service.delivering import Deliverer
from entrepot.common.service.notices import DispatchContext
from entrepot.core import house
from entrepot.core.events import Event
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.infra.webhooks.http import WebhookOutcome
from entrepot.user.events import MembershipChanged

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
OURS = house.House("entrepot", "https://x.example", "house@example.org")
NEWS = [each for context in wiring.CONTEXTS for each in context.announces]
SCOPES = ["alert:read", "notification:read", "notification:write"]


def person(id: str, organisation: str = "acme") -> Principal:
    return Principal(id, organisation, frozenset((*SCOPES, "notification:manage")), "person")


def alert(kind: str = "enter", **more: Any) -> AlertRaised:
    made = AlertRaised(
        device_id="d1", alert_id=new_id(), organisation="acme", kind=kind, occurred_at=NOON,
        device_name="Van 3", geofence_id="f1", geofence_name="Depot", latitude=52.5, longitude=13.4,
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


class Letter(msgspec.Struct, frozen=True):
    """A letter that was wanted, opened."""

    person: str
    subject: str
    text: str


class Script:
    """A caller whose other side answers by a script, and which keeps what it was given."""

    def __init__(self, *codes: int, retry_after_s: float = 0.0) -> None:
        self.codes, self.retry_after_s = list(codes) or [200], retry_after_s
        self.calls: list[tuple[str, bytes, Mapping[str, str]]] = []

    def check(self, url: str) -> None:
        pass

    async def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> Called:
        self.calls.append((url, body, headers))
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        error = "" if code < 300 else f"It answered {code}."
        return WebhookOutcome(code=code, error=error, retry_after_s=self.retry_after_s)


class House:
    """`at` is the time on its clock."""

    def __init__(self, database: Database, sealing: Sealing) -> None:
        self.database, self.sealing, self.at = database, sealing, NOON
        self.said: list[Event] = []
        self.outcomes = Outcomes()

    def counted(self, channel: str) -> dict[str, float]:
        """What /metrics says of webhooks or letters, without what is 0."""
        found = {each.labels: each.value for each in self.outcomes.samples() if each.value}
        return {outcome: value for (of, outcome), value in found.items() if of == channel}

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    async def write(self, work: Any) -> Any:
        """In a transaction; what it says is kept."""

        async def listening(tx: Transaction) -> tuple[Any, list[Event]]:
            said: list[Event] = []
            return await work(_Listening(tx, said)), said

        result, said = await self.database.write(listening)
        self.said += said
        return result

    async def join(
        self, *people_: str, organisation: str = "acme", scopes: Sequence[str] = SCOPES, **preferences: Any
    ) -> None:
        for id in people_:
            joined = MembershipChanged(
                person_id=id, organisation=organisation, roles=["customer"], scopes=list(scopes)
            )
            await self.write(lambda tx, joined=joined: people.on_membership_changed(tx, joined))
            if preferences:
                await self.prefer(id, organisation=organisation, **preferences)

    async def prefer(self, id: str, *, organisation: str = "acme", **preferences: Any) -> None:
        told = msgspec.convert(preferences, NoticePreferences)
        await self.write(lambda tx: member.prefer(tx, id, organisation=organisation, preferences=told))

    async def hear(self, *events: AlertRaised) -> None:
        for event in events:
            await self.write(lambda tx, event=event: self.announce(tx, event))

    async def announce(self, tx: Transaction, event: Any) -> None:
        """As the event's own context says it."""
        [news_of] = [each for kind, each in NEWS if kind is type(event)]
        await announcing.announce(
            tx, event, news_of=news_of, sealing=self.sealing, house=OURS, kinds=KINDS, now=lambda: self.at
        )

    async def withdraw(self, event: AlertRaised) -> None:
        await self.write(
            lambda tx: notices.withdraw(
                tx, event.alert_id, organisation=event.organisation, dispatch=self.dispatch
            )
        )

    async def wake(self) -> None:
        await digests.send_due(
            _Heard(self), sealing=self.sealing, house=OURS, kinds=KINDS, clock=lambda: self.at
        )

    async def deliver(self, caller: Any, *, chance: float = 0.0) -> None:
        deliverer = Deliverer(
            _Heard(self), caller=caller, sealing=self.sealing, house=OURS, kinds=KINDS,
            outcomes=self.outcomes, clock=lambda: self.at, chance=lambda: chance,
        )  # fmt: skip
        await deliverer.run()

    async def webhook(self, url: str = "https://hooks.example/x", *, kinds: Sequence[str] = ("*",)) -> Any:
        new = NewWebhook(url=url, kinds=list(kinds))
        return await self.write(
            lambda tx: webhooks.create_webhook(
                tx, person("boss"), new=new, caller=Script(), sealing=self.sealing
            )
        )

    async def inbox(self, id: str, *, organisation: str = "acme", **query: Any) -> list[Notification]:
        asked, who = InboxQuery(**query), person(id, organisation)
        return (
            await self.database.read(lambda tx: inbox.notifications(tx, who, query=asked, kinds=KINDS))
        ).items

    async def sent(self, **query: Any) -> list[Delivery]:
        """The newest first."""
        asked = DeliveryQuery(limit=200, **query)
        return (
            await self.database.read(lambda tx: webhooks.deliveries(tx, person("boss"), query=asked))
        ).items

    async def letters(self) -> list[Letter]:
        """What people were to be sent."""
        found = []
        for each in self.said:
            if isinstance(each, LetterWanted):
                key = await self.sealing.key(each.letter_id, each.wrapped)
                subject, text = key.open(each.subject, "letter.subject"), key.open(each.text, "letter.text")
                found.append(Letter(each.person_id, subject, text))
        return found

    @property
    def filed(self) -> list[NoticeFiled]:
        return [each for each in self.said if isinstance(each, NoticeFiled)]

    @property
    def dispatch(self) -> DispatchContext:
        return DispatchContext(sealing=self.sealing, house=OURS, kinds=KINDS, at=self.at)

    async def tidy_letters(self) -> None:
        await self.write(letters.tidy)


class _Listening:
    """A transaction whose `emit` is heard."""

    def __init__(self, tx: Transaction, said: list[Event]) -> None:
        self._tx, self._said = tx, said

    def emit(self, event: Event) -> None:
        self._said.append(event)
        self._tx.emit(event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)


class _Heard:
    """A database whose transactions are heard."""

    def __init__(self, house_: House) -> None:
        self._house = house_

    async def write(self, work: Any) -> Any:
        return await self._house.write(work)

    async def read(self, work: Any) -> Any:
        return await self._house.database.read(work)
