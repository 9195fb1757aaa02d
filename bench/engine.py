"""Figure: the event-time engine alone, in memory on one core; how well it tells trips from stops; and how
calm its fences are at their borders.
"""

import gc
import random
import time
from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from bench.report import Figure, Section, Table
from entrepot.core.geo import destination
from entrepot.device.events import PositionsAccepted
from entrepot.tracking.functions.derive import Engine, Work, derive
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import NAIVE, Definition, FenceRevision, Hysteresis
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, Watched

_DEVICES, _PER_BATCH = 200, 5
_TOWN = (50.0, 8.0)
_REGION_M, _CROWDED_M = 50_000, 20_000  # half of a side
_START_US = 1_750_000_000_000_000
_DAY_S = 86_400
_ABOUT = (
    "200 vehicles in a region of 100 km, a fix every 5 s, in batches of 1,000 fixes as the mailbox brings "
    "them (JSON), on one core without a database. Half of the fences are circles of 50 to 300 m, half "
    "polygons of six corners; 10,000 of them cover a tenth of the region. *Crowded* are 10,000 fences in "
    "40 km: they cover half of it, and every fifth fix there raises an alert. *Trips and stops*: days of "
    "eleven known trips by car and on foot, their noise correlated over a minute as a receiver's is; a trip "
    "is found if it overlaps the true one by half and no other does. *Borders*: devices that stand within "
    "10 m of a fence's border for a day, a fix every 30 s, so that every event is false; once with all "
    "fixes, once after the filter, as a house would see them."
)


def measure(*, quick: bool) -> Section:
    batches = _batches(20 if quick else 200, _REGION_M)
    rounds = 1 if quick else 5
    few, many = _fences(1_000, _REGION_M), _fences(10_000, _REGION_M)
    crowd, crowded = _batches(20 if quick else 200, _CROWDED_M), _fences(10_000, _CROWDED_M)
    decode = _rate(batches, lambda: lambda fixes: None, rounds)
    with_none = _rate(batches, lambda: _Fleet(FenceIndex([])).take, rounds)
    with_few = _rate(batches, lambda: _Fleet(few).take, rounds)
    with_many = _rate(batches, lambda: _Fleet(many).take, rounds)
    in_a_crowd = _rate(crowd, lambda: _Fleet(crowded).take, rounds)
    found, rows = _trips(2 if quick else 20)
    calm, borders = _borders(2 if quick else 20)
    figures = [
        Figure("decode, filter, trips, 1,000 fences", _per_s(with_few), "≥ 60,000/s", with_few >= 60_000),
        Figure(
            "the same with 10,000 fences",
            f"{_per_s(with_many)} ({with_many / with_few:.0%})",
            "≥ 67 %",
            with_many >= with_few * 2 / 3,
        ),
        Figure("trips found", f"{found:.1%}", "≥ 95 %", found >= 0.95),
        Figure("false fence events per device and day at a border", f"{calm:.2f}", "≤ 1", calm <= 1),
    ]
    speeds = [
        ["decode alone (the limit)", _per_s(decode), f"{1e6 / decode:.1f} µs"],
        ["+ filter, trips, alerts", _per_s(with_none), f"{1e6 / with_none:.1f} µs"],
        ["+ 1,000 fences", _per_s(with_few), f"{1e6 / with_few:.1f} µs"],
        ["+ 10,000 fences", _per_s(with_many), f"{1e6 / with_many:.1f} µs"],
        ["+ 10,000 fences, crowded", _per_s(in_a_crowd), f"{1e6 / in_a_crowd:.1f} µs"],
    ]
    noise = [
        "noise",
        "true trips",
        "found",
        "false",
        "start off by (median, 95 %)",
        "end off by (median, 95 %)",
    ]
    return Section(
        part="engine",
        title="Event-time engine",
        about=_ABOUT,
        figures=figures,
        tables=[
            Table(["work", "positions/s", "each"], speeds),
            Table(noise, rows),
            Table(["receiver", "hysteresis", "all fixes: events/day", "filtered: events/day"], borders),
        ],
    )


def _per_s(rate: float) -> str:
    return f"{rate:,.0f}/s"


# ---- speed -----------------------------------------------------------------------------------------


class _Fleet:
    """Takes batches as the service does, with its states in memory."""

    def __init__(self, fences: FenceIndex) -> None:
        self._fences = fences
        self._devices = {f"d{n}": (Watched(id=f"d{n}"), DeviceState()) for n in range(_DEVICES)}

    def take(self, fixes: Sequence[Fix]) -> None:
        by_device: dict[str, list[Fix]] = {}
        for fix in fixes:
            by_device.setdefault(fix.device_id, []).append(fix)
        derive([Work(*self._devices[id], each) for id, each in by_device.items()], self._fences)


