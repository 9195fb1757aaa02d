"""Exports and forgets what is held about people: alerts of their devices, which `tracking` names, and who
acknowledged what."""

import msgspec

from entrepot.alert.model.inbox import AlertView
from entrepot.alert.repository import inbox, look
from entrepot.core.personal import told_by
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.tracking.events import DeviceDataWanted
from entrepot.user.events import PersonErased

# An export travels as one event, of one mebibyte at most.
MOST_ALERTS = 1_000


class HeldAlerts(msgspec.Struct, frozen=True):
    """The newest alerts of the person's devices; `alerts_stored` says how many there are."""

    alerts_stored: int
    alerts: list[AlertView]


async def on_device_data_wanted(tx: Transaction, event: DeviceDataWanted, *, sealing: Sealing) -> None:
    """Emit the alerts of these devices, sealed."""
    held = HeldAlerts(
        await inbox.count_about(tx, event.device_ids),
        list(await inbox.newest_about(tx, event.device_ids, limit=MOST_ALERTS)),
    )
    key = await sealing.key(event.export_id, event.wrapped)
    sealed = key.seal(msgspec.json.encode(held).decode(), "export.alert")
    tx.emit(told_by("alert")(export_id=event.export_id, sealed=sealed))


async def on_person_erased(tx: Transaction, event: PersonErased) -> None:
    """Forget who acknowledged alerts; that somebody did stays. The person's devices are purged elsewhere."""
    await inbox.forget_reader(tx, event.person_id)
    await look.forget_reader(tx, event.person_id)
