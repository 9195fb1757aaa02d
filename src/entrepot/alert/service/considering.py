"""Facts of other contexts become alerts, as rules say. An alert has the id of its fact, so it is told once,
however often the fact is said; and a fact that was wrong takes its alert back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from entrepot.alert.events import AlertRaised, AlertWithdrawn
from entrepot.alert.functions.judging import AlertChange, concerns, judge, within_reach
from entrepot.alert.model.alert import Alert, AlertVerdict, FactIdTaken
from entrepot.alert.model.rule import LONGEST_S, TELL_AT_ONCE, pack, unpack
from entrepot.alert.repository import alert as alerts_of
from entrepot.alert.repository import rule as rules_of
from entrepot.alert.repository import subject as subjects
from entrepot.core.events import Event
from entrepot.core.facts import Denial, Fact
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import now, to_us

# Facts that a rule may connect with one are no further from it than the longest wait of a rule.
_AROUND_US = int(LONGEST_S * 1e6)
_MOST_AROUND = 2_000
_MOST_ROUNDS = 5
_DUE_AT_ONCE = 200
# In what a fact is the same whenever it is said again.
_SAME = ("organisation", "subject", "kind")
_TOLD, _TAKEN_BACK = AlertVerdict("told"), AlertVerdict("untold")


async def on_fact(
    tx: Transaction, event: Event, *, fact_of: Callable[[Any], Fact], now: Callable[[], datetime] = now
) -> None:
    """Keep a fact, and raise the alerts that follow."""
    fact, at_us = fact_of(event), to_us(now())
    subject = await subjects.find(tx, fact.subject)
    if subject is not None and subject.purged:
        return
    before = await alerts_of.find(tx, fact.id)
    alert = await _heard(tx, fact, at_us) if before is None else _again(before, fact)
    if alert.rule or alert.stands:
        await alerts_of.put(tx, alert)
    if not alert.rule:
        await _become(tx, alert, _TOLD, at_us=at_us)
    await _judge_around(tx, AlertChange(alert, heard=True), at_us=at_us)


async def on_denial(
    tx: Transaction, event: Event, *, denial_of: Callable[[Any], Denial], now: Callable[[], datetime] = now
) -> None:
    """Take back the alert of a fact that was wrong; what it kept from being told may be told now."""
    denial, at_us = denial_of(event), to_us(now())
    before = await alerts_of.find(tx, denial.id)
    if before is None or before.denied or before.fact.organisation != denial.organisation:
        return
    wrong = msgspec.structs.replace(before, denied=True, due_at_us=None)
    await _become(tx, wrong, _TAKEN_BACK, at_us=at_us)
    await _judge_around(tx, AlertChange(wrong, heard=True, fell=True), at_us=at_us)


async def look_at_waiting(database: Database, *, now: Callable[[], datetime] = now) -> None:
    """Raise the alerts of facts that held for so long; let go those that nothing confirmed."""
    at_us = to_us(now())
    waiting = await database.read(partial(_due, at_us=at_us))
    for alert in waiting:
        await database.write(partial(_look_again, id=alert.fact.id, at_us=at_us))


async def _due(tx: Reading, *, at_us: int) -> Sequence[Alert]:
    return await alerts_of.due(tx, now_us=at_us, limit=_DUE_AT_ONCE)


async def _look_again(tx: Transaction, *, id: str, at_us: int) -> None:
    alert = await alerts_of.find(tx, id)
    if alert is not None and alert.due_at_us is not None:
        await _judge_around(tx, AlertChange(alert), at_us=at_us)


async def _heard(tx: Transaction, fact: Fact, at_us: int) -> Alert:
    rule = await rules_of.closest(tx, fact.organisation, kind=fact.kind, subject=fact.subject)
    packed = pack(TELL_AT_ONCE if rule is None else rule)
    return Alert(fact=fact, occurred_at_us=to_us(fact.occurred_at), rule=packed, raised_at_us=at_us)


def _again(before: Alert, fact: Fact) -> Alert:
    """The same, as it is known now; it counts again, if it was taken back. Raises: FactIdTaken."""
    if any(getattr(before.fact, name) != getattr(fact, name) for name in _SAME):
        raise FactIdTaken(f"The fact {fact.id} is about something else.")
    return msgspec.structs.replace(before, fact=fact, denied=False)


async def _judge_around(tx: Transaction, change: AlertChange, *, at_us: int) -> None:
    """Judge the fact itself, and those near it that the change concerns, until none changes any more."""
    near = list(await alerts_of.around(tx, change.alert, apart_us=_AROUND_US, limit=_MOST_AROUND))
    changes, itself = [change], change.alert.fact.id
    for _ in range(_MOST_ROUNDS):
        found: list[AlertChange] = []
        for index, each in enumerate(near):
            rule = unpack(each.rule)
            if not each.rule or not (
                each.fact.id == itself or any(concerns(one, each, rule) for one in (*changes, *found))
            ):
                continue
            verdict = judge(each, within_reach(near, each, rule), rule, now_us=at_us)
            near[index] = await _become(tx, each, verdict, at_us=at_us)
            if each.stands and not near[index].stands:
                found.append(AlertChange(near[index], fell=True))
        if not found:
            return
        changes, itself = found, ""


async def _become(tx: Transaction, before: Alert, verdict: AlertVerdict, *, at_us: int) -> Alert:
    """Write down what a fact becomes, and say so if people are concerned. What was told stays in the list."""
    told = verdict.status == "told"
    wrong = before.stands and not told
    after = msgspec.structs.replace(
        before,
        status="told" if wrong or (before.status == "told" and not told) else verdict.status,
        due_at_us=verdict.due_at_us,
        counted_in=verdict.counted_in,
        raised_at_us=before.raised_at_us if before.stands or not told else at_us,
        withdrawn_at_us=None if told else at_us if wrong else before.withdrawn_at_us,
    )
    if after != before:
        await alerts_of.put(tx, after)
    if told and not before.stands:
        tx.emit(await _raised(tx, after.fact))
    elif wrong:
        tx.emit(_withdrawn(after.fact))
    return after


async def _raised(tx: Reading, fact: Fact) -> AlertRaised:
    subject = await subjects.find(tx, fact.subject)
    return AlertRaised(
        device_id=fact.subject,
        alert_id=fact.id,
        organisation=fact.organisation,
        kind=fact.kind,
        occurred_at=fact.occurred_at,
        device_name=fact.name,
        geofence_id=fact.place,
        geofence_name=fact.place_name,
        latitude=fact.latitude,
        longitude=fact.longitude,
        value=fact.value,
        late=fact.late,
        simulated=fact.simulated,
        only_for=fact.only_for if subject is None else subject.only_for or fact.only_for,
    )


def _withdrawn(fact: Fact) -> AlertWithdrawn:
    return AlertWithdrawn(
        device_id=fact.subject, alert_id=fact.id, organisation=fact.organisation, kind=fact.kind
    )
