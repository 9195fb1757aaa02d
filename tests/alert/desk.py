"""The alert context at work on its own database: what it hears, what it says, and a clock set by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.house import KINDS
from tests.tracking.fleet import said

from entrepot.alert.model.inbox import AlertQuery, AlertView
from entrepot.alert.model.rule import AlertRule
from entrepot.alert.service import considering, inbox, rules, subjects
from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.device.events import DeviceChanged
from entrepot.device.model.access import Access
from entrepot.tracking.events import DeviceFact, FactWithdrawn, FencePassed, LimitCrossed
from entrepot.tracking.facts import denial_of, fact_of

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ANN = Principal("ann", "acme", frozenset({"*"}), "person")
BOB = Principal("bob", "acme", frozenset({"*"}), "person")


def passed(
    kind: str, *, minute: float = 0.0, device: str = "d1", fence: str = "f1", **more: Any
) -> DeviceFact:
    """A fence passed so many minutes after noon; the same always has the same id."""
    return FencePassed(
        fact_id=f"{device}/{kind}/{fence}/{minute}", kind=kind, geofence_id=fence, geofence_name="Depot",
        **_common(minute, device), **more,
    )  # fmt: skip


def crossed(kind: str, *, minute: float = 0.0, device: str = "d1", **more: Any) -> DeviceFact:
    """A limit crossed."""
    return LimitCrossed(fact_id=f"{device}/{kind}/{minute}", kind=kind, **_common(minute, device), **more)


def _common(minute: float, device: str) -> dict[str, Any]:
    return {
        "device_id": device, "organisation": "acme", "occurred_at": NOON + timedelta(minutes=minute),
        "device_name": "Van 3", "latitude": 52.5, "longitude": 13.4,
    }  # fmt: skip


class Desk:
    """`minute` is how long it is after noon, on its clock."""

    def __init__(self, database: Database) -> None:
        self.database, self.minute = database, 0.0

    def now(self) -> datetime:
        return NOON + timedelta(minutes=self.minute)

    async def hear(self, *facts: DeviceFact) -> None:
        for fact in facts:
            await self.database.write(
                lambda tx, fact=fact: considering.on_fact(tx, fact, fact_of=fact_of, now=self.now)
            )

    async def deny(self, *facts: DeviceFact) -> None:
        for fact in facts:
            wrong = FactWithdrawn(
                device_id=fact.device_id, fact_id=fact.fact_id, organisation=fact.organisation, kind=fact.kind
            )
            await self.database.write(
                lambda tx, wrong=wrong: considering.on_denial(tx, wrong, denial_of=denial_of, now=self.now)
            )

    async def at(self, minute: float) -> None:
        """So late it is now; whoever waited is looked at."""
        self.minute = minute
        await considering.look_at_waiting(self.database, now=self.now)

    async def rule(self, who: Principal = ANN, **wanted: Any) -> AlertRule:
        rule = AlertRule(**wanted)
        return await self.database.write(lambda tx: rules.set_rule(tx, who, rule=rule, kinds=KINDS))

    async def said(self) -> list[str]:
        """What was raised (+) and withdrawn (-), in order."""
        signs = {"alert.raised": "+", "alert.withdrawn": "-"}
        return [f"{signs[each.TYPE]}{each.kind}" for each in await said(self.database) if each.TYPE in signs]

    async def listed(self, who: Principal = ANN, **wanted: Any) -> list[AlertView]:
        shown = await inbox.find_alerts(self.database.read, who, query=AlertQuery(**wanted), kinds=KINDS)
        return shown.page.items

    async def standing(self) -> set[str]:
        return {each.id for each in await self.listed() if each.withdrawn_at is None}

    async def known(self, id: str = "d1", **more: Any) -> None:
        """A device, as tracking tells it."""
        access = Access(
            id=id, organisation="acme", username=id, password_digest=b"", revision=1,
            **{"name": "Van 3"} | more,
        )  # fmt: skip
        changed = DeviceChanged(device_id=id, access=access)
        await self.database.write(lambda tx: subjects.on_device_changed(tx, changed))
