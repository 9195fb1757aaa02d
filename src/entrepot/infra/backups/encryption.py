"""Archives for certain readers only: age (https://age-encryption.org/v1), so that a backup opens with `age`
too where this program is not at hand. The node knows recipients alone; who may read keeps the identity
elsewhere.
"""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import pyrage  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Forbidden, Invalid

_HEADER = b"age-encryption.org/"
SUFFIX = ".age"
_DOES_NOT_OPEN = "It does not open: another identity, or a file that was changed ({})."


def recipients(texts: Sequence[str]) -> list[Any]:
    """`age1…`, or the public key of SSH. Raises: Invalid."""
    return [_recipient(text) for text in texts]


def _recipient(text: str) -> Any:
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Invalid(f"{text!r} is no recipient; it is age1… or an SSH public key: {error}") from error


def new_identity() -> tuple[str, str]:
    """Return an identity as `age-keygen` writes it, and its recipient."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    return f"# public key: {recipient}\n{identity}\n", recipient


def witness() -> tuple[Any, Any]:
    """Return an identity and its recipient, for whoever writes an archive and wants to read it back: the true
    recipients' identities are elsewhere. It is never stored, and forgotten with the archive's making.
    """
    identity = pyrage.x25519.Identity.generate()
    return identity, identity.to_public()


def identities(file: Path) -> list[Any]:
    """Read an identity file of age, or a private key of SSH without a passphrase. Raises: Invalid."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Invalid(f"The identity {file} cannot be read: {error.strerror}.") from error
    try:
        if content.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = (line.strip() for line in content.decode().splitlines())
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} holds no identity of age: {error}") from error
    if not found:
        raise Invalid(f"{file} holds no identity.")
    return found


def is_encrypted(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_HEADER)) == _HEADER


def encrypted(out: IO[bytes], readers: Sequence[Any], work: Callable[[IO[bytes]], None]) -> None:
    """Encrypt what `work` writes. Raises: what it raises, OSError."""

    def encrypt(source: IO[bytes]) -> None:
        kept = _Faults(out)
        try:
            pyrage.encrypt_io(source, kept, list(readers))
        except (pyrage.EncryptError, OSError) as error:
            raise kept.fault or error from error

    _joined(work, encrypt)


def decrypted(source: IO[bytes], keys: Sequence[Any], work: Callable[[IO[bytes]], None]) -> None:
    """Let `work` read what is encrypted. It must not trust what it read before this returns.

    Raises: what it raises; Forbidden when the identity is another, or the file was changed.
    """

    def decrypt(out: IO[bytes]) -> None:
        kept, read = _Faults(out), _Faults(source)
        try:
            pyrage.decrypt_io(read, kept, list(keys))
        except (pyrage.DecryptError, OSError) as error:  # age says either of what was changed
            raise kept.fault or read.fault or Forbidden(_DOES_NOT_OPEN.format(error)) from error

    _joined(decrypt, work)


class _Faults:
    """What age reads from or writes to. It turns every fault into one of its own, and the disk's would be
    lost.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.fault: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            self.fault = error
            raise

    def write(self, part: bytes) -> int:
        try:
            return self._file.write(part)
        except OSError as error:
            self.fault = error
            raise

    def flush(self) -> None:
        self._file.flush()


def _joined(writes: Callable[[IO[bytes]], None], reads: Callable[[IO[bytes]], None]) -> None:
    """Run both, joined by a pipe. Why not one after the other? An archive may be larger than the memory."""
    from_pipe, into_pipe = os.pipe()
    broke: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(into_pipe, "wb", buffering=1 << 16) as out:
                writes(out)
        except BaseException as error:
            broke.append(error)

    thread = threading.Thread(target=write, name="archive", daemon=True)
    thread.start()
    read_error: BaseException | None = None
    try:
        with os.fdopen(from_pipe, "rb", buffering=1 << 16) as source:
            reads(source)
            while source.read(1 << 16):  # what the reader did not want, so that the writer ends
                pass
    except BaseException as error:
        read_error = error
    thread.join()
    if broke and not (isinstance(broke[0], BrokenPipeError) and read_error is not None):
        raise broke[0] from read_error
    if read_error is not None:
        raise read_error
