"""Geofences ready to be asked, kept between batches: making 10,000 of them ready takes a second."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import structlog

from entrepot.core.ports import Reading
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.geofence import Revision
from entrepot.tracking.repository import derivation

log = structlog.get_logger()

_MOST = 64

# By organisation and what its fences were, so the same for every database in this process.
_indexes: OrderedDict[tuple[object, ...], FenceIndex] = OrderedDict()


async def fence_index(tx: Reading, organisation: str) -> FenceIndex:
    """The organisation's fences, read again when one changed."""
    key = (organisation, *await derivation.fence_stamp(tx, organisation))
    index = _indexes.get(key)
    if index is None:
        index = _indexes[key] = FenceIndex(_usable(await derivation.fences(tx, organisation)))
        while len(_indexes) > _MOST:
            _indexes.popitem(last=False)
    _indexes.move_to_end(key)
    return index


def _usable(revisions: Sequence[Revision]) -> Iterator[Fence]:
    for revision in revisions:
        try:
            yield Fence(revision)
        except Exception:  # a door: one fence that was stored broken must not blind the others
            log.exception("geofence.unusable", geofence=revision.id)
