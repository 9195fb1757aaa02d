"""Names of places: the organisation's own first, then by the nearest town."""

from collections.abc import Sequence

from entrepot.core.gazetteer import in_words, near
from entrepot.tracking.functions.fence_index import Fence, FenceIndex

Spot = tuple[float, float]  # latitude, longitude


def names(spots: Sequence[Spot | None], *, device_id: str, index: FenceIndex) -> list[str]:
    """Return a name for each spot: that of the smallest geofence there now that counts for the device, or
    `3 km north of Lyon, FR`; empty if there is neither, or no spot.
    """
    known = [(number, spot) for number, spot in enumerate(spots) if spot is not None]
    touched = index.touched([(*spot, *spot) for _, spot in known])
    found = [""] * len(spots)
    for at, (number, spot) in enumerate(known):
        fences = [index.fences[each] for each, (away_m, _) in touched.get(at, {}).items() if away_m <= 0.0]
        own = [each for each in fences if each.until_us is None and each.watches(device_id)]
        found[number] = min(own, key=_size).name if own else in_words(near(*spot))
    return found


def _size(fence: Fence) -> float:
    """Return how much its boxes cover, in square degrees: only to be compared at one place."""
    return sum(
        (east - west) * (north - south) for shape in fence.shapes for west, south, east, north in shape.boxes
    )
