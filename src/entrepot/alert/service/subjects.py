"""Keeps copies of devices, for their alerts: their names, who may see them, how long alerts stay."""

from entrepot.alert.repository import alert as alerts_of
from entrepot.alert.repository import rule as rules_of
from entrepot.alert.repository import subject as subjects
from entrepot.alert.repository.subject import AlertSubject
from entrepot.core.ports import Transaction
from entrepot.core.time import now, to_us
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked


async def on_device_changed(tx: Transaction, event: DeviceEnrolled | DeviceChanged) -> None:
    access = event.access
    await subjects.put(
        tx, AlertSubject(access.id, access.name, access.private_to, access.retention_days, purged=False)
    )
    if access.privacy.precision_m:  # what was told before is told less exactly from now on
        await alerts_of.coarsen(tx, access.id, precision_m=access.privacy.precision_m)


async def on_device_revoked(tx: Transaction, event: DeviceRevoked) -> None:
    """Remove the alerts of a purged device at once."""
    if event.purged:
        await alerts_of.forget_about(tx, event.device_id)
        await rules_of.forget_about(tx, event.device_id)
        await subjects.purge(tx, event.device_id, at_us=to_us(now()))
