"""Notices a twin: another database under our name in our deployment, as a copied data folder has. Both logs
would give the same numbers to different events, and readers would take the one's for the other's.

Who starts writes a word into its database and asks on the bus whether whoever is at work has it too: only a
process on the same database has.
"""

from collections.abc import AsyncIterator
from typing import ClassVar

import structlog

from entrepot.core.errors import Conflict, Error, Unavailable
from entrepot.core.events import placed
from entrepot.core.ids import new_id
from entrepot.core.ports import Bus, Message, Reading, Subscription, Transaction
from entrepot.core.time import now, to_us
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.mailbox.wire import twins_of

log = structlog.get_logger()

_ANSWER_S = 2.0
_KEPT_US = 3_600_000_000  # a word whose process died
_SAME, _OTHER = b"same", b"other"


class Twin(Conflict):
    """Somebody is at work with another database of the same name."""

    fields: ClassVar[tuple[str, ...]] = ("context",)

    def __init__(self, context: str) -> None:
        super().__init__(
            f"Another database of {context} is at work in this deployment, on the same NATS. One of the two"
            " is a copy. Stop the other, or let the copy run on a NATS of its own."
        )
        self.context = context


async def refuse_twin(database: Migratable, bus: Bus, *, context: str) -> None:
    """Before this process answers or says anything. Raises: Twin."""
    word = new_id()
    await database.exclusively(lambda tx: _leave(tx, word))
    try:
        answer = await bus.request(twins_of(placed(context)), word.encode(), timeout_s=_ANSWER_S)
    except Unavailable:
        return  # nobody is at work
    finally:
        await database.exclusively(lambda tx: _take_back(tx, word))
    if answer.data == _OTHER:
        log.error("deployment.twin", context=context)
        raise Twin(context)


async def answer_twins(database: Migratable, bus: Bus, *, context: str) -> Subscription:
    """Tell whoever starts whether it has our database."""

    async def answer(message: Message) -> AsyncIterator[Message]:
        word = message.data.decode(errors="replace")
        try:
            same = await database.read(lambda tx: _has(tx, word))
        except Error as error:
            yield Message(message.subject, b"", {"error": type(error).__name__})
        else:
            yield Message(message.subject, _SAME if same else _OTHER)

    return await bus.answer(twins_of(placed(context)), answer)


async def _leave(tx: Transaction, word: str) -> None:
    at_us = to_us(now())
    await tx.execute("DELETE FROM twin_word WHERE left_at_us < ? OR left_at_us > ?", at_us - _KEPT_US, at_us)
    await tx.execute("INSERT INTO twin_word (word, left_at_us) VALUES (?, ?)", word, at_us)


async def _take_back(tx: Transaction, word: str) -> None:
    await tx.execute("DELETE FROM twin_word WHERE word = ?", word)


async def _has(tx: Reading, word: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM twin_word WHERE word = ?", word) is not None