def _rate(
    batches: Sequence[bytes], taker: Callable[[], Callable[[Sequence[Fix]], None]], rounds: int
) -> float:
    """Positions per second, the median of some rounds; each begins with an empty memory."""
    decoder = msgspec.json.Decoder(PositionsAccepted)
    rates = []
    for _ in range(rounds):
        take = taker()
        gc.collect()
        started = time.perf_counter()
        for batch in batches:
            take(decoder.decode(batch).fixes)
        rates.append(len(batches) * _DEVICES * _PER_BATCH / (time.perf_counter() - started))
    return median(rates)


def _batches(count: int, half_m: float) -> list[bytes]:
    chance = random.Random(1)
    places = [_somewhere(chance, half_m) for _ in range(_DEVICES)]
    courses = [chance.uniform(0, 360) for _ in range(_DEVICES)]
    waits = [chance.randint(0, 60) for _ in range(_DEVICES)]
    encoder, at_us, batches = msgspec.json.Encoder(), _START_US, []
    for _ in range(count):
        fixes = []
        for _ in range(_PER_BATCH):
            at_us += 5_000_000
            for number in range(_DEVICES):
                waits[number] -= 1
                speed = 14.0 if waits[number] < 0 else 0.0
                if waits[number] < -240:
                    waits[number] = chance.randint(40, 120)
                courses[number] += chance.gauss(0, 8)
                places[number] = destination(
                    *places[number], course_deg=courses[number], distance_m=speed * 5
                )
                fixes.append(_told(chance, f"d{number}", at_us, places[number], speed))
        batches.append(encoder.encode(PositionsAccepted(site="hub", fixes=fixes)))
    return batches


def _told(chance: random.Random, device: str, at_us: int, place: tuple[float, float], speed: float) -> Fix:
    seen = destination(*place, course_deg=chance.uniform(0, 360), distance_m=abs(chance.gauss(0, 3)))
    attributes = {"motion": speed > 0, "trigger": "time"}
    return Fix(device, at_us, at_us + 900_000, *seen, 5.0, 110.0, speed, 90.0, 80.0, attributes)


def _fences(count: int, half_m: float) -> FenceIndex:
    chance = random.Random(2)
    fences = []
    for number in range(count):
        latitude, longitude = _somewhere(chance, half_m)
        definition = Definition(
            geometry={"type": "Point", "coordinates": [longitude, latitude]}, radius_m=chance.uniform(50, 300)
        )
        if number % 2:
            corners = [
                destination(latitude, longitude, course_deg=60 * n, distance_m=chance.uniform(50, 300))[::-1]
                for n in range(6)
            ]
            definition = Definition(
                geometry={"type": "Polygon", "coordinates": [[*map(list, corners), list(corners[0])]]}
            )
        fences.append(Fence(FenceRevision(id=f"f{number}", name="", definition=definition)))
    return FenceIndex(fences)


def _somewhere(chance: random.Random, half_m: float) -> tuple[float, float]:
    north, east = chance.uniform(-half_m, half_m), chance.uniform(-half_m, half_m)
    latitude, longitude = destination(*_TOWN, course_deg=0, distance_m=north)
    return destination(latitude, longitude, course_deg=90, distance_m=east)


# ---- trips and stops -------------------------------------------------------------------------------


class _Receiver:
    """Tells places with an error that wanders: a first-order autoregression with a time of one minute."""

    def __init__(self, seed: int, noise_m: float) -> None:
        self.chance = random.Random(seed)
        self.noise_m, self.at_us = noise_m, _START_US
        self.east_m, self.north_m = self.chance.gauss(0, noise_m), self.chance.gauss(0, noise_m)
        self.fixes: list[Fix] = []

    def tell(self, after_s: float, place: tuple[float, float], speed: float) -> None:
        self.at_us += int(after_s * 1e6)
        stays = 2.718 ** (-after_s / 60)
        moved_m = self.noise_m * (1 - stays * stays) ** 0.5
        self.east_m = self.east_m * stays + self.chance.gauss(0, moved_m)
        self.north_m = self.north_m * stays + self.chance.gauss(0, moved_m)
        seen = destination(*place, course_deg=90, distance_m=self.east_m)
        seen = destination(*seen, course_deg=0, distance_m=self.north_m)
        said = max(0.0, speed + self.chance.gauss(0, 0.2))
        accuracy_m = max(4.0, self.noise_m * 1.515)  # the radius that holds 68 %
        self.fixes.append(Fix("d", self.at_us, self.at_us, *seen, accuracy_m, None, said))


