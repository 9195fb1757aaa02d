"""Coming and going: what a kept fix says about the fences around it.

Events are dated by the first fix that says so, however long it takes to be sure; only what lies between
two fixes has a time in between.
"""

from math import hypot

from entrepot.core.geo import between, distance_m
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.functions.shapes import Chord
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import FenceEvent, FenceEventKind, Hysteresis
from entrepot.tracking.model.state import FenceVisit

Happening = tuple[Fence, FenceEvent]
# Fence number → (metres outside, whether the leg crosses it).
Touched = dict[int, tuple[float, bool]]

# Out and back again is a reflection; a way through leads on by at least this share of itself.
_LEADS_ON = 0.5
# A stated accuracy holds 68 % of all fixes; so many times as much holds 92 % (Rayleigh's distribution).
_SURE = 1.5


def fence(
    visits: dict[str, FenceVisit],
    fix: Fix,
    *,
    device_id: str,
    last: Fix | None,
    touched: Touched,
    index: FenceIndex,
    hysteresis: Hysteresis,
    leapt: bool = False,
) -> list[Happening]:
    """Advance the visits by one kept fix. Return what happened, in order. If it `leapt`, the leg leads
    through nothing.
    """
    advance = _Advance(visits, fix, last, hysteresis, leapt=leapt)
    seen = set()
    for number, (away_m, crosses) in touched.items():
        each = index.fences[number]
        if not each.sees(fix.fixed_at_us, fix.received_at_us) or not each.watches(device_id):
            continue
        seen.add(each.id)
        if each.id in visits:
            if away_m > 0.0 and len(each.shapes) > 1:
                away_m = each.outside_m(fix.latitude, fix.longitude)
            advance.visited(each, away_m)
        elif away_m <= 0.0:
            advance.arriving(each, away_m)
        elif crosses:
            advance.crossing(each, away_m)
    for id in [id for id in visits if id not in seen]:
        current = fence_at(index, id, fix)
        if current is None or not current.watches(device_id):
            del visits[id]
        else:
            advance.visited(current, current.outside_m(fix.latitude, fix.longitude))
    return advance.happened


def fence_at(index: FenceIndex, id: str, fix: Fix) -> Fence | None:
    """Return the revision of a fence that a fix sees."""
    for each in index.of.get(id, ()):
        if each.sees(fix.fixed_at_us, fix.received_at_us):
            return each
    return None


def due(
    visits: dict[str, FenceVisit], index: FenceIndex, last: Fix, now_us: int, hysteresis: Hysteresis
) -> tuple[list[Happening], int | None]:
    """Return what the clock alone shows by `now_us` if no fix comes any more, and when to look again."""
    happened: list[Happening] = []
    following: list[int] = []
    for id, visit in visits.items():
        each = fence_at(index, id, last)
        if each is None:
            continue
        inside, since_us = visit.inside, visit.since_us
        if visit.turn_us is not None and visit.agreed_us < last.fixed_at_us:
            inside = False  # the last fix left it open
        elif visit.turn_us is not None:
            sure_us = visit.agreed_us + _us(hysteresis.confirm_s)
            if sure_us > now_us:
                following.append(sure_us)
            else:
                kind: FenceEventKind = "exit" if visit.inside else "enter"
                place = (visit.turn_latitude, visit.turn_longitude)
                decided_us = max(sure_us, last.fixed_at_us + 1)
                happened += _event(each, kind, visit.turn_us, decided_us=decided_us, place=place)
            if visit.inside:
                inside = False
            else:
                inside, since_us = sure_us <= now_us, visit.turn_us
        if inside and not visit.dwelt and each.definition.dwell_s is not None:
            dwelt_us = since_us + _us(each.definition.dwell_s)
            if dwelt_us > now_us:
                following.append(dwelt_us)
            else:
                place = (last.latitude, last.longitude)
                decided_us = max(dwelt_us, last.fixed_at_us + 1)
                happened += _event(each, "dwell", dwelt_us, decided_us=decided_us, place=place)
    return happened, min(following, default=None)


