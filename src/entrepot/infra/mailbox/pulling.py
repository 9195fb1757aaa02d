"""Answers a pull with what follows for a reader, from where its log and ours part ways."""

from entrepot.core.ports import Reading
from entrepot.infra.mailbox import wire
from entrepot.infra.mailbox.outbox import extent, rows_after
from entrepot.infra.mailbox.readers import Reader, admitted


async def answer_pull(tx: Reading, pull: wire.Pull) -> tuple[Reader, wire.EventBatch]:
    """Return the reader that asks, and its batch. What lies between `base` and `first` of the batch is gone.

    Raises: UnknownReader.
    """
    reader = await admitted(tx, pull.reader)
    log = await extent(tx)
    base = await _common(tx, pull) if pull.epoch else max(pull.after, reader.begins_after)
    first = max(base, log.pruned, reader.begins_after) + 1
    bodies = await rows_after(tx, first - 1)
    return reader, wire.batch(bodies, epoch=log.epoch, base=base, first=first, head=log.head)


async def _common(tx: Reading, pull: wire.Pull) -> int:
    """Return how far the reader heard the same log as this one: up to the base of every life since."""
    lives = await tx.fetch("SELECT epoch, base FROM outbox_epoch ORDER BY ordinal DESC")
    newest: int = lives[0][1]
    common = pull.after
    for epoch, base in lives:
        if epoch == pull.epoch:
            return common
        common = min(common, base)
    return min(pull.after, newest)
