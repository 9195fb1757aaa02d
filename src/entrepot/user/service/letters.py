"""Letters leave as sealed events; the common context sends them."""

from datetime import timedelta

from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import LetterWritten
from entrepot.user.model.letter import Letter


async def compose(sealing: Sealing, *, to: str, letter: Letter, lasts: timedelta) -> LetterWritten:
    """A letter under a key of its own: whoever sends it needs nobody's data key."""
    id = new_id()
    key, wrapped = await sealing.make(id)
    return LetterWritten(
        letter_id=id,
        wrapped=wrapped,
        to=key.seal(to, "letter.to"),
        subject=key.seal(letter.subject, "letter.subject"),
        text=key.seal(letter.text, "letter.text"),
        expires_at=now() + lasts,
    )


async def write(tx: Transaction, sealing: Sealing, *, to: str, letter: Letter, lasts: timedelta) -> None:
    tx.emit(await compose(sealing, to=to, letter=letter, lasts=lasts))
