"""Which protocol a message speaks: one name for each decoder, so that a message can be read again later."""

from collections.abc import Mapping, Sequence

from entrepot.device.families import osmand, owntracks, thingsboard
from entrepot.device.model.arrival import Arrival, Decode, Source, Unreadable
from entrepot.device.service.intake import Message
from entrepot.device.service.roster import Device

PROTOCOLS: Mapping[str, Decode] = {
    "owntracks": owntracks.decode,
    "osmand": osmand.decode_fields,
    "osmand-json": osmand.decode_json,
    "thingsboard": thingsboard.decode,
}


def message(protocol: str, payload: bytes, device: Device, received_at_us: int) -> Message:
    """What `device` said, understood."""
    source = Source(device.access.id, received_at_us, device.payload_key)
    return Message(device, protocol, payload, received_at_us, PROTOCOLS[protocol](payload, source))


def again(protocol: str, payload: bytes, device: Device, received_at_us: int) -> Sequence[Arrival]:
    """The same for a message that was kept under the name of its protocol, which may be gone."""
    if protocol not in PROTOCOLS:
        return (Unreadable("Nobody speaks this protocol any more."),)
    return message(protocol, payload, device, received_at_us).arrivals
