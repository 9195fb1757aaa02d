"""What the screening context says."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class PartyMatched(Event, frozen=True, kw_only=True):
    """A watched subject was screened again because a list changed, and its hits are others than before:
    so many appeared, changed or went. Who it is stands only in the screening.
    """

    TYPE: ClassVar[str] = "screening.party_matched"
    KEY: ClassVar[str] = "screening_id"
    FORMERLY: ClassVar[tuple[str, ...]] = ("rule.party_matched",)
    screening_id: str
    organisation: str
    state: str
    appeared: int
    changed: int
    gone: int
    screened_at: Moment | None = None
