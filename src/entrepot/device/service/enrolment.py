"""Devices: enrolled, changed, revoked. Every change is said with the whole access, and the doors look at it
at once.
"""

import msgspec

from entrepot.core.errors import Unfit
from entrepot.core.house import DevicePorts, House
from entrepot.core.ids import new_id
from entrepot.core.ports import Duplicate, Reading, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked
from entrepot.device.functions import filtering
from entrepot.device.functions.filtering import DeviceFilter
from entrepot.device.functions.set_up import Setup, ways_in
from entrepot.device.model import enrolment
from entrepot.device.model.access import PAYLOAD_KEY
from entrepot.device.model.enrolment import (
    DeviceChange,
    EnrolledDevice,
    NewDevice,
    Removal,
    UsernameTaken,
)
from entrepot.device.model.family import Enrolled
from entrepot.device.model.preferences import ConsentWord, NotYourDevice
from entrepot.device.repository import consent
from entrepot.device.repository import device as devices_of
from entrepot.device.repository import intake as intake_of
from entrepot.device.service.roster import Roster
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import DeviceIsRevoked, DeviceNotFound, DeviceView, Outdated


class DeviceWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A device and its new password, which is shown this once, ready to be put into a phone."""

    id: str
    username: str
    password: str
    device: DeviceView
    setup: Setup


class PayloadKey(msgspec.Struct, frozen=True, kw_only=True):
    """The secret with which OwnTracks encrypts what it sends; it is shown this once."""

    key: str


async def enrol(
    tx: Transaction, who: Principal, *, new: NewDevice, house: House, ports: DevicePorts, roster: Roster
) -> DeviceWithSecret:
    """Enrol a device of the caller's organisation; its password is shown this once."""
    password, name = enrolment.new_password(), new.name.strip()
    if not name:
        raise Unfit("name", "A device needs a name.")
    person = await _whose(tx, who, new)
    device = EnrolledDevice(
        no=await devices_of.next_number(tx),
        id=new_id(),
        organisation=who.organisation,
        person=person,
        name=name,
        kind=new.kind,
        username=new.username or enrolment.username_for(name),
        password_digest=enrolment.digest(password),
        needs_password=new.needs_password,
        wrapped_key=b"",
        payload_key=b"",
        filter=new.filter,
        privacy=_unasked(person, who),
        alerts=AlertSettings(),
        friends=False,
        simulated=new.simulated,
        retention_days=None,
        revision=1,
        created_at=now(),
        revoked_at=None,
    )
    try:
        await tx.attempt(lambda: devices_of.add(tx, device))
    except Duplicate as error:
        raise UsernameTaken(f"The username {device.username} is taken.") from error
    if person == who.id:
        word = ConsentWord(at=device.created_at, person=who.id, given=True, purposes=[])
        await consent.add(tx, device.no, word)
    tx.emit(DeviceEnrolled(device_id=device.id, access=device.access()))
    roster.look()
    return _with_secret(device, password, house=house, ports=ports)


async def change_device(
    tx: Transaction, who: Principal, *, id: str, change: DeviceChange, roster: Roster
) -> DeviceView:
    """Another name, kind, person or filter; whether it needs its password. Only its person hands a device
    over, and not while it is private.
    """
    before = await working(tx, who, id)
    check_revision(before, change.revision)
    wanted = {
        name: value
        for name in ("name", "kind", "person", "needs_password", "filter")
        if (value := getattr(change, name)) is not None
    }
    if change.person not in (None, before.person):
        _check_hands_over(who, before)
        await _check_person(tx, who, str(change.person))
        wanted |= {"privacy": _unasked(str(change.person), who)}
    return enrolment.view(await changed(tx, before, roster=roster, **wanted))


async def renew_password(
    tx: Transaction, who: Principal, *, id: str, house: House, ports: DevicePorts, roster: Roster
) -> DeviceWithSecret:
    """Another password, shown this once; the old one opens nothing any more."""
    password = enrolment.new_password()
    before = await working(tx, who, id)
    device = await changed(tx, before, roster=roster, password_digest=enrolment.digest(password))
    return _with_secret(device, password, house=house, ports=ports)


async def make_payload_key(
    tx: Transaction, who: Principal, *, id: str, sealing: Sealing, roster: Roster
) -> PayloadKey:
    """A new secret for OwnTracks' encryption, shown this once; from now on the device may use it."""
    before = await working(tx, who, id)
    secret = enrolment.new_payload_key()
    sealer, wrapped = await sealing.make(before.id)
    sealed = sealer.seal(secret, PAYLOAD_KEY)
    await changed(tx, before, roster=roster, wrapped_key=wrapped, payload_key=sealed)
    return PayloadKey(key=secret)


async def drop_payload_key(tx: Transaction, who: Principal, *, id: str, roster: Roster) -> None:
    """No encryption any more; what comes encrypted cannot be read."""
    await changed(tx, await working(tx, who, id), roster=roster, wrapped_key=b"", payload_key=b"")


