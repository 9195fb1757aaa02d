"""Movement patterns: where a device is again and again, when, which ways it takes, and what is not usual."""

from typing import Annotated, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.tracking.model.history import TimeSpan, span

PlaceKind = Literal["home", "depot", "work", "customer", "other"]
ReasonKind = Literal["unknown_place", "unusual_place", "moving", "off_route", "long_stay", "long_trip"]
PlaceName = Annotated[str, Meta(max_length=120)]

HOURS_A_WEEK = 168
# What is needed before anything can be called unusual.
ENOUGH_DAYS = 14
ENOUGH_VISITS = 20

_NAMESPACE = UUID("5f0c2a8e-7b61-5a0e-8a55-1d9b8f6f2c11")


class PlaceNotFound(NotFound):
    """No such place of this device."""


# ---- what happened -----------------------------------------------------------------------------------


class PlaceVisit(msgspec.Struct, frozen=True, gc=False):
    """A device stood; at `end_us` it left, or it still stands (`open`)."""

    begin_us: int
    end_us: int
    latitude: float
    longitude: float
    open: bool = False


class Journey(msgspec.Struct, frozen=True, gc=False):
    """A device moved; it arrived at `end_us`, or is still under way (`open`)."""

    begin_us: int
    end_us: int
    distance_m: float
    open: bool = False


class Episode(msgspec.Struct, frozen=True):
    """From leaving one place to leaving the next: the way there and the stay. `before` is where it came
    from; each part is None if nothing is known of it.
    """

    before: PlaceVisit | None
    journey: Journey | None
    visit: PlaceVisit | None

    @property
    def began_us(self) -> int:
        first = self.journey or self.visit
        assert first is not None
        return first.begin_us

    @property
    def ended_us(self) -> int:
        last = self.visit or self.journey
        assert last is not None
        return last.end_us


# ---- what is learned ---------------------------------------------------------------------------------


class StayPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device stands again and again: the middle of its visits, and how far the farthest lies from
    it. `score` says how sure the guessed kind is, 0 to 1; a `fixed` kind was said by a person. `hours` are
    the decayed hours spent there by hour of the week, from Monday midnight on, in local time.
    """

    id: str
    latitude: float
    longitude: float
    radius_m: float
    visits: int
    dwell_us: int
    first_us: int
    last_us: int
    kind: PlaceKind
    score: float
    fixed: bool = False
    name: str = ""
    hours: list[float] = []


class LearnedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A way that is taken again and again. `long_s` is longer than 95 % of the times it took; `corridors`
    are its variants as lines of latitude, longitude, latitude, …; within `width_m` of one is usual.
    `share` is its part of all departures from `origin`.
    """

    origin: str
    destination: str
    count: int
    share: float
    duration_s: float
    long_s: float
    distance_m: float
    width_m: float
    corridors: list[list[float]]


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What a device usually does, from what it did from `from_us` to `until_us`.

    `hours` are the decayed hours in each state by hour of the week: at a place, by its id, if it is a home,
    a depot or a work place; `visiting` at other known places; `elsewhere`; `moving`. `long_stay_s` by
    place is longer than 95 % of the stays. `strangest` are how strange the strangest past episodes were.
    """

    from_us: int
    until_us: int
    visits: int
    timezone: str
    hours: dict[str, list[float]]
    routes: list[LearnedRoute]
    long_stay_s: dict[str, float]
    strangest: list[float]

    @property
    def days(self) -> float:
        return (self.until_us - self.from_us) / 86_400e6

    @property
    def enough(self) -> bool:
        return self.days >= ENOUGH_DAYS and self.visits >= ENOUGH_VISITS


class UnusualReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is not usual. `weight` 1 is strange enough by itself; `value` is metres or seconds."""

    kind: ReasonKind
    text: str
    weight: float
    value: float | None = None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """How unusual an episode is, 0 to 1, and why; the weightiest reason first."""

    began_us: int
    ended_us: int
    score: float
    reasons: list[UnusualReason]


def place_id(device_id: str, *, first_us: int, latitude: float, longitude: float) -> str:
    """The same for the same history, however often it is looked at."""
    return str(uuid5(_NAMESPACE, f"{device_id}/{first_us}/{latitude:.7f}/{longitude:.7f}"))


# ---- what is asked and shown ---------------------------------------------------------------------------


class KnownPlacesQuery(Cursor, frozen=True, kw_only=True):
    """Which places: those that were visited from `from` on and before `to`, with what was done there in
    that time; without either, all that are known.
    """

    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)

    def span(self) -> TimeSpan | None:
        return None if self.begin is None and self.end is None else span(self.begin, self.end)


class PlaceChange(Input, frozen=True, kw_only=True):
    """What is to be different; None leaves it. A kind that a person said stays; `guess` guesses again."""

    name: PlaceName | None = None
    kind: Literal["home", "depot", "work", "customer", "other", "guess"] | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class KnownPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place, with how often and how long the device was there in the time that was asked."""

    id: str
    name: str
    kind: PlaceKind
    kind_score: float
    kind_fixed: bool
    latitude: float
    longitude: float
    radius_m: float
    visits: int
    dwell_s: float
    first_at: Moment
    last_at: Moment


class HabitualPlace(msgspec.Struct, frozen=True, kw_only=True):
    """How likely the device is at a place, by hour of the week: 168 shares from Monday midnight on."""

    place_id: str
    name: str
    kind: PlaceKind
    shares: list[float]


class HabitualRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A way from one place to another; `corridors` are GeoJSON lines of longitude and latitude."""

    from_place_id: str
    to_place_id: str
    count: int
    typical_duration_s: float
    long_duration_s: float
    typical_distance_m: float
    corridor_width_m: float
    corridors: list[list[tuple[float, float]]]


class JudgementView(msgspec.Struct, frozen=True, kw_only=True):
    """How unusual an episode was, 0 to 1, and why. `alert_id` names the alert that told it, if one did."""

    began_at: Moment
    ended_at: Moment
    score: float
    reasons: list[UnusualReason]
    alert_id: str | None


class HabitsView(msgspec.Struct, frozen=True, kw_only=True):
    """What a device usually does, by the clock of `timezone`; `message` says what is missing while there is
    not `enough` history. `judgements` are the newest episodes, the last first.
    """

    enough: bool
    message: str
    timezone: str
    learned_at: Moment | None
    since: Moment | None
    until: Moment | None
    days: float
    visits: int
    places: list[HabitualPlace]
    moving: list[float]
    routes: list[HabitualRoute]
    judgements: list[JudgementView]
