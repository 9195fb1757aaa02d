"""Carries out operators' commands through the API of the running node, without importing what only a node
needs; `stopped` does it in the folder of one that does not run.
"""

import asyncio
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec

from entrepot.cli.shared import sound_id
from entrepot.core import tokens
from entrepot.core.errors import Conflict, Invalid, NotFound, Unavailable
from entrepot.core.ids import new_id
from entrepot.net import certificate
from entrepot.node.machine import Running, runs_on
from entrepot.node.node_keys import open_keys
from entrepot.settings import Settings

if TYPE_CHECKING:
    from entrepot.cli.stopped import StoppedNode

_TOKEN_S = 3600  # longer than the longest command, a backup
_PART_BYTES = 1 << 20  # read and written at a time
_LETTERS, _READERS, _REWRAP = "/api/dead-letters/", "/api/readers/", "/rewrap"


class NodeRefused(Conflict):
    """The node refused. It holds the node's own words and the whole problem document."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", "The node refused."))
        self.problem = problem


async def operator_token(settings: Settings, *, scope: str, organisation: str, seconds: int) -> str:
    """Return an access token signed with the node's own key. Raises: Unavailable when it has none yet."""
    check_keys(settings)
    issued_at = int(time.time())
    claims = tokens.Claims(
        iss=settings.issuer,
        aud=settings.issuer,
        sub="operator",
        org=organisation,
        scope=scope,
        kind="operator",
        jti=new_id(),
        iat=issued_at,
        exp=issued_at + seconds,
    )
    return await tokens.issue(open_keys(settings), claims)


def check_keys(settings: Settings) -> None:
    """Raises: Unavailable when there are none yet."""
    if not settings.master_key and not (settings.data / "keys" / "keys.json").exists():
        raise Unavailable(
            f"There are no keys in {settings.data}; the first `entrepot up` makes them."
            " If the node runs elsewhere, name its folder: --data."
        )


async def rotate_keys(settings: Settings) -> None:
    """Raises: Conflict when the master key is the operator's."""
    await open_keys(settings).rotate()


class RunningNode:
    """The API of the node that runs on the settings' data folder."""

    def __init__(self, settings: Settings) -> None:
        note = _note(settings.data)
        self._connection = _connection(note)
        token = operator_token(settings, scope="*", organisation="operators", seconds=_TOKEN_S)
        self._headers = {"Authorization": f"Bearer {asyncio.run(token)}"}

        self.url = settings.public_url.rstrip("/") or note.url

    def close(self) -> None:
        self._connection.close()

    def contexts(self) -> list[str]:
        """Return the names of the contexts whose dead letters the node lists."""
        paths = self.get("/openapi.json")["paths"]
        return [
            path.removeprefix(_LETTERS) for path in paths if path.startswith(_LETTERS) and "{" not in path
        ]

    def letter(self, context: str, id: str) -> str:
        """Return the path of a dead letter. Raises: Invalid when there is no such context, NotFound."""
        self._check(context)
        if not sound_id(id):
            raise NotFound(f"There is no dead letter {id!r}.")
        return f"{_LETTERS}{context}/{id}"

    def readers(self, context: str) -> str:
        """Return the path of the readers of a context's log. Raises: Invalid when there is no such
        context.
        """
        self._check(context)
        return f"{_READERS}{context}"

    def _check(self, context: str) -> None:
        if context not in (names := self.contexts()):
            raise Invalid(f"There is no context {context}. There are: {', '.join(sorted(names))}.")

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return msgspec.json.decode(self._ask("GET", path, query).read())

    def post(self, path: str, body: object = None) -> Any:
        answer = self._ask("POST", path, body=body).read()
        return msgspec.json.decode(answer) if answer else None

    def delete(self, path: str, query: Mapping[str, str]) -> None:
        self._ask("DELETE", path, query).read()

    def rewraps(self) -> list[str]:
        """Return the rows that wrap keys again. Each context with wrapped keys has its own."""
        paths = self.get("/openapi.json")["paths"]
        return [path for path in paths if path.endswith(_REWRAP) and path.count("/") == 3]

    def rewrap(self) -> int:
        """Wrap every data key under the newest master key, in batches. Return how many."""
        count: int = 0
        for path in self.rewraps():
            after: str | None = ""
            while after is not None:
                done = self.post(path, {"after": after})
                count, after = count + done["count"], done["next"]
        return count

    def pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        return all_items(self.get, path, query or {})

    def stream(self, path: str, query: Mapping[str, str]) -> Iterator[str]:
        """Yield server-sent events, each as it comes."""
        answer = self._ask("GET", path, query)
        try:
            while line := answer.readline():
                if line.startswith(b"data: "):
                    yield line.removeprefix(b"data: ").rstrip().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("The node does not answer any more.") from error

    def download(self, path: str, query: Mapping[str, str], file: Path) -> int:
        """Download into a file, which appears whole or not at all. Return the number of bytes."""
        answer = self._ask("GET", path, query)
        if str(file) == "-":
            return _copy_out(answer)
        part = file.with_name(f".{file.name}.part")
        try:
            with part.open("wb") as out:
                part.chmod(0o600)
                size = _copy(answer, out)
            part.replace(file)
        except OSError as error:
            raise Unavailable(f"{file} cannot be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)
        return size

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, *, body: object = None
    ) -> http.client.HTTPResponse:
        target = f"{path}?{urlencode(query)}" if query else path
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        sent = None if body is None else msgspec.json.encode(body)
        try:
            self._connection.request(method, target, sent, headers)
            answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"The node does not answer: {error}.") from error
        if answer.status >= 400:
            raise NodeRefused(msgspec.json.decode(answer.read()))
        return answer


