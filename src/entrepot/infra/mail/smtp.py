"""Hands letters to a mail server. If that breaks off, the letter may have arrived and is sent again: mail
is at least once.
"""

import ssl
from typing import Literal

import aiosmtplib

from entrepot.core.errors import Error, Invalid, Unavailable
from entrepot.core.ports import Mail
from entrepot.infra.mail.letter import BadAddress, compose

TIMEOUT_S = 20.0
_LOG_IN_FIRST = frozenset((530, 534, 535, 538))  # RFC 4954: it is the house that is refused, no letter


class SmtpPost:
    """`Post` through one server, a connection per letter. With `starttls` or `tls` the server must prove
    its name; it never falls back to plain text.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: Literal["starttls", "tls", "none"] = "starttls",
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`trust` names certificate authorities other than the system's."""
        self._host, self._port = host, port
        self._username, self._password = username, password
        self._tls, self._trust = tls, trust

    async def send(self, mail: Mail, *, sender: str) -> None:
        content = compose(mail, sender=sender, readable=False)
        try:
            await self._hand_over(content, sender=sender, to=mail.to)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused.recipients[0]) from refused
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable("The mail server cannot be reached as it should.") from error

    async def _hand_over(self, content: bytes, *, sender: str, to: str) -> None:
        await aiosmtplib.send(
            content,
            sender=sender,
            recipients=[to],
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            tls_context=self._trust if self._tls != "none" else None,
            timeout=TIMEOUT_S,
        )


def _refusal(error: aiosmtplib.SMTPResponseException) -> Error:
    """RFC 5321 §4.2.1: 4yz may pass, 5yz will not. Its words stay in the cause: they may name people."""
    of_a_letter = isinstance(
        error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError
    )
    if error.code < 500 or error.code in _LOG_IN_FIRST or not of_a_letter:
        return Unavailable(f"The mail server takes no letters now ({error.code}).")
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return BadAddress(f"The mail server refuses this address ({error.code}).")
    return Invalid(f"The mail server refuses this letter ({error.code}).")
