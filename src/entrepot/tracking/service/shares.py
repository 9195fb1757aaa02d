"""Shares: made, revoked, and looked at by strangers, who learn nothing but what was shared."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from time import monotonic

import msgspec

from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import from_us, now
from entrepot.tracking.functions.blur import blurred
from entrepot.tracking.functions.privacy import shown, shown_position
from entrepot.tracking.model import look
from entrepot.tracking.model import share as model
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.fix import Fix, told_accuracy_m
from entrepot.tracking.model.share import (
    NewShare,
    Share,
    Shared,
    SharedDevice,
    SharedNews,
    SharedPlace,
    ShareNotFound,
    ShareQuery,
    ShareWithToken,
)
from entrepot.tracking.repository import latest
from entrepot.tracking.repository import share as shares_of
from entrepot.tracking.repository.latest import Now
from entrepot.tracking.repository.share import SharedOne
from entrepot.tracking.service import devices
from entrepot.tracking.service.broadcaster import Broadcaster, Watcher
from entrepot.tracking.service.live import APART_S, LONGEST_S, heard

CHECK_EVERY_S = 2.0


class Looking(msgspec.Struct, frozen=True):
    """A share that works, and what it shows."""

    share: Share
    answer: Shared


class SharedLine(msgspec.Struct, frozen=True):
    """A live line of a share that may begin."""

    read: Read
    token: str


async def share(tx: Transaction, who: Principal, *, new: NewShare, house: House) -> ShareWithToken:
    """Share where some devices are with whoever has the link, which is shown this once."""
    at, token = now(), model.new_token()
    new.check(at)
    shown = [await devices.working(tx, who, id) for id in dict.fromkeys(new.devices)]
    for device in shown:
        look.check_sees(who, device)
    made = Share(
        id=new_id(),
        name=new.name.strip(),
        devices=[device.id for device in shown],
        made_by=who.id,
        blur_m=new.blur_m,
        begin=new.begin or await _last_seen(tx, shown, at=at),
        expires_at=new.expires_at,
        created_at=at,
        revoked_at=None,
        reads=0,
        last_read_at=None,
    )
    await shares_of.add(
        tx, made, organisation=who.organisation, digest=model.digest(token),
        device_nos=[device.no for device in shown],
    )  # fmt: skip
    return ShareWithToken(share=made, token=token, link=f"{house.url}/share#{token}")


async def _last_seen(tx: Reading, shown: Sequence[Device], *, at: datetime) -> datetime:
    """Since when all of them are where they are: a guest who waits for a parked van sees it."""
    known = await latest.of_devices(tx, [device.no for device in shown], at=at)
    return min((each.position.fixed_at for each in known.values() if each.position is not None), default=at)


async def shares(tx: Reading, who: Principal, *, query: ShareQuery) -> Page[Share]:
    """The shares of the caller's organisation."""
    found = await shares_of.page(
        tx, organisation=who.organisation, ended=query.ended, at=now(), after=query.cursor or "",
        limit=query.limit + 1,
    )  # fmt: skip
    shown = list(found[: query.limit])
    return Page(shown, shown[-1].id if len(found) > query.limit else None)


async def revoke_share(tx: Transaction, who: Principal, *, id: str) -> None:
    """End a share at once."""
    if not await shares_of.revoke(tx, id, organisation=who.organisation, at=now()):
        raise ShareNotFound("There is no such working share.")


# ---- for whoever has the link -----------------------------------------------------------------------


async def find_shared(read: Read, who: Principal, *, token: str) -> Looking:
    """What the share shows, before it is counted."""

    async def look_up(tx: Reading) -> Looking:
        found, shown = await _open(tx, token)
        places = await latest.of_devices(tx, [each.no for each in shown], at=now())
        answer = Shared(
            name=found.name,
            expires_at=found.expires_at,
            blur_m=found.blur_m,
            devices=[_device(found, each, places.get(each.no)) for each in shown],
        )
        return Looking(found, answer)

    return await read(look_up)


async def shared(tx: Transaction, who: Principal, *, token: str, looking: Looking) -> Shared:
    """Where the shared devices are. A share that is unknown, expired or revoked is not there."""
    await shares_of.count_read(tx, looking.share.id, at=now())
    return looking.answer


