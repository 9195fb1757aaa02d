"""Preferences of a device: its person's wishes, which the doors and the house carry out."""

import msgspec

from entrepot.core.errors import Unfit
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.device.model import preferences as model
from entrepot.device.model.preferences import ConsentWord, NotYourDevice, Preferences, PreferencesView
from entrepot.device.repository import consent
from entrepot.device.service import enrolment as devices
from entrepot.device.service.roster import Roster
from entrepot.tracking.model import calendar


async def preferences(tx: Reading, who: Principal, *, id: str) -> PreferencesView:
    """What is wanted of this device, and what was said about consent."""
    device = await devices.known(tx, who, id)
    return model.view(device, await consent.words(tx, device.no))


async def set_preferences(
    tx: Transaction, who: Principal, *, id: str, wanted: Preferences, roster: Roster
) -> PreferencesView:
    """Set all preferences of a device. How a person is tracked, only they may change."""
    device = await devices.working(tx, who, id)
    devices.check_revision(device, wanted.revision)
    before = model.view(device, await consent.words(tx, device.no))
    _check(wanted)
    if device.person not in ("", who.id) and model.personal(wanted) != model.personal(before):
        raise NotYourDevice("How a person is tracked is theirs to say; the other preferences are yours.")
    if wanted.private and not device.person:
        raise Unfit("private", "A device that is nobody's cannot be private.")
    if (wanted.consent, sorted(wanted.purposes)) != (before.consent, sorted(before.purposes)):
        word = ConsentWord(at=now(), person=who.id, given=wanted.consent, purposes=wanted.purposes)
        await consent.add(tx, device.no, word)
    await devices.changed(
        tx,
        device,
        roster=roster,
        privacy=model.privacy(wanted),
        private=wanted.private,
        retention_days=wanted.retention_days,
        friends=wanted.friends,
        alerts=wanted.alerts,
        filter=wanted.filter,
    )
    return await preferences(tx, who, id=id)


def _check(wanted: Preferences) -> None:
    """Raises: Unfit."""
    calendar.check_zone(wanted.timezone, field="timezone")
    calendar.check_windows(wanted.schedule, field="schedule")
    calendar.check_zone(wanted.alerts.timezone, field="alerts.timezone")
    calendar.check_windows(wanted.alerts.guarded, field="alerts.guarded")
    if any(set(purpose) & set("\r\n") for purpose in wanted.purposes):
        raise Unfit("purposes", "A purpose is one line.")
    if msgspec.structs.asdict(wanted.alerts).get("offline_after_s") == 0:
        raise Unfit("alerts.offline_after_s", "A device is not offline at once.")
