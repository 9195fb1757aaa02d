"""Looks whether what stands between us and PostgreSQL keeps sessions apart. Leads are held by a session, and
statements are prepared in one; a pooler such as PgBouncer in transaction mode gives each transaction to any
session that is free, and so takes both away without a word
(https://github.com/riverqueue/river/issues/345, https://github.com/pgbouncer/pgbouncer/issues/673).
"""

from contextlib import AsyncExitStack
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Conflict
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS, translate

_ROUNDS = 3
_WITHIN_S = 5.0
# What a pooler answers to parameters of a session, and to statements that another session prepared.
_POOLED = (
    asyncpg.ProtocolViolationError,
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
)


class SessionsShared(Conflict):
    """Two of our sessions are one, or one is several."""

    def __init__(self) -> None:
        super().__init__(
            "A pooler such as PgBouncer stands before PostgreSQL and does not keep our sessions apart, but"
            " a session decides who leads. Let the setting `database` name the server itself, or a pooler in"
            " session mode."
        )


async def check_sessions(dsn: str) -> None:
    """Raises: SessionsShared; Unavailable."""
    async with AsyncExitStack() as stack:
        try:
            ours = [await _session(dsn, stack) for _ in range(2)]
            seen = [[await one.fetchval("SELECT pg_backend_pid()") for one in ours] for _ in range(_ROUNDS)]
        except _POOLED as error:
            raise SessionsShared from error
        except DRIVER_ERRORS as error:
            raise translate(error) from error
    first, second = seen[0]
    if first == second or any(each != seen[0] for each in seen):
        raise SessionsShared


async def _session(dsn: str, stack: AsyncExitStack) -> Any:
    found = await asyncpg.connect(
        dsn,
        timeout=_WITHIN_S,
        command_timeout=_WITHIN_S,
        server_settings={"application_name": "entrepot start"},
    )
    stack.callback(found.terminate)
    return found
