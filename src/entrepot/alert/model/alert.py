"""A fact as this context keeps it, whether it became an alert or not."""

from typing import Literal

import msgspec

from entrepot.core.errors import Conflict
from entrepot.core.facts import Fact

# told     it became an alert; it may have been withdrawn since
# waiting  it may become one at `due_at_us`, or when another fact confirms it
# counted  it came again too soon, and counts in another alert (`counted_in`)
# untold   the rule does not want it, or what the rule asks for did not come true
AlertStatus = Literal["told", "waiting", "counted", "untold"]


class FactIdTaken(Conflict):
    """A fact has the id of another one, about something else."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` is the rule that counted when the fact was heard, packed. `denied`: whoever said the fact took
    it back.
    """

    fact: Fact
    occurred_at_us: int
    rule: str
    status: AlertStatus = "untold"
    due_at_us: int | None = None
    counted_in: str = ""
    denied: bool = False
    raised_at_us: int = 0
    withdrawn_at_us: int | None = None

    @property
    def stands(self) -> bool:
        """Whether people are told of it."""
        return self.status == "told" and self.withdrawn_at_us is None


class AlertVerdict(msgspec.Struct, frozen=True):
    """What a fact is to become, by its rule and the facts around it."""

    status: AlertStatus
    due_at_us: int | None = None
    counted_in: str = ""
