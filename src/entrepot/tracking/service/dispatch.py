"""Incidents are said once, as facts: one has the same id whoever finds it, the fold or the clock. What is
known better later is said again, and what was wrong is taken back; `alert` makes alerts of them.
"""

from collections.abc import Iterable, Sequence

from entrepot.core.geo import on_grid
from entrepot.core.ports import Transaction
from entrepot.core.time import from_us
from entrepot.tracking.events import (
    AlarmRaised,
    DeviceFact,
    DeviceFellSilent,
    DeviceMovedUnexpectedly,
    FactWithdrawn,
    FencePassed,
    LimitCrossed,
    UnusualNoticed,
)
from entrepot.tracking.functions.privacy import withheld
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.incident import Incident, IncidentKind
from entrepot.tracking.repository import incident as incidents_of
from entrepot.tracking.repository.derivation import Tracked

# An incident found late replaces a wrong one of the same kind and fence that lies so near.
_CORRECTS_US = 3_600_000_000
# Told so long after it happened, it is history.
LATE_US = 300_000_000

_FACTS: dict[IncidentKind, type[DeviceFact]] = {
    "enter": FencePassed,
    "exit": FencePassed,
    "dwell": FencePassed,
    "overspeed": LimitCrossed,
    "low_battery": LimitCrossed,
    "offline": DeviceFellSilent,
    "unexpected_movement": DeviceMovedUnexpectedly,
    "unusual": UnusualNoticed,
    "sos": AlarmRaised,
    "tow": AlarmRaised,
    "power_cut": AlarmRaised,
    "device_alarm": AlarmRaised,
}


async def tell(
    tx: Transaction,
    found: Sequence[tuple[Tracked, Incident]],
    *,
    at_us: int,
    passed_us: int = -1,
    withdrawn: Sequence[Incident] = (),
) -> None:
    """Say what was not said yet, or is known better now. Late is what was decided by fixes at or before
    `passed_us`, and what happened long ago.
    """
    known = await incidents_of.said(tx, [incident.id for _, incident in found]) if found else {}
    for device, incident in found:
        if known.get(incident.id) == incidents_of.rounded(incident):
            continue
        await incidents_of.put(tx, incident, no=device.no)
        late = incident.decided_us <= passed_us or at_us - incident.occurred_at_us > LATE_US
        tx.emit(_fact(device, incident, late=late, corrects=_corrected(incident, withdrawn)))


async def take_back(tx: Transaction, device: Tracked, wrong: Iterable[Incident]) -> None:
    wrong = list(wrong)
    await incidents_of.remove(tx, [incident.id for incident in wrong])
    for incident in wrong:
        tx.emit(
            FactWithdrawn(
                device_id=device.watched.id,
                fact_id=incident.id,
                organisation=device.organisation,
                kind=incident.kind,
            )
        )


def _corrected(incident: Incident, withdrawn: Sequence[Incident]) -> str:
    same = [
        (abs(each.occurred_at_us - incident.occurred_at_us), each.id)
        for each in withdrawn
        if each.kind == incident.kind and each.geofence_id == incident.geofence_id
    ]
    apart_us, id = min(same, default=(_CORRECTS_US + 1, ""))
    return id if apart_us <= _CORRECTS_US else ""


def _fact(device: Tracked, incident: Incident, *, late: bool, corrects: str) -> DeviceFact:
    latitude, longitude = _place(device.privacy, incident)
    return _FACTS[incident.kind](
        device_id=device.watched.id,
        fact_id=incident.id,
        organisation=device.organisation,
        kind=incident.kind,
        occurred_at=from_us(incident.occurred_at_us),
        device_name=device.name,
        geofence_id=incident.geofence_id,
        geofence_name=incident.geofence_name,
        latitude=latitude,
        longitude=longitude,
        value=incident.value,
        late=late,
        corrects=corrects,
        simulated=device.simulated,
        only_for=device.only_for,
    )


def _place(privacy: Privacy, incident: Incident) -> tuple[float | None, float | None]:
    """Where it happened, as anybody may know it by the privacy that holds now."""
    latitude, longitude = incident.latitude, incident.longitude
    if latitude is None or longitude is None or withheld(privacy, incident.occurred_at_us):
        return None, None
    return on_grid(latitude, longitude, privacy.precision_m) if privacy.precision_m else (latitude, longitude)
