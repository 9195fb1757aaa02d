"""What the position context does."""

from bench.position import repository
from bench.position.events import PositionReported
from bench.position.model import Position, PositionNotFound, Recorded
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal


async def record(tx: Transaction, who: Principal, *, position: Position) -> Recorded:
    """Store a position."""
    await repository.add(tx, position)
    return Recorded(position.id)


async def report(tx: Transaction, who: Principal, *, position: Position) -> Recorded:
    """Store a report, and tell whoever wants to hear."""
    await repository.add_report(tx, position)
    tx.emit(PositionReported(id=position.id, device=position.device))
    return Recorded(position.id)


async def read(tx: Reading, who: Principal, *, id: str) -> Position:
    """One position."""
    found = await repository.position(tx, id)
    if found is None:
        raise PositionNotFound("There is no such position.")
    return found
