"""What the gateway serves: rows with their doors, pages, the console's files. It also knows who asks, and how
often each caller may.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

from entrepot.core.network import counted_as
from entrepot.core.routes import ANONYMOUS, Limit, Principal
from entrepot.gateway.pages.console import Console
from entrepot.gateway.pages.street_map import MapFile
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.door import Door
from entrepot.gateway.rows.routing import Router
from entrepot.gateway.session.auth import Authenticator
from entrepot.gateway.session.cookies import SessionCookies
from entrepot.http.access_log import AccessLog
from entrepot.http.answer import Answer
from entrepot.http.headers import Cors
from entrepot.http.problem import Refusal
from entrepot.http.rates import Meter, too_often

PageSource = Callable[[], Awaitable[Answer]]

# Wrong credentials, per address: enough for a person's typing, too few for guessing.
_WRONG_CREDENTIALS = Limit(requests=30, window_s=60.0)
_MAX_PATH_CHARS = 2_000  # no row has a longer path, and a cursor travels in the query


class DirectoryEntry:
    """A row in the gateway: its door, where its context lives, how often each caller may ask."""

    __slots__ = ("door", "meter", "name", "row", "takes_body", "upstream")

    def __init__(self, door: Door, upstream: Upstream) -> None:
        self.door, self.upstream, self.row, self.name = door, upstream, door.row, door.row.name
        self.meter = Meter(door.row.limit, monotonic)
        self.takes_body = door.row.takes is not None and door.row.method in ("POST", "PUT", "PATCH")


class Directory:
    """`tables` (context → rows with their doors), fixed `pages` (path → page), files, and callers."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Door]],
        upstreams: Mapping[str, Upstream],
        authenticator: Authenticator,
        access_log: AccessLog,
        *,
        pages: Mapping[str, PageSource],
        cookies: SessionCookies,
        cors_origins: Sequence[str] = (),
        console: Console | None = None,
        street_map: MapFile | None = None,
    ) -> None:
        self.cookies, self._console = cookies, console
        self.street_map = street_map
        self._authenticator, self.access_log = authenticator, access_log
        self.pages, self.cors = pages, Cors(cors_origins)
        self._wrong = Meter(_WRONG_CREDENTIALS, monotonic)
        self.closing = asyncio.Event()
        self.streams = 0  # that somebody follows now
        self._router: Router[DirectoryEntry] = Router()
        for context, doors in tables.items():
            for door in doors:
                if not door.row.internal:
                    self._router.add(door.row.method, door.row.path, DirectoryEntry(door, upstreams[context]))

    def allow(self, origins: Sequence[str]) -> None:
        """Let pages of these other origins read answers, and of no others."""
        self.cors = Cors(origins)

    def find(self, method: str, path: str) -> tuple[DirectoryEntry, dict[str, str]]:
        """Raises: Refusal 404 or 405."""
        if len(path) > _MAX_PATH_CHARS or not path.isprintable() or "�" in path:
            raise Refusal(404, "no-such-path", "There is nothing at this path.")
        entry, found = self._router.find("GET" if method == "HEAD" else method, path)
        if entry is not None:
            assert isinstance(found, dict)
            return entry, found
        if found or path in self.pages:
            allowed = ", ".join(sorted({*found, "GET"} if path in self.pages else found))
            raise Refusal(
                405, "method-not-allowed", f"This path answers {allowed}.", headers=(("allow", allowed),)
            )
        raise Refusal(404, "no-such-path", "There is nothing at this path.")

    def file(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """Return the street map, or a file of the console for a path without a row."""
        if self.street_map is not None and (found := self.street_map.find(method, path, headers)) is not None:
            return found
        if self._console is None or method not in ("GET", "HEAD") or path.startswith("/api/"):
            return None
        return None if self._router.find("GET", path)[0] else self._console.find(path, headers)

    def remembered(self, header: bytes | None) -> Principal | None:
        """Return who asks, if this credential was verified a moment ago."""
        return None if header is None else self._authenticator.remembered(header)

    async def who_asks(self, entry: DirectoryEntry, header: bytes | None, address: str) -> Principal:
        """Verify a credential that is not remembered. Raises: Refusal 401 or 429."""
        if header is not None:
            return await self._verify(header, address)
        if entry.row.public:
            return ANONYMOUS
        raise Refusal(
            401,
            "unauthenticated",
            "This needs an Authorization header with a bearer token or an API key.",
            headers=(("www-authenticate", "Bearer"),),
        )

    async def over(self, header: bytes, who: Principal, *, expires: bool) -> None:
        """Return once this credential no longer opens what it opened."""
        await self._authenticator.over(header, who, expires=expires)

    async def _verify(self, header: bytes, address: str) -> Principal:
        """Count wrong guesses by address, so that guessing slows down only the guesser."""
        caller = counted_as(address)
        if self._wrong.blocked(caller):
            raise too_often(self._wrong.wait_s(caller))
        try:
            return await self._authenticator.authenticate(header)
        except Refusal:
            self._wrong.take(caller)
            raise
