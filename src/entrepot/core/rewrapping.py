"""How a context with wrapped data keys takes part in a rotation of the master key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.routes import Input, Route


class KeyBatch(Input, frozen=True, kw_only=True):
    """Which data keys: those that follow `after`."""

    after: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class KeysRewrapped(msgspec.Struct, frozen=True, kw_only=True):
    """How many keys were wrapped again, and the cursor to go on from; null at the end."""

    count: int
    next: str | None


@dataclass(frozen=True)
class Rewrap:
    """Keys of one kind: `function(tx, who, *, batch, …)` wraps a batch under the newest master key. They
    stand in a `column` of a `table`, where a start looks whether the master keys fit.
    """

    name: str
    function: Callable[..., Awaitable[KeysRewrapped]]
    table: str
    column: str = "wrapped"

    @property
    def path(self) -> str:
        return f"/api/{self.name}/rewrap"

    @property
    def route(self) -> Route:
        return Route(
            "POST", self.path, self.function, takes=KeyBatch, gives=KeysRewrapped, scope="node:operate"
        )