class _Advance:
    """One kept fix and what it makes happen. Why a class? Each of these steps may end in the next, and all
    of them need the same fix, visits and list.
    """

    __slots__ = ("fix", "happened", "hysteresis", "last", "leapt", "visits")

    def __init__(
        self,
        visits: dict[str, FenceVisit],
        fix: Fix,
        last: Fix | None,
        hysteresis: Hysteresis,
        *,
        leapt: bool,
    ) -> None:
        self.leapt = leapt
        self.visits, self.fix, self.last, self.hysteresis = visits, fix, last, hysteresis
        self.happened: list[Happening] = []

    def arriving(self, each: Fence, away_m: float) -> None:
        """The fix lies in a fence that the device did not visit."""
        fix, last = self.fix, self.last
        if not _surely_in(each, fix, away_m, self.hysteresis) and self._deep(each) is None:
            return
        at_us, latitude, longitude = fix.fixed_at_us, fix.latitude, fix.longitude
        if last is None or not each.sees(last.fixed_at_us, last.received_at_us):
            self.visits[each.id] = FenceVisit(True, at_us, latitude, longitude)
            self.happened += _event(each, "inside", at_us, decided_us=at_us, place=(latitude, longitude))
            return
        visit = FenceVisit(False, at_us, last.latitude, last.longitude)
        _begin_turn(visit, fix)
        self.visits[each.id] = visit
        self._agree(each, visit)

    def crossing(self, each: Fence, away_m: float) -> None:
        """The fix lies outside, and the leg to it touches a fence that the device did not visit."""
        fix, last = self.fix, self.last
        chord = self._deep(each)
        if chord is None or last is None:
            return
        if _surely_out(fix, away_m, self.hysteresis):
            self.happened += _jumped(each, fix, last, chord)
            return
        # It was inside for sure, and may still be: the next fix tells.
        visit = FenceVisit(False, fix.fixed_at_us, last.latitude, last.longitude)
        _begin_turn(visit, fix)
        visit.turn_us, place = _along(fix, last, chord.deepest)
        visit.turn_latitude, visit.turn_longitude = place
        self.visits[each.id] = visit

    def _deep(self, each: Fence) -> Chord | None:
        """Return how the leg runs through a fence, if it runs deeper inside than the errors of its ends
        explain, whatever these ends are.
        """
        fix, last, hysteresis = self.fix, self.last, self.hysteresis
        if last is None or self.leapt or fix.fixed_at_us - last.fixed_at_us > _us(hysteresis.leg_s):
            return None
        if not each.sees(last.fixed_at_us, last.received_at_us):
            return None
        chord = each.chord((last.latitude, last.longitude, fix.latitude, fix.longitude))
        if chord is None:
            return None
        # A place between two fixes errs as both do, by their weights; their errors are independent.
        share = chord.deepest
        error_m = hypot((1 - share) * _error_m(last, hysteresis), share * _error_m(fix, hysteresis))
        return chord if chord.depth_m >= min(error_m, each.sure_m) else None

    def visited(self, each: Fence, away_m: float) -> None:
        """The device visits a fence, or is about to; the fix lies `away_m` outside it."""
        visit, fix = self.visits[each.id], self.fix
        if _silence_agrees(visit, fix, self.last, self.hysteresis):
            self._turn(each, visit)
            if each.id not in self.visits:
                if away_m <= 0.0:
                    self.arriving(each, away_m)
                return
            visit = self.visits[each.id]
        surely_in = _surely_in(each, fix, away_m, self.hysteresis)
        surely_out = not surely_in and _surely_out(fix, away_m, self.hysteresis)
        if visit.inside:
            if surely_out and visit.turn_us is None:
                _begin_turn(visit, fix)
            elif away_m <= 0.0:
                visit.turn_us = None
            self._dwell(each, visit)
            if surely_out:
                self._agree(each, visit)
        elif surely_in:
            if not visit.turn_fixes:  # it was outside in between, if not surely
                _begin_turn(visit, fix)
            self._agree(each, visit)
        elif surely_out:
            del self.visits[each.id]
            if _leads_on(visit, fix, self.hysteresis):
                self.happened += _passed(each, visit, fix)
        elif away_m > 0.0:
            visit.turn_fixes = 0  # it may be on its way out, or about to return

    def _agree(self, each: Fence, visit: FenceVisit) -> None:
        """The fix agrees with the turn, which counts when enough fixes do."""
        visit.turn_fixes += 1
        visit.agreed_us = self.fix.fixed_at_us
        if visit.turn_fixes >= self.hysteresis.confirm_fixes:
            self._turn(each, visit)

    def _turn(self, each: Fence, visit: FenceVisit) -> None:
        """The turn counts: the device is inside now, or outside."""
        at_us, decided_us = visit.turn_us, self.fix.fixed_at_us
        assert at_us is not None
        place = (visit.turn_latitude, visit.turn_longitude)
        kind: FenceEventKind = "exit" if visit.inside else "enter"
        self.happened += _event(each, kind, at_us, decided_us=decided_us, place=place)
        if visit.inside:
            del self.visits[each.id]
            return
        self.visits[each.id] = stay = FenceVisit(True, at_us, *place)
        self._dwell(each, stay)

    def _dwell(self, each: Fence, visit: FenceVisit) -> None:
        if visit.dwelt or each.definition.dwell_s is None:
            return
        decided_us = self.fix.fixed_at_us
        dwelt_us = visit.since_us + _us(each.definition.dwell_s)
        if dwelt_us <= (decided_us if visit.turn_us is None else visit.turn_us):
            visit.dwelt = True
            place = (visit.latitude, visit.longitude)
            self.happened += _event(each, "dwell", dwelt_us, decided_us=decided_us, place=place)


