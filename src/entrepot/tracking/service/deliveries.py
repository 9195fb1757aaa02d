"""How far a shared delivery is, from what its guests may see."""

from collections.abc import Sequence
from datetime import timedelta

from entrepot.core.ports import Reading
from entrepot.core.time import from_us, now, to_us
from entrepot.tracking.functions import arrival
from entrepot.tracking.functions.arrival import Seen
from entrepot.tracking.functions.privacy import shown_position
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.share import DeliveryProgress, Share
from entrepot.tracking.repository import history
from entrepot.tracking.repository.share import SharedOne

_LONGEST = timedelta(hours=24)  # of a way that is looked at
_MOST_PLACES = 20_000


async def delivery(tx: Reading, share: Share, shown: Sequence[SharedOne]) -> DeliveryProgress | None:
    """None when the share has no stops, or its device shows nothing now."""
    if not share.stops or len(shown) != 1:
        return None
    at_us = to_us(now())
    begin_us = max(to_us(share.begin), at_us - _LONGEST // timedelta(microseconds=1))
    [device] = shown
    rows = await history.rows(tx, device.no, TimeSpan(begin_us, at_us + 1), limit=_MOST_PLACES)
    found = (shown_position(device.privacy, history.position(row)) for row in rows)
    seen: list[Seen] = [(to_us(p.fixed_at), p.latitude, p.longitude) for p in found if p is not None]
    stops = [(each.latitude, each.longitude) for each in share.stops]
    left = stops[arrival.done(stops, seen) :]
    last = share.stops[-1].name
    if not left or not seen or at_us - seen[-1][0] > arrival.SEEN_WITHIN_US:
        return DeliveryProgress(to=last, stops_left=len(left), earliest=None, latest=None, measured=False)
    seen_us, latitude, longitude = seen[-1]
    speed = arrival.speed_mps([each for each in seen if each[0] > at_us - arrival.RECENT_US])
    unsure_m = max(share.blur_m or 0.0, device.privacy.precision_m or 0.0)
    span = arrival.span((latitude, longitude), left, speed, unsure_m=unsure_m)
    return DeliveryProgress(
        to=last,
        stops_left=len(left),
        earliest=from_us(_rounded(seen_us + span.earliest_s * 1_000_000, up=False)),
        latest=from_us(_rounded(seen_us + span.latest_s * 1_000_000, up=True)),
        measured=span.measured,
    )


def _rounded(us: int, *, up: bool) -> int:
    """To five minutes of the clock, outwards: nobody knows it to the minute."""
    grain = 300_000_000
    return (-(-us // grain) if up else us // grain) * grain
