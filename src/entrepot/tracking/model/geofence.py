"""A geofence: a shape on the map, when it counts, for whom, and what it says."""

from typing import Any, Literal

import msgspec

from entrepot.tracking.model.device import Window

FenceEventKind = Literal["inside", "enter", "exit", "dwell"]


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody drew; stored as JSON in `geofence.definition`.

    `geometry` is GeoJSON: a Point with `radius_m`, a Polygon or MultiPolygon, or a LineString with
    `width_m` (the whole width of the corridor). Without `active` windows it counts always; without
    `devices` it counts for all of the organisation. `alerts` names which of enter and exit raise an
    alert; `dwell_s` and `speed_limit_mps` raise theirs when they are set.
    """

    geometry: dict[str, Any]
    radius_m: float | None = None
    width_m: float | None = None
    colour: str = ""
    active: tuple[Window, ...] = ()
    timezone: str = "UTC"
    devices: frozenset[str] = frozenset()
    alerts: frozenset[Literal["enter", "exit"]] = frozenset({"enter", "exit"})
    dwell_s: float | None = None
    speed_limit_mps: float | None = None


class FenceRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A geofence as it was from `from_us` until `until_us` (event time). A new fence begins at 0, but
    sees only fixes received at or after `seen_from_us`; later revisions have 0 there.
    """

    id: str
    name: str
    definition: Definition
    revision: int = 1
    from_us: int = 0
    until_us: int | None = None
    seen_from_us: int = 0


class Hysteresis(msgspec.Struct, frozen=True, kw_only=True):
    """How sure one must be that a device crossed a border.

    A fix whose error circle straddles the border changes nothing (`accuracy_counts`; without a stated
    accuracy `usual_accuracy_m`); out is `exit_margin_m` beyond it. A change counts after `confirm_fixes`
    fixes that agree, with none between them on the other side of the border, or after `confirm_s` of
    silence. A leg of at most `leg_s` that jumps over a fence counts as a visit. The naive way, for
    comparison, is `NAIVE`. 10 m is what phones err under open sky (gps.gov: 4.9 m) and some trees.
    """

    accuracy_counts: bool = True
    usual_accuracy_m: float = 10.0
    exit_margin_m: float = 15.0
    confirm_fixes: int = 2
    confirm_s: float = 60.0
    leg_s: float = 300.0


NAIVE = Hysteresis(accuracy_counts=False, exit_margin_m=0.0, confirm_fixes=1, confirm_s=0.0)


class FenceEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A device came into a fence, left it, stayed, or was seen inside from the first (`inside`).

    `crossed` marks a visit that lies between two fixes or holds only one, with times between them.
    """

    geofence_id: str
    kind: FenceEventKind
    at_us: int
    decided_us: int
    latitude: float
    longitude: float
    crossed: bool = False
