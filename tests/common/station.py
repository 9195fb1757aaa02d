"""A node whose alert context says what it is told to, as its engine would."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta
from tests.gateway.client import Caller
from tests.sample.node import CONTEXTS as SAMPLED

from entrepot.alert.events import AlertRaised, AlertWithdrawn
from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.routes import Input, Principal, Route
from entrepot.core.time import now

_Word = Annotated[str, Meta(max_length=64)]


class Alarm(Input, frozen=True, kw_only=True):
    """An alert to be raised or withdrawn."""

    alert_id: _Word
    kind: _Word
    organisation: _Word
    device_name: _Word
    withdrawn: bool


async def sound(tx: Transaction, who: Principal, *, alarm: Alarm) -> None:
    told = {"device_id": "d1", "alert_id": alarm.alert_id, "organisation": alarm.organisation}
    if alarm.withdrawn:
        tx.emit(AlertWithdrawn(kind=alarm.kind, **told))
    else:
        tx.emit(
            AlertRaised(
                kind=alarm.kind, occurred_at=now(), device_name=alarm.device_name, geofence_id="f1",
                geofence_name="Depot", **told,
            )
        )  # fmt: skip


_ROW = Route("POST", "/api/test/alarms", sound, takes=Alarm, scope="node:operate")


CONTEXTS = tuple(
    replace(each, routes=(*each.routes, _ROW)) if each.name == "alert" else each for each in SAMPLED
)


def raise_alert(
    operator: Caller, organisation: str, *, kind: str = "enter", id: str = "", **more: Any
) -> str:
    told = {"alert_id": id or new_id(), "kind": kind, "organisation": organisation}
    reply = operator.post("/api/test/alarms", told | {"device_name": "Van 3", "withdrawn": False} | more)
    assert reply.status == 204, reply
    return told["alert_id"]
