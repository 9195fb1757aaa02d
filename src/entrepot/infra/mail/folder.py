"""Letters as `.eml` files in a folder, for a node without a mail server: every mail program opens them."""

import asyncio
import os
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import msgspec

from entrepot.core.errors import NotFound, Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Mail
from entrepot.infra.mail.letter import READABLE, compose


class FolderMail(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in the folder; `name` is its file's."""

    name: str
    sender: str
    mail: Mail


class FolderPost:
    """`Post` into a folder, which it makes when the first letter comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: Mail, *, sender: str) -> None:
        content = compose(mail, sender=sender, readable=True)
        try:
            await asyncio.to_thread(self._write, content)
        except OSError as error:
            raise Unavailable("The letter cannot be stored now.") from error

    async def letters(self) -> list[FolderMail]:
        """Return all letters, the oldest first."""
        return await asyncio.to_thread(self._read)

    def _write(self, content: bytes) -> None:
        """Give the file its name only when it is whole: somebody may be looking."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{new_id()}.eml"
        fresh = path.with_suffix(".new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(file, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(file)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def _read(self) -> list[FolderMail]:
        return [_letter(path.name, path.read_bytes()) for path in sorted(self._folder.glob("*.eml"))]


class NoFolder:
    """The folder of a node with a mail server: there is none."""

    async def letters(self) -> list[FolderMail]:
        raise NotFound("This node hands its letters to a mail server.")


def _letter(name: str, content: bytes) -> FolderMail:
    message = message_from_bytes(content, _class=EmailMessage, policy=READABLE)
    text = message.get_content().replace("\r\n", "\n")
    mail = Mail(to=str(message["To"]), subject=str(message["Subject"]), text=text)
    return FolderMail(name=name, sender=str(message["From"]), mail=mail)
