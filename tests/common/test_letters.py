"""Letters: sent once, kept for another try when the post fails, and never in the open."""

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.context_database import context_database

from entrepot.common.model.letter import NotSent
from entrepot.common.service import letters as service
from entrepot.core.errors import Forbidden
from entrepot.core.events import encode, envelop
from entrepot.core.house import House
from entrepot.core.ports import Database, Post
from entrepot.core.sealing import Sealing
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.mail.folder import FolderPost
from entrepot.infra.mail.smtp import SmtpPost
from entrepot.user.events import LetterWritten
from entrepot.user.model.letter import Letter
from entrepot.user.service import letters

HOUSE = House("entrepot", "http://localhost", "house@example.org")


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("common", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


async def written(sealing: Sealing, *, lasts: timedelta = timedelta(hours=1)) -> LetterWritten:
    letter = Letter("A word", "Between us.\n")
    return await letters.compose(sealing, to="ada@example.org", letter=letter, lasts=lasts)


async def hear(database: Database, event: LetterWritten, post: Post, sealing: Sealing) -> None:
    await database.write(
        lambda tx: service.on_letter_written(tx, event, post=post, sealing=sealing, house=HOUSE)
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
    event = await written(sealing)
    with pytest.raises(NotSent):
        await hear(database, event, SmtpPost("127.0.0.1", port, tls="none"), sealing)
    working = FolderPost(tmp_path / "mail")
    await hear(database, event, working, sealing)
    assert len(await working.letters()) == 1


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
