"""The usual framework, as a team would write it: FastAPI, pydantic, SQLAlchemy with a session per request,
PyJWT, a token bucket as a dependency. One commit per request, flushed like the others'.

    python -m bench.twins.fastapi_twin DATA PORT
"""

import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.twins import setting

_PER_S, _BURST = 1_000_000.0, 60_000_000.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    pass


class PositionRow(Base):
    __tablename__ = "position"

    id: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    altitude_m: Mapped[float]
    speed_mps: Mapped[float]
    course_deg: Mapped[float]
    fixed_at_us: Mapped[int]


class Position(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=36, max_length=36)
    device: str = Field(min_length=1, max_length=80)
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    altitude_m: float = Field(ge=-500, le=20_000)
    speed_mps: float = Field(ge=0, le=500)
    course_deg: float = Field(ge=0, lt=360)
    fixed_at: AwareDatetime


class Recorded(BaseModel):
    id: str


def engine(data: Path) -> AsyncEngine:
    setting.prepare(data / "fastapi.sqlite")
    made = create_async_engine(f"sqlite+aiosqlite:///{data / 'fastapi.sqlite'}", connect_args={"timeout": 30})

    @event.listens_for(made.sync_engine, "connect")
    def flush_every_commit(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode = wal")
        cursor.execute("PRAGMA synchronous = full")
        cursor.close()

    return made


def build(data: Path) -> FastAPI:
    app = FastAPI()
    sessions = async_sessionmaker(engine(data), expire_on_commit=False)
    keys = {kid: Ed25519PublicKey.from_public_bytes(raw) for kid, raw in setting.verifying_keys(data).items()}
    buckets: dict[str, tuple[float, float]] = {}

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    async def caller(sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
        try:
            key = keys[jwt.get_unverified_header(sent.credentials)["kid"]]
            claims = jwt.decode(
                sent.credentials, key, ["EdDSA"], issuer=setting.ISSUER, audience=setting.ISSUER
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise HTTPException(401, "This token is not valid.") from error
        return str(claims["sub"])

    async def metered(who: Annotated[str, Depends(caller)]) -> None:
        now = time.monotonic()
        left, at = buckets.get(who, (_BURST, now))
        left = min(_BURST, left + (now - at) * _PER_S)
        buckets[who] = (left - 1, now)
        if left < 1:
            raise HTTPException(429, "Too often.")

    @app.post("/api/bench/positions", status_code=201, dependencies=[Depends(metered)])
    async def record(position: Position, database: Annotated[AsyncSession, Depends(session)]) -> Recorded:
        fields = position.model_dump(exclude={"fixed_at"})
        fixed_at_us = round((position.fixed_at - _EPOCH).total_seconds() * 1_000_000)
        database.add(PositionRow(**fields, fixed_at_us=fixed_at_us))
        await database.commit()
        return Recorded(id=position.id)

    @app.get("/api/bench/positions/{id}", dependencies=[Depends(metered)])
    async def show(id: str, database: Annotated[AsyncSession, Depends(session)]) -> Position:
        row = await database.get(PositionRow, id)
        if row is None:
            raise HTTPException(404, "There is no such position.")
        fields = {name: getattr(row, name) for name in Position.model_fields if name != "fixed_at"}
        return Position(**fields, fixed_at=datetime.fromtimestamp(row.fixed_at_us / 1_000_000, UTC))

    return app


def main() -> None:
    uvicorn.run(
        build(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), loop="uvloop", http="httptools",
        ws="none", access_log=False, log_level="warning", backlog=2048, proxy_headers=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
