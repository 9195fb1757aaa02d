"""Places and habits of a device, as people see and name them."""

import asyncio
from collections.abc import Sequence

import msgspec
import numpy as np

from entrepot.core.geo import on_grid
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.tracking.functions.patterns.episodes import episodes
from entrepot.tracking.functions.patterns.hours import Hours, likelihood, nothing, smooth, total
from entrepot.tracking.functions.patterns.places import assigned
from entrepot.tracking.functions.patterns.unusual import MOVING
from entrepot.tracking.model import look
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import TimelineEntry, TimeSpan, page_after
from entrepot.tracking.model.incident import incident_id
from entrepot.tracking.model.look import Looked
from entrepot.tracking.model.pattern import (
    ENOUGH_DAYS,
    ENOUGH_VISITS,
    Habits,
    HabitsView,
    HabitualPlace,
    HabitualRoute,
    Judgement,
    JudgementView,
    KnownPlace,
    KnownPlacesQuery,
    LearnedRoute,
    PlaceChange,
    PlaceNotFound,
    PlaceVisit,
    StayPlace,
)
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.repository import pattern, timeline
from entrepot.tracking.repository.pattern import LearnedHabits
from entrepot.tracking.service import audit, devices

EVER_US = -(2**62)
_MOST_STRETCHES = 50_000
_MOST_JUDGEMENTS = 50
_MOST_PLACES, _MOST_ROUTES = 100, 200


class HeldPatterns(msgspec.Struct, frozen=True):
    """What is known of a device's habits, without lines and hours."""

    places: list[KnownPlace]
    routes: list[HabitualRoute]
    judgements: list[JudgementView]


async def held(tx: Reading, device: Device) -> HeldPatterns:
    """What an export tells; the most visited places, the most frequent ways, the newest judgements."""
    kept = await pattern.learned(tx, device.no)
    known = sorted(await pattern.places(tx, device.no), key=lambda each: (-each.visits, each.id))
    judged = await pattern.judgements(tx, device.no, since_us=EVER_US, limit=_MOST_JUDGEMENTS)
    ways = [] if kept is None or kept.habits is None else kept.habits.routes[:_MOST_ROUTES]
    return HeldPatterns(
        [view(each) for each in known[:_MOST_PLACES]],
        [msgspec.structs.replace(route_view(each), corridors=[]) for each in ways],
        [_judgement(device.id, each, told=told) for each, told in judged],
    )


