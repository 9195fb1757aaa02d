"""Brings a file into a device's history through the node's API, part by part, and tells what became of it."""

import http.client
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from entrepot.core.errors import Conflict, Invalid, Unavailable

_TIMEOUT_S = 60.0
_PATIENCE_S = 120.0  # with a node that does not answer
_LOOK_S = 0.3
_STILL = ("uploading", "waiting", "reading", "placing")


class Bringer:
    """Somebody with an API key, at a node."""

    def __init__(self, url: str, *, key: str) -> None:
        """Raises: Invalid."""
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise Invalid(f"{url} is no http:// or https:// address. Give the node's with --to.")
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(where.hostname, where.port, timeout=_TIMEOUT_S)
        self._base = where.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def bring(
        self, file: Path, device: str, *, columns: Mapping[str, str], timezone: str,
        progress: Callable[[int], None] = lambda count: None,
    ) -> dict[str, Any]:  # fmt: skip
        """Return the report, once every point found its place. Raises: Invalid; Conflict; Unavailable."""
        try:
            size = file.stat().st_size
            with file.open("rb") as opened:
                asked = {"file": file.name[:200], "bytes": size, "columns": columns, "timezone": timezone}
                made = self._ask("POST", f"/api/devices/{quote(device, safe='')}/recordings", asked)
                number = 0
                while part := opened.read(made["part_bytes"]):
                    content = b64encode(part).decode()
                    body = {"number": number, "content": content}
                    self._ask("POST", f"/api/recordings/{made['id']}/parts", body)
                    progress(len(part))
                    number += 1
        except OSError as error:
            raise Invalid(f"{file} cannot be read: {error.strerror}.") from error
        while (report := self._ask("GET", f"/api/recordings/{made['id']}"))["state"] in _STILL:
            time.sleep(_LOOK_S)
        return report

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """All requests may be sent again: a part replaces itself, and a report is only read."""
        sent = None if body is None else msgspec.json.encode(body)
        give_up_at, pause_s = time.monotonic() + _PATIENCE_S, 0.2
        while True:
            try:
                self._connection.request(method, self._base + path, sent, self._headers)
                answer = self._connection.getresponse()
                said, status, wait = answer.read(), answer.status, answer.headers.get("Retry-After", "1")
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                said, status, wait, reason = b"", 0, "0", str(error) or type(error).__name__
            if status in (200, 201):
                found: dict[str, Any] = msgspec.json.decode(said)
                return found
            if status not in (0, 429, 502, 503, 504):
                raise Conflict(_refused(said, status))
            if time.monotonic() > give_up_at:
                raise Unavailable(f"The node does not answer: {status if status else reason}.")
            time.sleep(min(float(wait), 60.0) if wait.isdigit() and status else pause_s)
            pause_s = min(pause_s * 2, 10.0)


def _refused(said: bytes, status: int) -> str:
    try:
        return str(msgspec.json.decode(said)["detail"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return f"The node answered {status}."


def told(report: Mapping[str, Any]) -> Iterator[str]:
    """The report in sentences."""
    yield (
        f"{report['points']} points read, {report['kept']} kept, {report['already_there']} already there,"
        f" {sum(report['held_back'].values())} held back, {sum(report['unreadable'].values())} not readable."
    )
    for reason, count in report["held_back"].items():
        yield f"  held back: {count} {reason.replace('_', ' ')}"
    for reason, count in report["unreadable"].items():
        yield f"  not readable: {count} \N{MULTIPLICATION SIGN} {reason}"
    if report["first_at"]:
        yield f"  from {report['first_at']} to {report['last_at']}"


def check(report: Mapping[str, Any]) -> None:
    """Raises: Conflict when nothing was kept, or not the whole file could be read."""
    if report["state"] == "failed":
        raise Conflict(f"Nothing was read. {report['reason']}")
    if not report["whole"]:
        raise Conflict("Not all of the file could be read; what was read is told above.")
    if not report["kept"]:
        raise Conflict("Nothing new was kept.")
