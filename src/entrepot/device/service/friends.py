"""What a device is shown of others: positions and cards of devices of its organisation that share with
friends, as it does itself.
"""

from entrepot.device.functions.privacy import sees
from entrepot.device.model.family import Friend
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import SendingDevice
from entrepot.tracking.functions import privacy
from entrepot.tracking.model.fix import Fix

_MOST = 100
_MOST_SHOWN = 100_000


class Friends:
    """Remembers what each device has been shown, so that cards travel once."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._shown: dict[tuple[str, str], int] = {}

    def of(self, device: SendingDevice) -> list[Friend]:
        """All friends whose position is known."""
        if not device.access.friends:
            return []
        found: list[Friend] = []
        for other in self._intake.roster.of_organisation(device.access.organisation):
            if len(found) >= _MOST:
                break
            if other.id == device.id or not sees(device.access, other.access):
                continue
            if (fix := self._last(other)) is not None:
                found.append(self._friend(device, other, fix))
        return found

    def _friend(self, device: SendingDevice, other: SendingDevice, fix: Fix) -> Friend:
        card = self._intake.cards.get(other.id)
        version = hash((card, other.access.name))
        is_new = self._shown.get((device.id, other.id)) != version
        if is_new:
            if len(self._shown) > _MOST_SHOWN:
                self._shown.clear()
            self._shown[device.id, other.id] = version
        return Friend(access=other.access, fix=fix, card=card, card_is_new=is_new)

    def _last(self, other: SendingDevice) -> Fix | None:
        known = self._intake.filters.get(other.id)
        last = None if known is None else known.state.kept
        return None if last is None else privacy.shown(other.access.privacy, last)