def _begin_turn(visit: FenceVisit, fix: Fix) -> None:
    visit.turn_us, visit.turn_fixes = fix.fixed_at_us, 0
    visit.turn_latitude, visit.turn_longitude = fix.latitude, fix.longitude


def _silence_agrees(visit: FenceVisit, fix: Fix, last: Fix | None, hysteresis: Hysteresis) -> bool:
    """Whether the fix before this agreed with the turn, and nothing came for long after it."""
    if visit.turn_us is None or last is None or last.fixed_at_us != visit.agreed_us:
        return False
    return fix.fixed_at_us - last.fixed_at_us >= _us(hysteresis.confirm_s)


def _jumped(each: Fence, fix: Fix, last: Fix, chord: Chord) -> list[Happening]:
    """Return coming and going of a leg that leads through."""
    happened: list[Happening] = []
    kinds: tuple[FenceEventKind, FenceEventKind] = ("enter", "exit")
    for kind, share in zip(kinds, (chord.entry, chord.leaving), strict=True):
        at_us, place = _along(fix, last, share)
        happened += _event(each, kind, at_us, decided_us=fix.fixed_at_us, place=place, crossed=True)
    return happened


def _along(fix: Fix, last: Fix, share: float) -> tuple[int, tuple[float, float]]:
    """Return when the device was at this share of the leg, and where."""
    at_us = last.fixed_at_us + round((fix.fixed_at_us - last.fixed_at_us) * share)
    return at_us, between(last.latitude, last.longitude, fix.latitude, fix.longitude, share=share)


def _leads_on(visit: FenceVisit, fix: Fix, hysteresis: Hysteresis) -> bool:
    """Whether it went through and on: not back to where it came from, nor hours later."""
    assert visit.turn_us is not None
    if fix.fixed_at_us - visit.turn_us > _us(hysteresis.leg_s):
        return False
    here = (fix.latitude, fix.longitude)
    turn = (visit.turn_latitude, visit.turn_longitude)
    before = (visit.latitude, visit.longitude)
    way_m = distance_m(*before, *turn) + distance_m(*turn, *here)
    return distance_m(*before, *here) >= _LEADS_ON * way_m


def _passed(each: Fence, visit: FenceVisit, fix: Fix) -> list[Happening]:
    """Return coming and going for a way through with a single fix inside."""
    assert visit.turn_us is not None
    at_us, turn, here = (
        fix.fixed_at_us,
        (visit.turn_latitude, visit.turn_longitude),
        (fix.latitude, fix.longitude),
    )
    return [
        *_event(each, "enter", visit.turn_us, decided_us=at_us, place=turn, crossed=True),
        *_event(each, "exit", at_us, decided_us=at_us, place=here, crossed=True),
    ]


def _surely_in(each: Fence, fix: Fix, away_m: float, hysteresis: Hysteresis) -> bool:
    return away_m + min(_error_m(fix, hysteresis), each.sure_m) <= 0.0


def _surely_out(fix: Fix, away_m: float, hysteresis: Hysteresis) -> bool:
    return away_m > 0.0 and away_m >= _error_m(fix, hysteresis) + hysteresis.exit_margin_m


def _error_m(fix: Fix, hysteresis: Hysteresis) -> float:
    if not hysteresis.accuracy_counts:
        return 0.0
    return _SURE * (hysteresis.usual_accuracy_m if fix.accuracy_m is None else fix.accuracy_m)


def _event(
    each: Fence,
    kind: FenceEventKind,
    at_us: int,
    *,
    decided_us: int,
    place: tuple[float, float],
    crossed: bool = False,
) -> tuple[Happening, ...]:
    """Return the event, or nothing while the fence is off at that time of the week."""
    if not each.week.holds(at_us):
        return ()
    said = FenceEvent(
        geofence_id=each.id,
        kind=kind,
        at_us=at_us,
        decided_us=decided_us,
        latitude=place[0],
        longitude=place[1],
        crossed=crossed,
    )
    return ((each, said),)


def _us(seconds: float) -> int:
    return int(seconds * 1e6)
