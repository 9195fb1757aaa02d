"""The program's contexts put together, and what the house asks of one of them in a test."""

from typing import Any

import msgspec

from entrepot import wiring
from entrepot.core.events import decode, placed
from entrepot.core.ports import Database, Reading, Row
from entrepot.core.sealing import Sealing
from entrepot.core.supplies import Supplies
from entrepot.node.assembly import assemble
from entrepot.user.events import PersonErased, PersonExportRequested

ASSEMBLY = assemble(wiring.CONTEXTS)
KINDS, ROLES = ASSEMBLY.kinds, ASSEMBLY.roles


def supplies(*things: Any) -> Supplies:
    """With these, and what all contexts say together."""
    given = Supplies()
    given.give(Supplies, given)
    for each in (KINDS, ROLES, ASSEMBLY.holders, ASSEMBLY.files, *things):
        given.give(type(each), each)
    return given


async def exported(
    database: Database, context: str, sealing: Sealing, person: str = "ann", *things: Any
) -> Any:
    """What the context tells of a person, opened."""
    key, wrapped = await sealing.make("export-1")
    asked = PersonExportRequested(person_id=person, export_id="export-1", wrapped=wrapped)
    await _hear(database, context, asked, supplies(sealing, *things))
    wanted = f"{context}.person_data_told"
    [data] = [each.data for each in await _said(database) if each.type == wanted][-1:]
    told = msgspec.json.decode(data, type=_Told)
    assert told.export_id == "export-1"
    return msgspec.json.decode(key.open(told.sealed, f"export.{context}"))


async def erase(database: Database, context: str, person: str = "ann", *things: Any) -> None:
    await _hear(database, context, PersonErased(person_id=person), supplies(*things))


class _Told(msgspec.Struct):
    export_id: str
    sealed: bytes


async def _hear(database: Database, context: str, event: Any, given: Supplies) -> None:
    [assembled] = [each for each in ASSEMBLY if each.name == context]
    for kind, handler in assembled.hears[placed("user")]:
        if kind is type(event):
            hear = given.fill(handler, own=2)
            await database.write(lambda tx, hear=hear: hear(tx, event))


async def _said(database: Database) -> list[Any]:
    async def look(tx: Reading) -> list[Row]:
        key = "sequence" if tx.dialect == "sqlite" else "id"
        return list(await tx.fetch(f"SELECT body FROM outbox ORDER BY {key}"))

    return [decode(bytes(row[0])) for row in await database.read(look)]
