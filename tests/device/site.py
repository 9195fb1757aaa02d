"""The doors of devices by themselves: a database, a roster that we make up, an intake under way."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Row, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.device.model.access import Access
from entrepot.device.model.arrival import Arrival
from entrepot.device.model.enrolment import EnrolledDevice
from entrepot.device.repository import device as devices_of
from entrepot.device.service.intake import DeviceMessage, Intake
from entrepot.device.service.roster import Device, Roster
from entrepot.tracking.model.fix import Fix

_WEEK_US = 604_800_000_000
# The last Thursday but one at 08:53:20 UTC: counts and fixes older than some months are forgotten.
T0_US = (time.time_ns() // 1000 // _WEEK_US - 1) * _WEEK_US + 32_000_000_000
OPERATOR = Principal("op", "acme", frozenset({"*"}), "operator")


def access(**changes: Any) -> Access:
    id = changes.pop("id", new_id())
    password: str = changes.pop("password", f"password of {id}")
    fields = {
        "id": id, "organisation": "acme", "username": f"van-{id}", "name": "Van", "revision": 1,
        "password_digest": sha256(password.encode()).digest(),
    }  # fmt: skip
    return Access(**fields | changes)


def device(**changes: Any) -> Device:
    made = access(**changes)
    return Device(made, Principal("devices", made.organisation, frozenset(), "device"))


def fix(at_s: float, *, of: Device, latitude: float = 52.0, longitude: float = 5.0, **more: Any) -> Fix:
    """`at_s` after T0, received at once unless `received_s` says when."""
    received_s = more.pop("received_s", at_s)
    return Fix(of.id, T0_US + round(at_s * 1e6), T0_US + round(received_s * 1e6), latitude, longitude, **more)


async def on_disk(tx: Transaction, access: Access) -> None:
    """As if it had been enrolled."""
    await devices_of.add(
        tx,
        EnrolledDevice(
            no=await devices_of.next_number(tx),
            retention_days=None,
            created_at=now(),
            revoked_at=None,
            alerts=access.alerts,
            **{
                name: getattr(access, name)
                for name in ("id", "organisation", "person", "name", "kind", "username", "password_digest",
                             "needs_password", "wrapped_key", "payload_key", "filter", "privacy", "friends",
                             "simulated", "revision", "private")
            },
        ),
    )  # fmt: skip


class Site:
    """What stands, and what it wrote."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self.database, self.intake = database, intake

    async def take(
        self, of: Device, *arrivals: Arrival, payload: bytes = b"{}", protocol: str = "owntracks"
    ) -> None:
        received = max((a.received_at_us for a in arrivals if isinstance(a, Fix)), default=T0_US)
        await self.intake.put(DeviceMessage(of, protocol, payload, received, arrivals))

    async def rows(self, sql: str, *args: object) -> Sequence[Row]:
        async def look(tx: Reading) -> Sequence[Row]:
            return await tx.fetch(sql, *args)

        return await self.database.read(look)

    async def said(self) -> list[dict[str, Any]]:
        """Every event in the outbox, the oldest first."""
        rows = await self.rows("SELECT body FROM outbox ORDER BY " + self._order)
        return [msgspec.json.decode(bytes(body)) for (body,) in rows]

    @property
    def _order(self) -> str:
        return "id" if type(self.database).__name__ == "Postgres" else "sequence"

    async def accepted(self) -> list[Fix]:
        """The fixes that were sent on, in that order."""
        return [
            msgspec.convert(each, Fix)
            for event in await self.said()
            if event["type"] == "device.positions_accepted"
            for each in event["data"]["fixes"]
        ]

    async def reasons(self) -> dict[str, int]:
        rows = await self.rows("SELECT reason, sum(fixes) FROM rejected_day GROUP BY reason")
        return {reason: int(count) for reason, count in rows if count}


@asynccontextmanager
async def standing(database: Database, *devices: Device) -> AsyncIterator[Site]:
    roster = Roster()
    for each in devices:
        roster.put(each)
    intake = Intake(roster)
    running = asyncio.create_task(intake.run(database))
    await asyncio.wait_for(intake.opened.wait(), 10)
    try:
        yield Site(database, intake)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
