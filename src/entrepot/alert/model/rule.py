"""Rules: which facts become alerts, and when. Without a rule, every fact becomes one at once."""

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.routes import Cursor, Input

# The word after `alert.` in a kind of notices.
KindWord = Annotated[str, Meta(max_length=58, pattern=r"^[a-z][a-z_]*$")]
KindWordOrAll = Annotated[str, Meta(max_length=58, pattern=r"^(\*|[a-z][a-z_]*)$")]
SubjectId = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9._:@/-]*$")]
LONGEST_S = 86_400.0
WaitSeconds = Annotated[float, Meta(ge=0.0, le=LONGEST_S)]
ALL = "*"


class AlertRuleNotFound(NotFound):
    """The organisation has no such rule."""


class TooManyAlertRules(Conflict):
    """The organisation has as many rules as it may."""


class AlertRule(Input, frozen=True, kw_only=True):
    """What an organisation wants to be told of facts of one `kind` (`*`: of all) about one `device` (or
    another thing, by its id; empty: about all). The closest rule counts: that for both, for the device, for
    the kind, for all. It counts for facts that are heard from then on.

    `tells` false: nothing becomes an alert. A fact must hold for `holds_for_s`: it is no alert if meanwhile
    another ends it, as leaving ends being inside. It must be `confirmed_by` a fact of another kind about the
    same thing, at most `confirmed_within_s` before or after it. And within `again_after_s` of an alert of the
    same kind about the same thing it only counts there (`repeats`).
    """

    kind: KindWordOrAll = ALL
    device: SubjectId = ""
    tells: bool = True
    holds_for_s: WaitSeconds = 0.0
    confirmed_by: Annotated[str, Meta(max_length=58, pattern=r"^([a-z][a-z_]*)?$")] = ""
    confirmed_within_s: WaitSeconds = 600.0
    again_after_s: WaitSeconds = 0.0


class AlertRuleKey(Input, frozen=True, kw_only=True):
    """Which rule."""

    kind: KindWordOrAll = ALL
    device: SubjectId = ""


class AlertRuleQuery(Cursor, frozen=True, kw_only=True):
    """Which rules: all of the organisation, by kind and device."""


TELL_AT_ONCE = AlertRule()


def pack(rule: AlertRule) -> str:
    """Return the rule as an alert keeps it: empty, if it changes nothing."""
    bare = msgspec.structs.replace(rule, kind=ALL, device="")
    return "" if bare == TELL_AT_ONCE else msgspec.json.encode(bare).decode()


@cache
def unpack(packed: str) -> AlertRule:
    return msgspec.json.decode(packed, type=AlertRule) if packed else TELL_AT_ONCE
