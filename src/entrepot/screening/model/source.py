"""Lists that are refreshed from where the operator says."""

from typing import Literal

import msgspec

from entrepot.core.time import Moment


class PartySource(msgspec.Struct, frozen=True, kw_only=True):
    """A list that the operator configured, and what became of the last look. `good_at` is the last look that
    went well; `stale` says that this is two days ago or more. `added`, `changed` and `removed` are those of
    the last version that it brought.
    """

    list: str
    outcome: Literal["never", "unchanged", "imported", "failed"]
    error: str
    checked_at: Moment | None
    good_at: Moment | None
    stale: bool
    version: int
    added: int
    changed: int
    removed: int
