"""An organisation's own words."""

from collections.abc import Mapping

from entrepot.common.model.template import Template
from entrepot.core.ports import Reading, Transaction


async def find(tx: Reading, kind: str, *, organisation: str) -> Template | None:
    row = await tx.fetch_one(
        "SELECT subject, text FROM template WHERE organisation = ? AND kind = ?", organisation, kind
    )
    return None if row is None else Template(subject=row[0], text=row[1])


async def all_of(tx: Reading, organisation: str) -> Mapping[str, Template]:
    rows = await tx.fetch("SELECT kind, subject, text FROM template WHERE organisation = ?", organisation)
    return {kind: Template(subject=subject, text=text) for kind, subject, text in rows}


async def save(tx: Transaction, kind: str, *, organisation: str, template: Template) -> None:
    await tx.execute(
        "INSERT INTO template (organisation, kind, subject, text) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (organisation, kind) DO UPDATE SET subject = excluded.subject, text = excluded.text",
        organisation, kind, template.subject, template.text,
    )  # fmt: skip


async def remove(tx: Transaction, kind: str, *, organisation: str) -> None:
    await tx.execute("DELETE FROM template WHERE organisation = ? AND kind = ?", organisation, kind)