def _trips(days: int) -> tuple[float, list[list[str]]]:
    """The share of trips found at 5 m of noise, and a row per noise."""
    rows, share = [], 0.0
    for noise_m in (2.0, 5.0, 10.0, 20.0):
        true = found = false = 0
        starts: list[float] = []
        ends: list[float] = []
        for seed in range(days):
            receiver, truth = _day(seed, noise_m)
            trips = _derived_trips(receiver.fixes)
            matched = [(trip, real) for real in truth if (trip := _match(trips, real, truth)) is not None]
            true, found = true + len(truth), found + len(matched)
            false += len(trips) - len({trip.started_at_us for trip, _ in matched})
            starts += [abs(trip.started_at_us - real[0]) / 1e6 for trip, real in matched]
            ends += [abs((trip.ended_at_us or receiver.at_us) - real[1]) / 1e6 for trip, real in matched]
        if noise_m == 5.0:
            share = found / true
        row = [
            f"{noise_m:.0f} m",
            str(true),
            f"{found / true:.1%}",
            str(false),
            _spread(starts),
            _spread(ends),
        ]
        rows.append(row)
    return share, rows


def _day(seed: int, noise_m: float) -> tuple[_Receiver, list[tuple[int, int]]]:
    receiver = _Receiver(seed, noise_m)
    chance, place, truth = receiver.chance, _TOWN, []
    for number in range(11):
        for _ in range(chance.randint(40, 360)):
            receiver.tell(10, place, 0.0)
        began_us, on_foot = receiver.at_us, number % 4 == 3
        course, speed = chance.uniform(0, 360), 1.4 if on_foot else chance.uniform(6, 25)
        for _ in range(chance.randint(100, 200)):
            course += chance.gauss(0, 5)
            place = destination(*place, course_deg=course, distance_m=speed * 5)
            receiver.tell(5, place, speed)
            if not on_foot and chance.random() < 0.01:
                for _ in range(chance.randint(2, 12)):
                    receiver.tell(10, place, 0.0)
        truth.append((began_us, receiver.at_us))
    for _ in range(60):
        receiver.tell(10, place, 0.0)
    return receiver, truth


def _derived_trips(fixes: Sequence[Fix]) -> list[Segment]:
    derived = derive([Work(Watched(id="d"), DeviceState(), fixes)], FenceIndex([]))[0]
    final = {each.started_at_us: each for each in derived.segments if each.kind == "trip"}
    return list(final.values())


def _match(
    trips: Sequence[Segment], real: tuple[int, int], truth: Sequence[tuple[int, int]]
) -> Segment | None:
    """The one trip that covers at least half of the real one, and no other real one."""
    for trip in trips:
        ended_us = trip.ended_at_us or real[1]
        if _shared(trip.started_at_us, ended_us, real) * 2 < real[1] - real[0]:
            continue
        others = sum(_shared(trip.started_at_us, ended_us, each) > 0 for each in truth)
        return trip if others == 1 else None
    return None


def _shared(began_us: int, ended_us: int, real: tuple[int, int]) -> int:
    return max(0, min(ended_us, real[1]) - max(began_us, real[0]))


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    if not ordered:
        return "none"
    return f"{median(ordered):.0f} s, {ordered[int(len(ordered) * 0.95)]:.0f} s"


# ---- borders ---------------------------------------------------------------------------------------


def _borders(devices: int) -> tuple[float, list[list[str]]]:
    """False events per device and day as a house sees them at 5 m of noise, and rows of all."""
    rows, calm = [], 0.0
    for noise_m in (5.0, 10.0, 20.0):
        for name, hysteresis in (("off", NAIVE), ("on", Hysteresis())):
            everything = _false_events(devices, noise_m, hysteresis, filtered=False)
            filtered = _false_events(devices, noise_m, hysteresis, filtered=True)
            if name == "on" and noise_m == 5.0:
                calm = filtered
            rows.append([f"{noise_m:.0f} m", name, f"{everything:.2f}", f"{filtered:.2f}"])
    return calm, rows


def _false_events(devices: int, noise_m: float, hysteresis: Hysteresis, *, filtered: bool) -> float:
    settings = FilterSettings() if filtered else FilterSettings(drift_m=None, min_distance_m=None)
    events = 0
    for seed in range(devices):
        receiver = _Receiver(seed, noise_m)
        away_m = 100 + receiver.chance.uniform(-10, 10)
        middle = destination(*_TOWN, course_deg=0, distance_m=away_m)
        definition = Definition(geometry={"type": "Point", "coordinates": [*middle[::-1]]}, radius_m=100.0)
        fences = FenceIndex([Fence(FenceRevision(id="f", name="", definition=definition))])
        for _ in range(_DAY_S // 30):
            receiver.tell(30, _TOWN, 0.0)
        work = Work(Watched(id="d", filter=settings), DeviceState(), receiver.fixes)
        [derived] = derive([work], fences, Engine(hysteresis=hysteresis))
        events += sum(said.kind in ("enter", "exit") for said in derived.fence_events)
    return events / devices
