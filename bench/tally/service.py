"""What the tally context does."""

from bench.position.events import PositionReported
from entrepot.core.ports import Transaction


async def on_position_reported(tx: Transaction, event: PositionReported) -> None:
    await tx.execute(
        "INSERT INTO effect (id, times) VALUES (?, 1)"
        " ON CONFLICT (id) DO UPDATE SET times = effect.times + 1",
        event.id,
    )