async def known_places(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """Where a device stands again and again, the most visited first."""
    return await audit.shown(tx, who, looked)


async def find_places(read: Read, who: Principal, *, id: str, query: KnownPlacesQuery) -> Looked:
    """A page, before it is shown."""
    span, skipped = query.span(), page_after(query.cursor)

    async def look_up(tx: Reading) -> tuple[Device, list[StayPlace], Sequence[TimelineEntry]]:
        device = await devices.known(tx, who, id)
        look.check_sees(who, device)
        found = await pattern.places(tx, device.no)
        if span is None or not found:
            return device, found, ()
        return (
            device,
            found,
            await timeline.touching(
                tx, device.no, span, kinds=["trip", "stop", "gap"], after_us=None, limit=_MOST_STRETCHES
            ),
        )

    device, found, entries = await read(look_up)
    seen = span or _whole(found)
    if span is not None and found:
        shown = await asyncio.to_thread(_visited, found, entries, span)
    else:
        shown = [view(each) for each in found] if span is None else []
    shown.sort(key=lambda each: (-each.visits, each.first_at, each.id))
    shown = [_rough(each, look.privacy_towards(who, device)) for each in shown]
    rest = shown[skipped : skipped + query.limit]
    more = str(skipped + query.limit) if len(shown) > skipped + query.limit else None
    return look.of_device(who, device, "places", seen, Page(rest, more))


async def change_place(
    tx: Transaction, who: Principal, *, id: str, place_id: str, change: PlaceChange
) -> KnownPlace:
    """Say what a place is called, and what it is."""
    device = await devices.known(tx, who, id)
    look.check_sees(who, device)
    place = await pattern.place(tx, device.no, place_id)
    if place is None:
        raise PlaceNotFound(f"There is no place {place_id} of this device.")
    if change.name is not None:
        place = msgspec.structs.replace(place, name=change.name.strip())
    if change.kind == "guess":
        place = msgspec.structs.replace(place, fixed=False)
    elif change.kind is not None:
        place = msgspec.structs.replace(place, kind=change.kind, score=1.0, fixed=True)
    await pattern.describe(tx, place)
    if device.person != who.id:
        await audit.note(tx, who, "places", device_no=device.no, span=TimeSpan(place.first_us, place.last_us))
    return _rough(view(place), look.privacy_towards(who, device))


async def habits(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """What a device usually does, and how unusual what it did last is."""
    return await audit.shown(tx, who, looked)


async def find_habits(read: Read, who: Principal, *, id: str) -> Looked:
    """All of it, before it is shown."""

    async def look_up(
        tx: Reading,
    ) -> tuple[Device, LearnedHabits | None, list[StayPlace], list[tuple[Judgement, bool]]]:
        device = await devices.known(tx, who, id)
        look.check_sees(who, device)
        return (
            device,
            await pattern.learned(tx, device.no),
            await pattern.places(tx, device.no),
            await pattern.judgements(tx, device.no, since_us=EVER_US, limit=_MOST_JUDGEMENTS),
        )

    device, kept, found, judged = await read(look_up)
    told = _told(device, kept, found, judged)
    if (privacy := look.privacy_towards(who, device)) is not None and privacy.precision_m:
        told = msgspec.structs.replace(
            told, routes=[msgspec.structs.replace(each, corridors=[]) for each in told.routes]
        )
    return look.of_device(who, device, "places", _whole(found), told)


def view(place: StayPlace) -> KnownPlace:
    return KnownPlace(
        id=place.id,
        name=place.name,
        kind=place.kind,
        kind_score=place.score,
        kind_fixed=place.fixed,
        latitude=round(place.latitude, 7),
        longitude=round(place.longitude, 7),
        radius_m=round(place.radius_m, 1),
        visits=place.visits,
        dwell_s=place.dwell_us / 1e6,
        first_at=from_us(place.first_us),
        last_at=from_us(place.last_us),
    )


def _rough(place: KnownPlace, privacy: Privacy | None) -> KnownPlace:
    """A place as others see it, by the privacy that holds now."""
    if privacy is None or not privacy.precision_m:
        return place
    latitude, longitude = on_grid(place.latitude, place.longitude, privacy.precision_m)
    radius_m = max(place.radius_m, privacy.precision_m)
    return msgspec.structs.replace(place, latitude=latitude, longitude=longitude, radius_m=radius_m)


def route_view(route: LearnedRoute) -> HabitualRoute:
    return HabitualRoute(
        from_place_id=route.origin,
        to_place_id=route.destination,
        count=route.count,
        typical_duration_s=round(route.duration_s),
        long_duration_s=round(route.long_s),
        typical_distance_m=round(route.distance_m),
        corridor_width_m=round(route.width_m),
        corridors=[list(zip(line[1::2], line[::2], strict=True)) for line in route.corridors],
    )


def _whole(found: Sequence[StayPlace]) -> TimeSpan:
    if not found:
        return TimeSpan(to_us(now()), to_us(now()) + 1)
    return TimeSpan(min(each.first_us for each in found), max(each.last_us for each in found) + 1)


def _visited(
    found: Sequence[StayPlace], entries: Sequence[TimelineEntry], span: TimeSpan
) -> list[KnownPlace]:
    """What was done at each in this time."""
    at_us = min(span.end_us, to_us(now()))
    visits = [each.visit for each in episodes(map(_segment, entries), at_us=at_us) if each.visit is not None]
    by_place: dict[int, list[PlaceVisit]] = {}
    for visit, index in zip(visits, assigned(visits, found), strict=True):
        if index is not None:
            by_place.setdefault(index, []).append(visit)
    return [view(_within(found[index], some, span)) for index, some in by_place.items()]


def _within(place: StayPlace, visits: Sequence[PlaceVisit], span: TimeSpan) -> StayPlace:
    begins = [max(each.begin_us, span.begin_us) for each in visits]
    ends = [max(begin, min(each.end_us, span.end_us)) for begin, each in zip(begins, visits, strict=True)]
    return msgspec.structs.replace(
        place,
        visits=len(visits),
        dwell_us=sum(ends) - sum(begins),
        first_us=min(begins),
        last_us=max(ends),
    )


def _segment(each: TimelineEntry) -> Segment:
    return Segment(
        kind=each.kind,  # type: ignore[arg-type]  # the column holds nothing else
        started_at_us=each.started_at_us,
        decided_us=each.started_at_us,
        latitude=each.latitude_e7 / 1e7,
        longitude=each.longitude_e7 / 1e7,
        ended_at_us=each.ended_at_us,
        distance_mm=each.distance_mm,
    )


def _told(
    device: Device,
    kept: LearnedHabits | None,
    found: Sequence[StayPlace],
    judged: Sequence[tuple[Judgement, bool]],
) -> HabitsView:
    learned = None if kept is None else kept.habits
    whole = nothing() if learned is None else total(_smoothed(learned))
    told = learned is not None and learned.visits > 0
    most = sorted(found, key=lambda each: (-each.visits, each.id))[:_MOST_PLACES]
    return HabitsView(
        enough=learned is not None and learned.enough,
        message=_message(learned),
        timezone=device.privacy.timezone if learned is None else learned.timezone,
        learned_at=from_us(kept.learned_at_us) if kept is not None and kept.learned_at_us else None,
        since=from_us(learned.from_us) if learned is not None and told else None,
        until=from_us(learned.until_us) if learned is not None and told else None,
        days=0.0 if learned is None else round(learned.days, 1),
        visits=0 if learned is None else learned.visits,
        places=[
            HabitualPlace(
                place_id=each.id, name=each.name, kind=each.kind, shares=_shares(each.hours, whole)
            )
            for each in most
        ],
        moving=_shares([] if learned is None else learned.hours.get(MOVING, []), whole),
        routes=[] if learned is None else [route_view(each) for each in learned.routes[:_MOST_ROUTES]],
        judgements=[_judgement(device.id, each, told=told) for each, told in judged],
    )  # fmt: skip


def _smoothed(learned: Habits) -> dict[str, Hours]:
    return {state: smooth(np.array(spent)) for state, spent in learned.hours.items()}


def _shares(hours: Sequence[float], whole: Hours) -> list[float]:
    if not hours or not whole.any():
        return []
    return [round(float(share), 3) for share in likelihood(smooth(np.array(hours)), whole)]


def _message(learned: Habits | None) -> str:
    if learned is not None and learned.enough:
        return ""
    days, visits = (0.0, 0) if learned is None else (learned.days, learned.visits)
    return (
        f"Not enough history yet: {days:.0f} days with {visits} stops; habits show after {ENOUGH_DAYS} days"
        f" with {ENOUGH_VISITS} stops."
    )


def _judgement(device_id: str, each: Judgement, *, told: bool) -> JudgementView:
    return JudgementView(
        began_at=from_us(each.began_us),
        ended_at=from_us(each.ended_us),
        score=each.score,
        reasons=each.reasons,
        alert_id=incident_id(device_id, "unusual", "", each.began_us) if told else None,
    )
