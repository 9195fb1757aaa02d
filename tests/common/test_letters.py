"""Letters: sent once, kept for another try when the post fails, and never in the open."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.common.house import House, alert

from entrepot.common.events import LetterWanted
from entrepot.common.model.letter import NotSent
from entrepot.common.model.outcome import Outcomes
from entrepot.common.repository import delivery
from entrepot.common.service import letters as service
from entrepot.core import house as houses
from entrepot.core.errors import Forbidden
from entrepot.core.events import encode, envelop
from entrepot.core.ports import Database, Post
from entrepot.core.sealing import DataKey, Sealing
from entrepot.core.time import now
from entrepot.infra.mail.folder import FolderPost
from entrepot.infra.mail.smtp import SmtpPost
from entrepot.user.events import LetterRefused, LetterWritten
from entrepot.user.model.letter import Letter
from entrepot.user.service import letters

HOUSE = houses.House("entrepot", "http://localhost", "house@example.org")


async def written(sealing: Sealing, *, lasts: timedelta = timedelta(hours=1)) -> LetterWritten:
    letter = Letter("A word", "Between us.\n")
    return await letters.compose(sealing, to="ada@example.org", letter=letter, lasts=lasts)


async def hear(
    database: Database,
    event: LetterWritten,
    post: Post,
    sealing: Sealing,
    *,
    outcomes: Outcomes | None = None,
) -> None:
    counted = outcomes or Outcomes()
    await database.write(
        lambda tx: service.on_letter_written(
            tx, event, post=post, sealing=sealing, house=HOUSE, outcomes=counted
        )
    )


async def test_letter_is_sent_once_however_often_it_is_heard(
    database: Database, sealing: Sealing, tmp_path: Path
) -> None:
    post, event = FolderPost(tmp_path / "mail"), await written(sealing)
    for _ in range(2):
        await hear(database, event, post, sealing)
    [sent] = await post.letters()
    assert (sent.sender, sent.mail.to) == ("house@example.org", "ada@example.org")
    assert (sent.mail.subject, sent.mail.text) == ("A word", "Between us.\n")


async def test_letter_that_the_post_does_not_take_is_tried_again(
    database: Database, sealing: Sealing, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    event, outcomes = await written(sealing), Outcomes()
    with pytest.raises(NotSent):
        await hear(database, event, SmtpPost("127.0.0.1", port, tls="none"), sealing, outcomes=outcomes)
    working = FolderPost(tmp_path / "mail")
    await hear(database, event, working, sealing, outcomes=outcomes)
    assert len(await working.letters()) == 1
    counted = {each.labels: each.value for each in outcomes.samples() if each.value}
    assert counted == {("letter", "failed"): 1, ("letter", "delivered"): 1}


class Mailbox:
    """What a real mail server on loopback took."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.got.append(envelope)
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[Mailbox, SmtpPost]]:
    mailbox, loop = Mailbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    try:
        yield mailbox, SmtpPost("127.0.0.1", server.sockets[0].getsockname()[1], tls="none")
    finally:
        server.close()


def addressed(wanted: LetterWanted, key: DataKey) -> LetterWritten:
    """As the user context answers it."""
    return LetterWritten(
        letter_id=wanted.letter_id, wrapped=wanted.wrapped, to=key.seal("ada@example.org", "letter.to"),
        subject=wanted.subject, text=wanted.text, expires_at=now() + timedelta(hours=1),
    )  # fmt: skip


async def test_alert_s_letter_leaves_through_a_mail_server_and_the_record_says_so(
    house: House, database: Database, sealing: Sealing
) -> None:
    await house.join("ada", channels={"alert.enter": {"email": True}})
    await house.hear(alert())
    [wanted] = [each for each in house.said if isinstance(each, LetterWanted)]
    event = addressed(wanted, await sealing.key(wanted.letter_id, wanted.wrapped))
    [waiting] = await house.sent(channel="email")
    async with mail_server() as (mailbox, post):
        for _ in range(2):
            await hear(database, event, post, sealing)
    [envelope] = mailbox.got
    assert envelope.rcpt_tos == ["ada@example.org"]
    assert b"Subject: Van 3 entered Depot" in envelope.content
    [sent] = await house.sent(channel="email")
    assert (waiting.status, sent.status, sent.attempts) == ("waiting", "delivered", 1)


async def test_letter_to_nobody_and_letter_that_nobody_took_are_dead_in_the_record(
    house: House, database: Database
) -> None:
    await house.join("ada", "bob", channels={"alert.enter": {"email": True}})
    await house.hear(alert())
    to_ada = next(each for each in house.said if isinstance(each, LetterWanted) and each.person_id == "ada")
    refused = LetterRefused(letter_id=to_ada.letter_id)
    await database.write(lambda tx: service.on_letter_refused(tx, refused, outcomes=Outcomes()))
    later = house.at + timedelta(hours=13)
    await database.write(lambda tx: delivery.overdue_letters(tx, at=later))
    assert {each.recipient: (each.status, each.error) for each in await house.sent(channel="email")} == {
        "ada": ("dead", "There is no address."),
        "bob": ("dead", "The post did not take it in time."),
    }


async def test_letter_that_comes_too_late_is_not_sent(
    database: Database, sealing: Sealing, tmp_path: Path
) -> None:
    post = FolderPost(tmp_path / "mail")
    await hear(database, await written(sealing, lasts=timedelta(seconds=-1)), post, sealing)
    assert await post.letters() == []


async def test_event_of_a_letter_shows_nothing_of_it(sealing: Sealing) -> None:
    body = encode(envelop(await written(sealing), source="user"))
    assert not [word for word in (b"ada", b"A word", b"Between") if word in body]


async def test_letter_opens_for_no_other_letter(sealing: Sealing) -> None:
    one, other = await written(sealing), await written(sealing)
    with pytest.raises(Forbidden):
        await sealing.key(other.letter_id, one.wrapped)
