"""Letters as files in a folder, for a node without a mail server: sealed under a key of the data folder, and
administrators read them in the console. In a folder that stands in the clear they are `.eml` files, which
every mail program opens.
"""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import msgspec
import structlog

from entrepot.core.errors import NotFound, Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Mail
from entrepot.core.sealing import Unsealable, seal, unseal
from entrepot.infra.durable import write_whole
from entrepot.infra.mail.letter import READABLE, compose

log = structlog.get_logger()

_PLAIN, _SEALED = ".eml", ".sealed"


class FolderMail(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in the folder; `name` is its file's."""

    name: str
    sender: str
    mail: Mail


class FolderPost:
    """`Post` into a folder, which it makes when the first letter comes. Without a `key` nothing is sealed."""

    def __init__(self, folder: Path, *, key: bytes | None = None) -> None:
        self._folder, self._key = folder, key

    async def send(self, mail: Mail, *, sender: str) -> None:
        content = compose(mail, sender=sender, readable=True)
        try:
            await asyncio.to_thread(self._write, content)
        except OSError as error:
            raise Unavailable("The letter cannot be stored now.") from error

    async def letters(self) -> list[FolderMail]:
        """Return all letters, the oldest first."""
        return await asyncio.to_thread(self.stored)

    def _write(self, content: bytes) -> None:
        """Give the file its name only when it is whole: somebody may be looking."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store(self._folder / new_id(), content)

    def _store(self, path: Path, content: bytes) -> None:
        try:
            if self._key is None:
                write_whole(path.with_suffix(_PLAIN), content)
            else:
                write_whole(path.with_suffix(_SEALED), seal(content, self._key, context=_context(path)))
        except BaseException:
            for end in (_PLAIN, _SEALED):
                path.with_suffix(f"{end}.new").unlink(missing_ok=True)
            raise

    def seal_all(self) -> int:
        """Seal the letters that stand in the clear; how many. It may be called again after it was killed."""
        plain = sorted(self._folder.glob(f"*{_PLAIN}"))
        for path in plain:
            self._store(path, path.read_bytes())
            path.unlink()
        return len(plain)

    def stored(self) -> list[FolderMail]:
        """Return all letters, the oldest first. It waits for the disk."""
        files = (path for path in self._folder.glob("*") if path.suffix in (_PLAIN, _SEALED))
        return [found for path in sorted(files) if (found := self._opened(path)) is not None]

    def _opened(self, path: Path) -> FolderMail | None:
        """One that does not open, because it was sealed before a restore, hides none of the others."""
        try:
            return _letter(path.stem, self._content(path))
        except Unsealable as error:
            log.warning("mail.does_not_open", name=path.name, reason=str(error))
            return None

    def _content(self, path: Path) -> bytes:
        """Raises: Unsealable."""
        if path.suffix == _PLAIN:
            return path.read_bytes()
        if self._key is None:
            raise Unsealable(f"{path.name} was sealed with a key that is not here.")
        return unseal(path.read_bytes(), self._key, context=_context(path))


class NoFolder:
    """The folder of a node with a mail server: there is none."""

    async def letters(self) -> list[FolderMail]:
        raise NotFound("This node hands its letters to a mail server.")


def _context(path: Path) -> dict[str, str]:
    """What a sealed letter is bound to, so that none takes the place of another."""
    return {"use": "letter", "name": path.stem}


def _letter(name: str, content: bytes) -> FolderMail:
    message = message_from_bytes(content, _class=EmailMessage, policy=READABLE)
    text = message.get_content().replace("\r\n", "\n")
    mail = Mail(to=str(message["To"]), subject=str(message["Subject"]), text=text)
    return FolderMail(name=name, sender=str(message["From"]), mail=mail)