async def rewrap_device_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing, roster: Roster
) -> KeysRewrapped:
    """Wrap some devices' data keys again, under the newest master key; `next` says where to go on. The sites
    are told, because they hold them too.
    """
    found = await devices_of.with_key(tx, after=batch.after, limit=batch.limit)
    for device in found:
        wrapped = await sealing.rewrap(device.id, device.wrapped_key)
        await changed(tx, device, roster=roster, wrapped_key=wrapped)
    return KeysRewrapped(count=len(found), next=found[-1].id if len(found) == batch.limit else None)


async def revoke_device(tx: Transaction, who: Principal, *, id: str, query: Removal, roster: Roster) -> None:
    """End a device's access at once, everywhere. What it told stays as long as its retention says, or with
    `purge` is removed too.
    """
    await revoke(tx, await known(tx, who, id), roster=roster, purge=query.purge)


# ---- what other services of this context use --------------------------------------------------------


async def known(tx: Reading, who: Principal, id: str) -> EnrolledDevice:
    """Raises: DeviceNotFound."""
    found = await devices_of.find(tx, id, organisation=who.organisation)
    if found is None:
        raise DeviceNotFound("There is no such device.")
    return found


async def working(tx: Reading, who: Principal, id: str) -> EnrolledDevice:
    """Raises: DeviceNotFound, DeviceIsRevoked."""
    found = await known(tx, who, id)
    if found.revoked_at is not None:
        raise DeviceIsRevoked("This device was revoked.")
    return found


def check_revision(device: EnrolledDevice, seen: int | None) -> None:
    """Raises: Outdated."""
    if seen is not None and seen != device.revision:
        raise Outdated(device.revision)


async def changed(
    tx: Transaction, before: EnrolledDevice, *, roster: Roster, **wanted: object
) -> EnrolledDevice:
    """Store it and say so. What it may not tell any more is not kept unread either."""
    device = msgspec.structs.replace(before, revision=before.revision + 1, **wanted)
    await devices_of.replace(tx, device)
    if not device.privacy.consent:
        await intake_of.forget_unsent(tx, device.id)
        await intake_of.forget_last(tx, device.id, packed=filtering.pack(DeviceFilter()))
    tx.emit(DeviceChanged(device_id=device.id, access=device.access()))
    roster.look()
    return device


async def revoke(tx: Transaction, device: EnrolledDevice, *, roster: Roster, purge: bool = False) -> None:
    """Revoking again says nothing new. Of what is purged only that it was stays for a while, for processes
    that have not heard of it.
    """
    if not purge and device.revoked_at is not None:
        return
    revoked = msgspec.structs.replace(
        device,
        revision=device.revision + 1,
        revoked_at=device.revoked_at or now(),
        wrapped_key=b"",
        payload_key=b"",
    )
    if purge:
        revoked = msgspec.structs.replace(
            revoked, purged_at=now(), username=device.id, name="", person="", password_digest=b""
        )
        await consent.forget_device(tx, device.no)
    await devices_of.replace(tx, revoked)
    await intake_of.forget_device(tx, device.id)
    tx.emit(DeviceRevoked(device_id=device.id, purged=purge, revision=revoked.revision))
    roster.look()


async def _whose(tx: Reading, who: Principal, new: NewDevice) -> str:
    """Raises: Unfit."""
    if new.person is None:
        return who.id if new.kind == "phone" and who.kind == "person" else ""
    await _check_person(tx, who, new.person)
    return new.person


async def _check_person(tx: Reading, who: Principal, person: str) -> None:
    """Raises: Unfit."""
    if person in ("", who.id):
        return
    if not await consent.is_member(tx, person, organisation=who.organisation):
        raise Unfit("person", "Nobody of your organisation has this id.")


def _check_hands_over(who: Principal, device: EnrolledDevice) -> None:
    """Whoever gets the device gets its past, too, so that a private one's stays with its person.

    Raises: NotYourDevice, Unfit.
    """
    if device.person not in ("", who.id):
        raise NotYourDevice("Only its person may hand this device over.")
    if device.private:
        raise Unfit("person", "A private device is not handed over: end its privacy first, or enrol another.")


def _unasked(person: str, who: Principal) -> Privacy:
    """Somebody else's phone tells nothing until they agree (`PUT /api/devices/{id}/preferences`)."""
    return Privacy(consent=person in ("", who.id))


def _with_secret(
    device: EnrolledDevice, password: str, *, house: House, ports: DevicePorts
) -> DeviceWithSecret:
    shown = Enrolled(
        username=device.username, password=password, name=device.name, url=house.url, ports=ports
    )
    return DeviceWithSecret(
        id=device.id,
        username=device.username,
        password=password,
        device=enrolment.view(device),
        setup=ways_in(shown),
    )
