"""Letters as files in a folder, for a node that has no mail server."""

import asyncio
import email
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Mail
from entrepot.infra.mail.letter import compose


class FolderPost:
    """Each letter is a `.eml`; sorted by name, they are in the order of sending."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def send(self, mail: Mail, *, sender: str) -> None:
        letter = compose(mail, sender=sender).as_bytes()
        await asyncio.get_running_loop().run_in_executor(None, self._write, letter)

    def letters(self) -> list[EmailMessage]:
        """All letters, the oldest first."""
        paths = sorted(self._folder.glob("*.eml"))
        return [email.message_from_bytes(path.read_bytes(), policy=SMTP) for path in paths]

    def _write(self, letter: bytes) -> None:
        path = self._folder / f"{new_id()}.eml"
        beside = path.with_suffix(".unfinished")
        try:
            beside.write_bytes(letter)
            beside.chmod(0o600)
            beside.replace(path)
        except OSError as error:
            raise Unavailable(f"The letter cannot be kept: {error.strerror}.") from error
