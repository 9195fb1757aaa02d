"""Fetches publications over HTTPS and from the disk. Bodies go to temporary files, never into memory."""

import asyncio
import json
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from entrepot.core.publications import Fetched, FetchFailed, Publication
from entrepot.infra.webhooks.addresses import Networks

_BLOCK = 1 << 16
_AGENT = "Entrepot-Publications/1"
# SDN_ADVANCED.XML has about 120 MB, the entities of OpenSanctions about 3 GB: those are read from a folder.
MOST_BYTES = 1 << 29
TIMEOUT_S = 600.0
_MOST_REDIRECTS = 3
_MOVED = (301, 302, 303, 307, 308)
_ENDINGS = (".csv", ".xml", ".json", ".txt")


class _Answer(NamedTuple):
    """What is at a place: how to tell it from other versions, and the files if they are new."""

    seen: Mapping[str, str]
    files: tuple[BinaryIO, ...] = ()

    @property
    def new(self) -> bool:
        return bool(self.files)


class Fetcher:
    """Calls the configured addresses over TLS where they are public or in `networks`, and reads configured
    paths. Redirects are followed under the same rules.
    """

    def __init__(
        self,
        known: Sequence[Publication],
        networks: Networks,
        *,
        most_bytes: int = MOST_BYTES,
        timeout_s: float = TIMEOUT_S,
        resolver: AbstractResolver | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.known = tuple(known)
        self._networks, self._most_bytes, self._timeout_s = networks, most_bytes, timeout_s
        self._resolver, self._trust = resolver, trust

    @asynccontextmanager
    async def fetch(self, publication: Publication, *, seen: str) -> AsyncIterator[Fetched | None]:
        """Raises: FetchFailed."""
        if publication not in self.known:
            raise FetchFailed("Nobody configured this publication.")
        before: dict[str, dict[str, str]] = json.loads(seen) if seen else {}
        with ExitStack() as stack:
            found = [await self._look(stack, place, before.get(place, {})) for place in publication.places]
            if any(each.new for each in found) and not all(each.new for each in found):
                # one of several files changed, and whoever reads them needs all
                found = [await self._look(stack, place, {}) for place in publication.places]
            now = {place: each.seen for place, each in zip(publication.places, found, strict=True)}
            files = tuple(file for each in found for file in each.files)
            yield Fetched(files, json.dumps(now, sort_keys=True)) if files else None

    async def _look(self, stack: ExitStack, place: str, seen: Mapping[str, str]) -> _Answer:
        """Return the files at a place, or none if they are those that were seen."""
        if _is_url(place):
            return await self._download(stack, place, seen)
        paths = await asyncio.to_thread(_paths, place)
        state = {str(each): _state(each) for each in paths}
        if state == seen:
            return _Answer(seen)
        return _Answer(state, tuple(stack.enter_context(each.open("rb")) for each in paths))

    async def _download(self, stack: ExitStack, url: str, seen: Mapping[str, str]) -> _Answer:
        file: BinaryIO = stack.enter_context(_temporary())
        try:
            async with asyncio.timeout(self._timeout_s):
                new = await self._get(url, seen, file)
        except TimeoutError as error:
            raise FetchFailed(f"It took more than {self._timeout_s:.0f} s.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchFailed("It cannot be reached, or may not be called from here.") from error
        file.seek(0)
        return _Answer(seen) if new is None else _Answer(new, (file,))

    async def _get(self, url: str, seen: Mapping[str, str], file: BinaryIO) -> Mapping[str, str] | None:
        """Return what tells this version from others, or None if it is the one that was seen."""
        asked = {
            name: seen[key]
            for key, name in (("etag", "If-None-Match"), ("modified", "If-Modified-Since"))
            if seen.get(key)
        }
        for _ in range(_MOST_REDIRECTS + 1):
            sealed = self._allowed(url)
            async with self._session(sealed=sealed) as session:
                async with session.get(url, headers=asked, allow_redirects=False) as answer:
                    if answer.status == 304:
                        return None
                    if answer.status in _MOVED and (to := answer.headers.get("Location")):
                        url = urljoin(url, to)
                        continue
                    if answer.status != 200:
                        raise FetchFailed(f"It answered {answer.status}.")
                    await self._keep(answer, file)
                    headers = answer.headers
                    return {"etag": headers.get("ETag", ""), "modified": headers.get("Last-Modified", "")}
        raise FetchFailed("It redirects again and again.")

    async def _keep(self, answer: aiohttp.ClientResponse, file: BinaryIO) -> None:
        size = 0
        async for block in answer.content.iter_chunked(_BLOCK):
            size += len(block)
            if size > self._most_bytes:
                raise FetchFailed(f"It is larger than {self._most_bytes} bytes.")
            file.write(block)
        length = answer.headers.get("Content-Length", "")
        if length.isdigit() and "Content-Encoding" not in answer.headers and size != int(length):
            raise FetchFailed("It ended before its announced length.")

    def _allowed(self, url: str) -> bool:
        """Whether the call is sealed by TLS. Without, it goes only to networks that the operator allows."""
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise FetchFailed("It redirects to what is no https address.")
        if parts.scheme == "http" and not self._networks:
            raise FetchFailed("It is not sealed by TLS.")
        return parts.scheme == "https"

    def _session(self, *, sealed: bool) -> aiohttp.ClientSession:
        def open_socket(found: tuple[Any, ...]) -> socket.socket:
            family, kind, protocol, _, address = found
            if not self._networks.allow(str(address[0]), sealed=sealed):
                raise OSError("This address may not be called.")
            return socket.socket(family=family, type=kind, proto=protocol)

        connector = aiohttp.TCPConnector(
            resolver=self._resolver or aiohttp.ThreadedResolver(), use_dns_cache=False, force_close=True,
            socket_factory=open_socket, ssl=self._trust or True,
        )  # fmt: skip
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": _AGENT}
        )


def _temporary() -> BinaryIO:
    return tempfile.TemporaryFile()


def _is_url(place: str) -> bool:
    return place.startswith(("https://", "http://"))


def _paths(place: str) -> list[Path]:
    """Return the file, or those of a folder. Raises: FetchFailed."""
    path = Path(place)
    try:
        if path.is_dir():
            found = sorted(each for each in path.iterdir() if each.suffix.lower() in _ENDINGS)
        else:
            found = [path] if path.is_file() else []
    except OSError as error:
        raise FetchFailed("Its folder cannot be read.") from error
    if not found:
        raise FetchFailed("There is no such file, or no CSV, XML or JSON file in this folder.")
    return found


def _state(path: Path) -> str:
    about = path.stat()
    return f"{about.st_mtime_ns}/{about.st_size}"
