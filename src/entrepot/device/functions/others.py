"""What others read of a device's message: friends, and the device's own other sessions."""

from collections.abc import Callable, Sequence

from entrepot.device.model.access import Access
from entrepot.device.model.arrival import Arrival, DeviceReport, Ignored
from entrepot.device.model.family import Family
from entrepot.tracking.functions import privacy
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.fix import Fix


def read_by_others(
    access: Access, family: Family, payload: bytes, understand: Callable[[], Sequence[Arrival]]
) -> bytes | None:
    """By the privacy that holds now; None: nothing. What it returned may come back here later, when privacy
    is another. `understand` is asked only where privacy must know what the message says.
    """
    mqtt, private = family.mqtt, access.privacy
    if mqtt is None or mqtt.show is None:
        return None
    if not payload:  # it clears what is retained, and tells no place
        return payload
    if not private.consent:
        return None
    if not private.schedule and not private.precision_m:
        return payload
    said = [each for each in understand() if not isinstance(each, Ignored)]
    if not private.precision_m:
        return payload if all(_on_duty(private, each) for each in said) else None
    [only] = said if len(said) == 1 else [None]
    fix = privacy.shown(private, only) if isinstance(only, Fix) else None
    return None if fix is None else mqtt.show(access, fix)


def _on_duty(private: Privacy, said: Arrival) -> bool:
    """A card tells a name and a face, at no time; what cannot be read may tell anything."""
    if isinstance(said, DeviceReport):
        return said.kind == "card" or not privacy.withheld(private, said.at_us)
    return isinstance(said, Fix) and not privacy.withheld(private, said.fixed_at_us)
