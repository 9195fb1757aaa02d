"""Asks for letters to people, and sends letters. The mailbox tries again what fails, and keeps it at last
among the dead letters, sealed as it came.
"""

from datetime import datetime

import structlog

from entrepot.common.events import LetterWanted
from entrepot.common.model.letter import KEPT_FOR, LASTS, FolderLetter, MailFolder, NotSent
from entrepot.common.model.outcome import Outcomes
from entrepot.common.model.template import RenderedNotice
from entrepot.common.repository import delivery
from entrepot.common.repository import letter as letters_of
from entrepot.core.errors import Unavailable
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Mail, Post, Reading, Transaction
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import LetterRefused, LetterWritten

log = structlog.get_logger()


async def want(
    tx: Transaction, written: RenderedNotice, *, person: str, at: datetime, sealing: Sealing
) -> str:
    """Ask for a letter to a person. Return its id. The user context adds the address."""
    id = new_id()
    key, wrapped = await sealing.make(id)
    tx.emit(
        LetterWanted(
            letter_id=id,
            person_id=person,
            wrapped=wrapped,
            subject=key.seal(written.subject, "letter.subject"),
            text=key.seal(written.text, "letter.text"),
            expires_at=at + LASTS,
        )
    )
    return id


async def on_letter_written(
    tx: Transaction, event: LetterWritten, *, post: Post, sealing: Sealing, house: House, outcomes: Outcomes
) -> None:
    """Send a letter, unless that was done already, or it would come too late."""
    if await letters_of.was_sent(tx, event.letter_id):
        return
    if event.expires_at < now():
        log.warning("letter.too_late", letter=event.letter_id)
        await delivery.letter_done(tx, event.letter_id, status="dead", at=now(), error="It came too late.")
        outcomes.letter("dead")
        return
    key = await sealing.key(event.letter_id, event.wrapped)
    mail = Mail(
        to=key.open(event.to, "letter.to"),
        subject=key.open(event.subject, "letter.subject"),
        text=key.open(event.text, "letter.text"),
    )
    await letters_of.record(tx, event.letter_id, at=now())
    await delivery.letter_done(tx, event.letter_id, status="delivered", at=now())
    try:
        await post.send(mail, sender=house.sender)
    except Unavailable as error:
        outcomes.letter("failed")
        # Unavailable would hold up every other letter until the post works again.
        raise NotSent(str(error)) from error
    outcomes.letter("delivered")


async def on_letter_refused(tx: Transaction, event: LetterRefused, *, outcomes: Outcomes) -> None:
    outcomes.letter("dead")
    await delivery.letter_done(tx, event.letter_id, status="dead", at=now(), error="There is no address.")


async def mail(tx: Reading, who: Principal, *, query: Cursor, folder: MailFolder) -> Page[FolderLetter]:
    """The letters of a development node, the newest first; a node with a mail server keeps none."""
    letters = sorted(await folder.letters(), key=lambda letter: letter.name, reverse=True)
    found = [each for each in letters if query.cursor is None or each.name < query.cursor]
    items = [
        FolderLetter(id=each.name, to=each.mail.to, subject=each.mail.subject, text=each.mail.text)
        for each in found[: query.limit]
    ]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def tidy(tx: Transaction) -> None:
    await letters_of.forget(tx, before=now() - KEPT_FOR)
    await delivery.overdue_letters(tx, at=now())
