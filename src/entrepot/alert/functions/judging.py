"""Whether a fact becomes an alert: by its rule and the facts around it, in the order of their own time, so
that late facts count as punctual ones do. Only what was told stays told, if another was too near.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from entrepot.alert.model.alert import Alert, AlertVerdict
from entrepot.alert.model.rule import AlertRule

_TOLD, _UNTOLD = AlertVerdict("told"), AlertVerdict("untold")


class AlertChange(msgspec.Struct, frozen=True):
    """What may make others be judged otherwise: a fact was `heard` (or taken back), or its alert `fell`, in
    which others were counted.
    """

    alert: Alert
    heard: bool = False
    fell: bool = False


def concerns(change: AlertChange, alert: Alert, rule: AlertRule) -> bool:
    """Whether an alert of this rule must be judged again. Of a device that comes and goes a thousand times a
    day, a new fact concerns few others.
    """
    other = change.alert
    after_us, apart_us = other.occurred_at_us - alert.occurred_at_us, _apart_us(other, alert)
    if change.heard and _ends(other, alert) and 0 < after_us <= _us(rule.holds_for_s):
        return True
    if change.heard and other.fact.kind == rule.confirmed_by and apart_us <= _us(rule.confirmed_within_s):
        return True
    return change.fell and alert.counted_in == other.fact.id


def within_reach(around: Sequence[Alert], alert: Alert, rule: AlertRule) -> Sequence[Alert]:
    """Those of `around`, which is in the order of time, that the rule looks at."""
    longest_s = max(
        rule.holds_for_s, rule.confirmed_within_s if rule.confirmed_by else 0.0, rule.again_after_s
    )
    at_us, reach_us = alert.occurred_at_us, _us(longest_s)
    begin = bisect_left(around, at_us - reach_us, key=_at_us)
    return around[begin : bisect_right(around, at_us + reach_us, key=_at_us)]


def judge(alert: Alert, around: Sequence[Alert], rule: AlertRule, *, now_us: int) -> AlertVerdict:
    """Decide what a fact becomes. `around` are the facts about the same subject that nobody took back, by
    time, this
    one among them."""
    others = [each for each in around if each.fact.id != alert.fact.id]
    if not rule.tells:
        return _UNTOLD
    if (missing := _held(alert, others, rule, now_us)) or (
        missing := _confirmed(alert, others, rule, now_us)
    ):
        return missing
    if alert.stands or not (counts_in := _told_already(alert, others, rule)):
        return _TOLD
    return AlertVerdict("counted", counted_in=counts_in)


def _held(alert: Alert, others: Iterable[Alert], rule: AlertRule, now_us: int) -> AlertVerdict | None:
    if not rule.holds_for_s:
        return None
    until_us = alert.occurred_at_us + _us(rule.holds_for_s)
    if any(_ends(each, alert) and alert.occurred_at_us < each.occurred_at_us <= until_us for each in others):
        return _UNTOLD
    return AlertVerdict("waiting", until_us) if now_us < until_us else None


def _ends(other: Alert, alert: Alert) -> bool:
    return alert.fact.kind in other.fact.ends and other.fact.place == alert.fact.place


def _confirmed(alert: Alert, others: Iterable[Alert], rule: AlertRule, now_us: int) -> AlertVerdict | None:
    if not rule.confirmed_by:
        return None
    within_us = _us(rule.confirmed_within_s)
    if any(each.fact.kind == rule.confirmed_by and _apart_us(each, alert) <= within_us for each in others):
        return None
    until_us = alert.occurred_at_us + within_us
    return AlertVerdict("waiting", until_us) if now_us < until_us else _UNTOLD


def _told_already(alert: Alert, others: Iterable[Alert], rule: AlertRule) -> str:
    """Return the nearest alert of the same kind that is near enough."""
    near = [
        (_apart_us(each, alert), each.fact.id)
        for each in others
        if each.stands and each.fact.kind == alert.fact.kind
    ]
    apart_us, id = min(near, default=(_us(rule.again_after_s), ""))
    return id if apart_us < _us(rule.again_after_s) else ""


def _at_us(alert: Alert) -> int:
    return alert.occurred_at_us


def _apart_us(one: Alert, other: Alert) -> int:
    return abs(one.occurred_at_us - other.occurred_at_us)


def _us(seconds: float) -> int:
    return int(seconds * 1e6)
