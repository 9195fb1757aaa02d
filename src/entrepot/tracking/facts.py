"""Which of tracking's events may become alerts."""

from entrepot.core.facts import Denial, Fact
from entrepot.tracking.events import DeviceFact, FactWithdrawn

# Who leaves a geofence stays in it no longer, and so on.
_ENDS = {"enter": ("exit",), "exit": ("enter", "dwell")}


def fact_of(event: DeviceFact) -> Fact:
    return Fact(
        id=event.fact_id,
        kind=event.kind,
        organisation=event.organisation,
        subject=event.device_id,
        occurred_at=event.occurred_at,
        name=event.device_name,
        place=event.geofence_id,
        place_name=event.geofence_name,
        latitude=event.latitude,
        longitude=event.longitude,
        value=event.value,
        ends=_ENDS.get(event.kind, ()),
        late=event.late,
        simulated=event.simulated,
        corrects=event.corrects,
        only_for=event.only_for,
    )


def denial_of(event: FactWithdrawn) -> Denial:
    return Denial(event.fact_id, event.organisation)
