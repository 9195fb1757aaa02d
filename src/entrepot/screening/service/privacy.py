"""What this context holds about a person: exported and forgotten when the user context asks."""

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.screening.repository import decision as decisions_of
from entrepot.screening.repository import party_list as lists_of
from entrepot.screening.repository import screening as screenings_of


class ScreeningPersonalData(msgspec.Struct, frozen=True, kw_only=True):
    """What the person did here: never whom they screened, which is their organisation's."""

    screenings: list[dict[str, object]]


async def export(tx: Reading, person: str) -> ScreeningPersonalData:
    """Return what is held about the person."""
    return ScreeningPersonalData(
        screenings=[
            *({"did": "screened", "id": id, "at": at} for id, at in await screenings_of.made_by(tx, person)),
            *(
                {"did": "decided", "id": id, "verdict": verdict, "at": at}
                for id, verdict, at in await decisions_of.made_by(tx, person)
            ),
        ]
    )


async def erase(tx: Transaction, person: str) -> None:
    """Forget who made screenings and decisions; these stay with the organisation."""
    await screenings_of.make_nobodys(tx, person)
    await decisions_of.make_nobodys(tx, person)
    await lists_of.make_nobodys(tx, person)