async def open_shared_line(database: Database, who: Principal, *, token: str) -> SharedLine:
    """Count the look, before anything is shown."""

    async def count(tx: Transaction) -> None:
        found, _ = await _open(tx, token)
        await shares_of.count_read(tx, found.id, at=now())

    await database.write(count)
    return SharedLine(database.read, token)


async def shared_live(
    who: Principal, *, token: str, line: SharedLine, broadcaster: Broadcaster
) -> AsyncIterator[SharedNews | None]:
    """Where the shared devices are, and from then on where they go. It ends with the share, which is
    looked up again before each delivery.
    """
    watcher = Watcher()
    async with broadcaster.watching(watcher):
        looking, ids = await _watch(line, watcher, broadcaster)
        yield SharedNews(
            kind="snapshot", places=[each.place for each in looking.answer.devices if each.place is not None]
        )
        began = monotonic()
        while monotonic() - began < LONGEST_S:
            news = await heard(watcher, within_s=CHECK_EVERY_S)
            try:
                looking, ids = await _watch(line, watcher, broadcaster)
            except ShareNotFound:
                return
            fixes = [shown(watcher.privacy.get(fix.device_id), fix) for fix in watcher.take()]
            if places := _places(looking.share, ids, [each for each in fixes if each is not None]):
                yield SharedNews(kind="news", places=places)
            elif not news:
                yield None
            await asyncio.sleep(APART_S)


async def _watch(
    line: SharedLine, watcher: Watcher, broadcaster: Broadcaster
) -> tuple[Looking, dict[str, str]]:
    """What the share shows now, and its keys by device."""
    await watcher.settle(line.read)
    looking = await find_shared(line.read, _NOBODY, token=line.token)
    found = await line.read(lambda tx: shares_of.shown_by(tx, looking.share.id))
    ones = [each for each in found if each.id not in watcher.awaited]
    watcher.privacy = {each.id: each.privacy for each in ones}
    broadcaster.point(watcher, [each.id for each in ones])
    return looking, {each.id: model.key_of(looking.share.id, each.id) for each in ones}


_NOBODY = Principal("anonymous", "", frozenset(), "anonymous")


async def _open(tx: Reading, token: str) -> tuple[Share, Sequence[SharedOne]]:
    """Raises: ShareNotFound."""
    found = await shares_of.by_digest(tx, model.digest(token), at=now())
    if found is None:
        raise ShareNotFound("There is nothing shared here, or no longer.")
    return found, await shares_of.shown_by(tx, found.id)


def _device(share: Share, one: SharedOne, place: Now | None) -> SharedDevice:
    key = model.key_of(share.id, one.id)
    found, at = None, None if place is None else place.position
    if at is not None and at.fixed_at >= share.begin:
        at = shown_position(one.privacy, at)
        found = None if at is None else SharedPlace(
            key=key, fixed_at=at.fixed_at, latitude=at.latitude, longitude=at.longitude,
            accuracy_m=at.accuracy_m, speed_mps=at.speed_mps, course_deg=at.course_deg,
        )  # fmt: skip
    return SharedDevice(
        key=key,
        name=one.name,
        kind=one.kind,
        simulated=one.simulated,
        place=None if found is None else _rough(found, share.blur_m),
    )


def _places(share: Share, keys: dict[str, str], fixes: Sequence[Fix]) -> list[SharedPlace]:
    return [
        _rough(
            SharedPlace(
                key=keys[fix.device_id], fixed_at=from_us(fix.fixed_at_us), latitude=fix.latitude,
                longitude=fix.longitude, accuracy_m=told_accuracy_m(fix.accuracy_m, fix.attributes),
                speed_mps=fix.speed_mps, course_deg=fix.course_deg,
            ),
            share.blur_m,
        )
        for fix in fixes
        if fix.device_id in keys and from_us(fix.fixed_at_us) >= share.begin
    ]  # fmt: skip


def _rough(place: SharedPlace, blur_m: float | None) -> SharedPlace:
    """Speed and course would tell from one cell to the next where in it the device is."""
    if blur_m is None:
        return place
    latitude, longitude = blurred(place.latitude, place.longitude, blur_m)
    return SharedPlace(
        key=place.key, fixed_at=place.fixed_at, latitude=latitude, longitude=longitude,
        accuracy_m=max(blur_m, place.accuracy_m or 0.0),
    )  # fmt: skip
