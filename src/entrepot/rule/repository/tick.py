"""Ticks of kept checks. Whose a check is, its own table says."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.rule.model.tick import OwnTick, Tick


async def of_check(tx: Reading, check_id: str) -> Sequence[Tick]:
    rows = await tx.fetch(
        "SELECT rule_id, person_id, at_us FROM tick WHERE check_id = ? ORDER BY at_us, rule_id", check_id
    )
    return [Tick(rule=rule, by=by, at=from_us(at)) for rule, by, at in rows]


async def put(tx: Transaction, tick: Tick, *, check_id: str) -> None:
    """The first that was said stays."""
    await tx.execute(
        "INSERT INTO tick (check_id, rule_id, person_id, at_us) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (check_id, rule_id) DO NOTHING",
        check_id, tick.rule, tick.by, to_us(tick.at),
    )  # fmt: skip


async def remove(tx: Transaction, rule: str, *, check_id: str) -> None:
    await tx.execute("DELETE FROM tick WHERE check_id = ? AND rule_id = ?", check_id, rule)


async def of_person(tx: Reading, person_id: str) -> list[OwnTick]:
    rows = await tx.fetch(
        "SELECT check_id, rule_id, at_us FROM tick WHERE person_id = ? ORDER BY at_us, rule_id", person_id
    )
    return [OwnTick(check=check, rule=rule, at=from_us(at)) for check, rule, at in rows]


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    """What was done stays done; who said so is forgotten."""
    await tx.execute("UPDATE tick SET person_id = '' WHERE person_id = ?", person_id)
