"""Facts: what a context found out about a thing of its own, and that may be worth an alert. A context says in
its table which of its events are facts (`observes`), and which of them say that one was wrong (`denies`);
`alert` hears them all and knows none of those contexts.
"""

from datetime import datetime

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened to a thing at `occurred_at`, by the clock of whoever saw it.

    id           no other fact's in the whole house, such as a UUID made from what happened; the same
                 whenever the same is found again, and then what differs is corrected
    kind         one word, such as `enter`; `alert.<kind>` is what people are told
    subject      the id of what it is about, such as a device; `name` is what people call it
    place        the id of where, such as a geofence; `place_name` is what people call it
    value        in the unit of the kind
    ends         kinds that no longer hold at this place: who enters is not away any more
    late         found only from data that came late, or long after it happened
    corrects     the id of a fact that this one replaces
    only_for     the one person who may be told
    """

    id: str
    kind: str
    organisation: str
    subject: str
    occurred_at: datetime
    name: str = ""
    place: str = ""
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    value: float | None = None
    ends: tuple[str, ...] = ()
    late: bool = False
    simulated: bool = False
    corrects: str = ""
    only_for: str = ""


class Denial(msgspec.Struct, frozen=True):
    """A fact that turned out to be wrong, by its `id`."""

    id: str
    organisation: str
