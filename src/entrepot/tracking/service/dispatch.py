"""Alerts reach people once: an alert has the same id whoever finds it, the fold or the clock."""

from collections.abc import Iterable, Sequence

from entrepot.core.ports import Transaction
from entrepot.core.time import from_us
from entrepot.tracking.events import AlertRaised, AlertWithdrawn
from entrepot.tracking.model.alert import Alert
from entrepot.tracking.repository import alert as alerts_of
from entrepot.tracking.repository.derivation import Tracked

# An alert found late replaces a withdrawn one of the same kind and fence that lies so near.
_CORRECTS_US = 3_600_000_000
# Told so long after it happened, an alert is history.
LATE_US = 300_000_000


async def tell(
    tx: Transaction,
    found: Sequence[tuple[Tracked, Alert]],
    *,
    at_us: int,
    passed_us: int = -1,
    withdrawn: Sequence[Alert] = (),
) -> None:
    """Raise what was not raised yet, or was withdrawn. Late is what was decided by fixes at or before
    `passed_us`, and what happened long ago.
    """
    known = await alerts_of.stored(tx, [alert.id for _, alert in found]) if found else {}
    for device, alert in found:
        before = known.get(alert.id)
        if before is not None and not before.withdrawn:
            if before.alert != alerts_of.rounded(alert):
                await alerts_of.correct(tx, alert)
            continue
        late = alert.decided_us <= passed_us or at_us - alert.occurred_at_us > LATE_US
        corrects = _corrected(alert, withdrawn)
        if before is not None:
            await alerts_of.correct(tx, alert, again_at_us=at_us)
        else:
            await alerts_of.add(
                tx, alert, no=device.no, organisation=device.organisation, at_us=at_us, late=late,
                simulated=device.simulated, corrects=corrects,
            )  # fmt: skip
        tx.emit(_raised(device, alert, late=late))


async def take_back(tx: Transaction, device: Tracked, wrong: Iterable[Alert], *, at_us: int) -> None:
    wrong = list(wrong)
    await alerts_of.withdraw(tx, [alert.id for alert in wrong], at_us=at_us)
    for alert in wrong:
        tx.emit(
            AlertWithdrawn(
                device_id=device.watched.id,
                alert_id=alert.id,
                organisation=device.organisation,
                kind=alert.kind,
            )
        )


def _corrected(alert: Alert, withdrawn: Sequence[Alert]) -> str:
    same = [
        (abs(each.occurred_at_us - alert.occurred_at_us), each.id)
        for each in withdrawn
        if each.kind == alert.kind and each.geofence_id == alert.geofence_id
    ]
    apart_us, id = min(same, default=(_CORRECTS_US + 1, ""))
    return id if apart_us <= _CORRECTS_US else ""


def _raised(device: Tracked, alert: Alert, *, late: bool) -> AlertRaised:
    return AlertRaised(
        device_id=device.watched.id,
        alert_id=alert.id,
        organisation=device.organisation,
        kind=alert.kind,
        occurred_at=from_us(alert.occurred_at_us),
        device_name=device.name,
        geofence_id=alert.geofence_id,
        geofence_name=alert.geofence_name,
        latitude=alert.latitude,
        longitude=alert.longitude,
        value=alert.value,
        late=late,
        simulated=device.simulated,
        only_for=device.only_for,
    )
