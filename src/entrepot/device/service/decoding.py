"""Which protocol a message speaks: one name for each decoder, so that a message can be read again later."""

from collections.abc import Sequence

from entrepot.device.families import PROTOCOLS
from entrepot.device.model.arrival import Arrival, Source, Unreadable
from entrepot.device.service.intake import DeviceMessage
from entrepot.device.service.roster import SendingDevice


def message(protocol: str, payload: bytes, device: SendingDevice, received_at_us: int) -> DeviceMessage:
    """What `device` said, understood."""
    found = arrivals(protocol, payload, device, received_at_us)
    return DeviceMessage(device, protocol, payload, received_at_us, found)


def arrivals(protocol: str, payload: bytes, device: SendingDevice, received_at_us: int) -> Sequence[Arrival]:
    """What is understood of a message."""
    return PROTOCOLS[protocol](payload, Source(device.access.id, received_at_us, device.payload_key))


def again(protocol: str, payload: bytes, device: SendingDevice, received_at_us: int) -> Sequence[Arrival]:
    """The same for a message that was kept under the name of its protocol, which may be gone."""
    if protocol not in PROTOCOLS:
        return (Unreadable("Nobody speaks this protocol any more."),)
    return arrivals(protocol, payload, device, received_at_us)
