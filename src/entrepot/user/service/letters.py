"""Letters leave as sealed events; the common context sends them."""

from datetime import timedelta

from entrepot.common.events import LetterWanted
from entrepot.core.ids import new_id
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import LetterRefused, LetterWritten
from entrepot.user.model.letter import Letter
from entrepot.user.repository import person
from entrepot.user.service import vault


async def compose(sealing: Sealing, *, to: str, letter: Letter, lasts: timedelta) -> LetterWritten:
    """Return a letter under a key of its own: whoever sends it needs nobody's data key."""
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


async def on_letter_wanted(tx: Transaction, event: LetterWanted, *, sealing: Sealing) -> None:
    """Put the person's confirmed address on a letter that another context wrote; whoever is suspended learns
    nothing more of their organisations.
    """
    found = await person.by_id(tx, event.person_id)
    if found is None or found.suspended_at is not None:
        tx.emit(LetterRefused(letter_id=event.letter_id))
        return
    address = (await vault.key_of(tx, sealing, found.id)).open(found.email, "person.email")
    key = await sealing.key(event.letter_id, event.wrapped)
    tx.emit(
        LetterWritten(
            letter_id=event.letter_id,
            wrapped=event.wrapped,
            to=key.seal(address, "letter.to"),
            subject=event.subject,
            text=event.text,
            expires_at=event.expires_at,
        )
    )
