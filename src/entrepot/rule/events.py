"""What the rule context says."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class CheckCompleted(Event, frozen=True, kw_only=True):
    """A check was answered and kept. The same `pack` and `input_hash` give the same answer."""

    TYPE: ClassVar[str] = "rule.check_completed"
    KEY: ClassVar[str] = "check_id"
    check_id: str
    organisation: str
    verdict: str
    hs_code: str
    origin: str
    destination: str
    pack: str
    input_hash: str


class PackSubmitted(Event, frozen=True, kw_only=True):
    """A version waits for somebody who did not write it to approve it."""

    TYPE: ClassVar[str] = "rule.pack_submitted"
    KEY: ClassVar[str] = "name"
    name: str
    pack_id: str
    version: int
    submitted_at: Moment


class PackActivated(Event, frozen=True, kw_only=True):
    """From now on, checks are answered with this version too. `pack_set` names all that are active."""

    TYPE: ClassVar[str] = "rule.pack_activated"
    KEY: ClassVar[str] = "name"
    name: str
    pack_id: str
    version: int
    hash: str
    pack_set: str
    rolled_back: bool = False


class FactsStale(Event, frozen=True, kw_only=True):
    """Facts of an active pack that nobody has checked for longer than it allows."""

    TYPE: ClassVar[str] = "rule.facts_stale"
    KEY: ClassVar[str] = "name"
    name: str
    count: int
    oldest: str
    looked_at: Moment | None = None
