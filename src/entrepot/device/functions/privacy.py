"""Who is shown where a device is, and what is left of a report that may not tell the exact place."""

from typing import Any

import msgspec

from entrepot.device.model.access import Access
from entrepot.device.model.arrival import DeviceReport
from entrepot.tracking.functions.privacy import reduced_said

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def sees(reader: Access, other: Access) -> bool:
    """Whether a device is shown where another is: itself, or a friend of its organisation that shares as it
    does; of a private one only the other devices of its person.
    """
    if reader.id == other.id:
        return True
    friends = reader.friends and other.friends and reader.organisation == other.organisation
    return friends and (not other.private or (other.person != "" and other.person == reader.person))


def reduced_report(report: DeviceReport, precision_m: float) -> DeviceReport:
    """The same without what tells the place exactly."""
    said: Any = _decode(report.body)
    if type(said) is not dict:
        return report
    return msgspec.structs.replace(report, body=_encode(reduced_said(said, precision_m)))
