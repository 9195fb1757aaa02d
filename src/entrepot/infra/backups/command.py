"""Hands a backup to an operator's command: it reads the archive on its standard input, and its exit status
tells whether the archive arrived.
"""

import asyncio
import os
import signal
from pathlib import Path

from entrepot.core.errors import Unavailable

_PART_BYTES = 1 << 20
_SILENT_S = 600.0  # after which a command that takes nothing, or does not end, is ended
_LAST_WORDS_S = 1.0
_SAID_BYTES = 500  # of what it complained, for the operator


async def hand_over(command: str, archive: Path, *, name: str) -> None:
    """Run `command` in a shell, which finds the archive's name in `$BACKUP_NAME`. Raises: Unavailable."""
    process = await asyncio.create_subprocess_shell(
        command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**_without_ours(), "BACKUP_NAME": name},
        start_new_session=True,
    )
    assert process.stdin is not None and process.stderr is not None
    said = bytearray()
    listening = asyncio.ensure_future(_listen(process.stderr, said))
    try:
        took_all = await _feed(process.stdin, archive)
        async with asyncio.timeout(_SILENT_S):
            status = await process.wait()
    except TimeoutError as error:
        raise Unavailable(f"The backup's command did not move for {_SILENT_S / 60:.0f} minutes.") from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        await asyncio.wait([listening], timeout=_LAST_WORDS_S)  # what it left running may keep the pipe open
        listening.cancel()
    if status != 0:
        complaint = said.decode(errors="replace").strip()
        raise Unavailable(f"The backup's command ended with status {status}: {complaint}".rstrip(": "))
    if not took_all:
        raise Unavailable("The backup's command ended before it had all of the archive.")


async def _feed(out: asyncio.StreamWriter, archive: Path) -> bool:
    """Return whether it took all of it. Raises: TimeoutError."""
    with archive.open("rb") as source:
        try:
            while part := await asyncio.to_thread(source.read, _PART_BYTES):
                out.write(part)
                async with asyncio.timeout(_SILENT_S):
                    await out.drain()
            out.close()
            async with asyncio.timeout(_SILENT_S):
                await out.wait_closed()
        except (BrokenPipeError, ConnectionResetError):
            return False
    return True


async def _listen(errors: asyncio.StreamReader, said: bytearray) -> None:
    while part := await errors.read(4096):
        said += part
        del said[:-_SAID_BYTES]


def _without_ours() -> dict[str, str]:
    """Our settings hold secrets that are no business of the command's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ENTREPOT_")}
