"""Ticking off what a kept check asks. The answer itself, and its replays, never change by it."""

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.rule.model.check import CheckNotFound
from entrepot.rule.model.tick import NothingToDo, Tick, can_be_done
from entrepot.rule.repository import check as checks_of
from entrepot.rule.repository import tick as ticks_of


class _Named(msgspec.Struct, frozen=True):
    id: str
    severity: str


class _Asked(msgspec.Struct, frozen=True):
    rule: _Named


class _Answered(msgspec.Struct, frozen=True):
    """What a tick needs of a stored answer."""

    requirements: list[_Asked]


_answered = msgspec.json.Decoder(_Answered).decode


async def ticks(tx: Reading, who: Principal, *, id: str) -> Page[Tick]:
    """What is done of a check, by whoever of the organisation said so."""
    await _stored(tx, who, id)
    return Page(list(await ticks_of.of_check(tx, id)))


async def tick(tx: Transaction, who: Principal, *, id: str, rule: str) -> Page[Tick]:
    """Say that a requirement is done. Said twice, the first stays."""
    asked = _answered(await _stored(tx, who, id)).requirements
    if not any(each.rule.id == rule and can_be_done(each.rule.severity) for each in asked):
        raise NothingToDo(f"This check asks for nothing to do by the name {rule}.")
    await ticks_of.put(tx, Tick(rule=rule, by=who.id, at=now()), check_id=id)
    return Page(list(await ticks_of.of_check(tx, id)))


async def untick(tx: Transaction, who: Principal, *, id: str, rule: str) -> Page[Tick]:
    """Say that it is not done after all."""
    await _stored(tx, who, id)
    await ticks_of.remove(tx, rule, check_id=id)
    return Page(list(await ticks_of.of_check(tx, id)))


async def _stored(tx: Reading, who: Principal, id: str) -> bytes:
    """The answer. Raises: CheckNotFound."""
    if (found := await checks_of.by_id(tx, id, organisation=who.organisation)) is None:
        raise CheckNotFound("There is no such check.")
    return found.answer
