"""Notices: what the house says to people and programs, whichever event it came from."""

from datetime import datetime

import msgspec

from entrepot.core.notices import Severity


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth a notice. `key` is the same whenever the same thing is said again; `subject` is what
    it is about (the id of a device or a screening, a pack's name) and `place` where (a geofence's id).
    `facts` fill templates and webhooks.
    """

    id: str
    key: str
    organisation: str
    kind: str
    severity: Severity
    subject: str
    place: str
    occurred_at: datetime
    facts: dict[str, str | float | bool | None]
    late: bool = False
    simulated: bool = False
    withdrawn_at: datetime | None = None