def all_items(
    get: Callable[[str, Mapping[str, str]], Any], path: str, query: Mapping[str, str]
) -> Iterator[Any]:
    """Yield every item of a list, page by page."""
    asked = {"limit": "200", **query}
    while True:
        page = get(path, asked)
        yield from page["items"]
        if (cursor := page.get("next")) is None:
            return
        asked["cursor"] = cursor


def _connection(note: Running) -> http.client.HTTPConnection:
    """Raises: BadCertificate."""
    url = urlsplit(note.operators_url or note.url)
    if url.scheme == "http":
        return http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    tls = certificate.only(Path(note.certificate))
    return http.client.HTTPSConnection(url.hostname or "", url.port, timeout=60, context=tls)


def node_or_folder(settings: Settings, context: str) -> "RunningNode | StoppedNode":
    """Return the node that runs on the settings' data folder, or else the rows of one context in it."""
    if runs_on(settings.data):
        return RunningNode(settings)
    from entrepot.cli.stopped import StoppedNode

    return StoppedNode(settings, context)


def _note(folder: Path) -> Running:
    """Read `node.json`. Raises: Unavailable when no node runs there, even if one was killed and left its
    note.
    """
    try:
        note = msgspec.json.decode((folder / "node.json").read_bytes(), type=Running)
    except (OSError, msgspec.MsgspecError):
        note = None
    if note is None or not runs_on(folder):
        raise Unavailable(
            f"No node runs on {folder}. Start one with `entrepot up`, or name its folder: --data."
        )
    return note


def _copy(source: http.client.HTTPResponse, out: IO[bytes]) -> int:
    """Raises: Unavailable when the node ended the archive early."""
    size = 0
    try:
        while part := source.read(_PART_BYTES):
            out.write(part)
            size += len(part)
    except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
        raise Unavailable("The node broke off; the backup is not whole.") from error
    return size


def _copy_out(source: http.client.HTTPResponse) -> int:
    try:
        size = _copy(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still buffered would fail again at exit, with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Unavailable(f"The backup cannot be written: {error.strerror}.") from error
    return size
