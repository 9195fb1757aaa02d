"""Letters handed to a mail server."""

from typing import Literal

import aiosmtplib

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Mail
from entrepot.infra.mail.letter import BadAddress, compose

_TIMEOUT_S = 20.0


class SmtpPost:
    """One connection per letter: letters are few, and a kept connection is one more thing to lose."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: Literal["starttls", "tls", "none"] = "starttls",
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._username, self._password = username, password

    async def send(self, mail: Mail, *, sender: str) -> None:
        letter = compose(mail, sender=sender)
        try:
            await aiosmtplib.send(
                letter,
                hostname=self._host,
                port=self._port,
                username=self._username,
                password=self._password,
                use_tls=self._tls == "tls",
                start_tls=self._tls == "starttls",
                timeout=_TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_code(error.recipients[0].code) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _of_code(error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable("The mail server does not take letters now.") from error


def _of_code(code: int) -> Exception:
    """RFC 5321 §4.2.1: 4yz may be tried again, 5yz may not. A wrong password (535) is the operator's
    to mend, so the letter waits.
    """
    if 500 <= code < 600 and code not in (530, 534, 535, 538):
        return BadAddress("The mail server refuses this letter for good.")
    return Unavailable("The mail server does not take this letter now.")
