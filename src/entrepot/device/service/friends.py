"""What a phone is shown of others: positions and cards of devices of its organisation that share with
friends, as it does itself.
"""

from typing import Any

import msgspec

from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import Device
from entrepot.tracking.model.fix import Fix, told_accuracy_m

_MOST = 100
DEVICE = "phone"  # the deviceId that the set-up of a phone gives it
_MPS_KMH = 3.6
_decode = msgspec.json.Decoder().decode

Message = dict[str, Any]


class Friends:
    """Remembers what each phone has been shown, so that cards travel once."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._shown: dict[tuple[str, str], int] = {}

    def of(self, device: Device) -> list[Message]:
        """Locations of all friends, and the cards that this device does not have yet."""
        if not device.access.friends:
            return []
        found: list[Message] = []
        for other in self._intake.roster.of_organisation(device.access.organisation):
            if not other.access.friends or other is device or len(found) >= 2 * _MOST:
                continue
            fix = self._last(other)
            if fix is not None:
                found.append(location(other, fix))
                if card := self._card(device, other):
                    found.append(card)
        return found

    def _last(self, other: Device) -> Fix | None:
        known = self._intake.filters.get(other.id)
        return None if known is None or not other.access.privacy.consent else known.state.kept

    def _card(self, device: Device, other: Device) -> Message | None:
        said = self._intake.cards.get(other.id)
        version = hash((said, other.access.name))
        if self._shown.get((device.id, other.id)) == version:
            return None
        if len(self._shown) > 100_000:
            self._shown.clear()
        self._shown[device.id, other.id] = version
        card: Message = {} if said is None else _decode(said)
        return {
            "_type": "card",
            "tid": tid(other),
            "name": card.get("name") or other.access.name,
            "topic": topic(other),
            **({"face": card["face"]} if "face" in card else {}),
        }


def topic(device: Device) -> str:
    return f"owntracks/{device.access.username}/{DEVICE}"


def tid(device: Device) -> str:
    """Two characters that stand for a device on a small map."""
    return device.access.username[-2:]


def location(other: Device, fix: Fix) -> Message:
    message: Message = {
        "_type": "location",
        "tid": tid(other),
        "topic": topic(other),
        "lat": fix.latitude,
        "lon": fix.longitude,
        "tst": fix.fixed_at_us // 1_000_000,
    }
    for name, value in (
        ("acc", told_accuracy_m(fix.accuracy_m, fix.attributes)),
        ("alt", fix.altitude_m),
        ("vel", None if fix.speed_mps is None else fix.speed_mps * _MPS_KMH),
        ("cog", fix.course_deg),
        ("batt", fix.battery_pct),
    ):
        if value is not None:
            message[name] = round(value)
    return message
