"""Geofences ready to be asked, kept between batches: making 10,000 of them ready takes a second."""

from collections import OrderedDict
from collections.abc import Sequence

import structlog

from entrepot.core.ports import Reading
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.geofence import FenceRevision
from entrepot.tracking.repository import derivation

log = structlog.get_logger()

_MOST = 64

# By organisation: what its fences were, and their index.
_indexes: OrderedDict[str, tuple[tuple[object, ...], FenceIndex]] = OrderedDict()


async def fence_index(tx: Reading, organisation: str) -> FenceIndex:
    """The organisation's fences; when one changed, only what is new is made ready."""
    stamp = await derivation.fence_stamp(tx, organisation)
    known = _indexes.get(organisation)
    if known is None or known[0] != stamp:
        index = await _renewed(tx, organisation, known)
        _indexes[organisation] = (stamp, index)
        while len(_indexes) > _MOST:
            _indexes.popitem(last=False)
    _indexes.move_to_end(organisation)
    return _indexes[organisation][1]


async def _renewed(
    tx: Reading, organisation: str, known: tuple[tuple[object, ...], FenceIndex] | None
) -> FenceIndex:
    newest_us, fences = (known[0][-1], known[1].fences) if known is not None else (None, [])
    revisions = await derivation.fence_revisions(tx, organisation)
    ready = {(each.id, each.revision): each for each in fences}
    since_us = newest_us if isinstance(newest_us, int) else 0
    ready |= _usable(await derivation.fences(tx, organisation, since_us=since_us))
    if since_us and any((id, number) not in ready for id, number, _ in revisions):  # a clock went back
        ready |= _usable(await derivation.fences(tx, organisation, since_us=0))
    return FenceIndex(
        ready[id, number].until(until_us) for id, number, until_us in revisions if (id, number) in ready
    )


def _usable(revisions: Sequence[FenceRevision]) -> dict[tuple[str, int], Fence]:
    usable = {}
    for revision in revisions:
        try:
            usable[revision.id, revision.revision] = Fence(revision)
        except Exception:  # a door: one fence that was stored broken must not blind the others
            log.exception("geofence.unusable", geofence=revision.id)
    return usable
