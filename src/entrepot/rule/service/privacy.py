"""What is held about a person here, told and forgotten when the user context asks."""

import msgspec

from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.rule.events import RuleDataTold
from entrepot.rule.model.check import CheckRow
from entrepot.rule.model.life import StepView
from entrepot.rule.model.tick import OwnTick
from entrepot.rule.repository import check as checks_of
from entrepot.rule.repository import hs as tables_of
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository import party as parties_of
from entrepot.rule.repository import screening as screenings_of
from entrepot.rule.repository import tick as ticks_of
from entrepot.user.events import PersonErased, PersonExportRequested


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Checks that the person made, what they ticked off, steps that they took with packs, and what they did
    with screenings.
    """

    checks: list[CheckRow]
    ticks: list[OwnTick]
    steps: list[StepView]
    screenings: list[dict[str, object]]


async def on_person_export_requested(
    tx: Transaction, event: PersonExportRequested, *, sealing: Sealing
) -> None:
    """Tell what is held about the person."""
    held = Held(
        checks=list(await checks_of.of_person(tx, event.person_id)),
        ticks=await ticks_of.of_person(tx, event.person_id),
        steps=await packs.steps_of(tx, event.person_id),
        screenings=await screenings_of.of_person(tx, event.person_id),
    )
    key = await sealing.key(event.export_id, event.wrapped)
    text = msgspec.json.encode(held).decode()
    tx.emit(RuleDataTold(export_id=event.export_id, sealed=key.seal(text, "export.rule")))


async def on_person_erased(tx: Transaction, event: PersonErased) -> None:
    """Checks, ticks, steps and screenings stay with the organisation; whose they were is forgotten."""
    await checks_of.make_nobodys(tx, event.person_id)
    await ticks_of.make_nobodys(tx, event.person_id)
    await packs.make_nobodys(tx, event.person_id)
    await screenings_of.make_nobodys(tx, event.person_id)
    await parties_of.make_nobodys(tx, event.person_id)
    await tables_of.make_nobodys(tx, event.person_id)
