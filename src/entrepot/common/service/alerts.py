"""What is heard of tracking's alerts becomes notices."""

from entrepot.common.model import kind as kinds
from entrepot.common.model.notice import Notice
from entrepot.common.repository import notice
from entrepot.common.service import notices
from entrepot.common.service.notices import Means
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.tracking.events import AlertRaised, AlertWithdrawn, DeviceRevoked


async def on_alert_raised(tx: Transaction, event: AlertRaised, *, sealing: Sealing, house: House) -> None:
    means = Means(sealing=sealing, house=house, at=now())
    await notices.tell(tx, of_alert(event), means=means, only_for=event.only_for)


async def on_alert_withdrawn(
    tx: Transaction, event: AlertWithdrawn, *, sealing: Sealing, house: House
) -> None:
    means = Means(sealing=sealing, house=house, at=now())
    await notices.withdraw(tx, event.alert_id, organisation=event.organisation, means=means)


async def on_device_revoked(tx: Transaction, event: DeviceRevoked) -> None:
    """Where a purged device was, and what it was called, is forgotten here too."""
    if event.purged:
        await notice.remove_about(tx, event.device_id)


def of_alert(event: AlertRaised) -> Notice:
    kind = f"alert.{event.kind}"
    return Notice(
        id=new_id(),
        key=event.alert_id,
        organisation=event.organisation,
        kind=kind,
        severity=kinds.of(kind).severity,
        subject=event.device_id,
        place=event.geofence_id,
        occurred_at=event.occurred_at,
        facts={
            "alert_id": event.alert_id,
            "device_id": event.device_id,
            "device_name": event.device_name,
            "geofence_id": event.geofence_id,
            "geofence_name": event.geofence_name,
            "latitude": event.latitude,
            "longitude": event.longitude,
            "value": event.value,
        },
        late=event.late,
        simulated=event.simulated,
    )
