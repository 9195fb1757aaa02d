"""What this context holds about a person: exported and forgotten when the user context asks."""

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.rule.model.check import CheckRow
from entrepot.rule.model.life import StepView
from entrepot.rule.model.tick import OwnTick
from entrepot.rule.repository import check as checks_of
from entrepot.rule.repository import hs as tables_of
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository import tick as ticks_of


class RulePersonalData(msgspec.Struct, frozen=True, kw_only=True):
    """Checks that the person made, what they ticked off, and steps that they took with packs."""

    checks: list[CheckRow]
    ticks: list[OwnTick]
    steps: list[StepView]


async def export(tx: Reading, person: str) -> RulePersonalData:
    """Return what is held about the person."""
    return RulePersonalData(
        checks=list(await checks_of.of_person(tx, person)),
        ticks=await ticks_of.of_person(tx, person),
        steps=await packs.steps_of(tx, person),
    )


async def erase(tx: Transaction, person: str) -> None:
    """Checks, ticks and steps stay with the organisation; whose they were is forgotten."""
    await checks_of.make_nobodys(tx, person)
    await ticks_of.make_nobodys(tx, person)
    await packs.make_nobodys(tx, person)
    await tables_of.make_nobodys(tx, person)
