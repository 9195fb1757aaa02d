"""Carries out operators' commands in the folder of a node that does not run."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from entrepot.cli.running import NodeRefused, all_items, check_keys
from entrepot.core.time import now
from entrepot.node import archive, stopped
from entrepot.node.machine import data_folder
from entrepot.settings import Settings


class StoppedNode:
    """The rows of one context, answered from the settings' data folder while no node runs on it."""

    def __init__(self, settings: Settings, context: str) -> None:
        check_keys(settings)
        self._settings, self._context = settings, context

    def close(self) -> None:
        """Nothing stays open between two requests."""

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self._ask(stopped.OperatorRequest("GET", path, urlencode(query or {}).encode()))

    def post(self, path: str, body: object = None) -> Any:
        sent = b"" if body is None else msgspec.json.encode(body)
        return self._ask(stopped.OperatorRequest("POST", path, body=sent))

    def pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        return all_items(self.get, path, query or {})

    def _ask(self, request: stopped.OperatorRequest) -> Any:
        answer = asyncio.run(stopped.ask(self._settings, self._context, request))
        if answer.status >= 400:
            raise NodeRefused(msgspec.json.decode(answer.body))
        return msgspec.json.decode(answer.body) if answer.body else None


async def restore_into(
    settings: Settings, file: Path, *, replace: bool, identity: Path | None = None
) -> list[str]:
    """Put a backup into a stopped node's folder. Return what was done, in sentences.

    Raises: Invalid for a broken archive; Forbidden for the wrong identity; Conflict when there is data
    already; Unavailable.
    """
    with data_folder(settings.data, alone=True):
        archive.forget_unfinished(settings.data)
        with archive.Archive(settings.data, ()).work_folder() as work:
            folder = Path(work)
            await archive.unpack(file, folder, identity=identity)
            has_keys = (folder / "keys").is_dir()
            aside = _aside(settings.data) if replace else None
            try:
                await stopped.restore(settings, folder, aside=aside)
            finally:
                moved = aside is not None and any(aside.iterdir())
                if aside is not None and not moved:
                    aside.rmdir()
    lines = [f"{settings.data} holds the backup {file.name}."]
    if moved:
        lines.append(f"What was there lies in {aside}.")
    if not (has_keys or settings.master_key or (settings.data / "keys" / "keys.json").exists()):
        lines.append(
            f"It came without keys: put a copy of them into {settings.data / 'keys'} before you start."
        )
    return lines


def _aside(data: Path) -> Path:
    """Return a new folder for what is replaced."""
    aside = data / f"replaced-{now():%Y%m%dT%H%M%S.%fZ}"
    aside.mkdir(mode=0o700)
    return aside
