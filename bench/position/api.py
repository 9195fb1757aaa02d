"""The position context's HTTP. The limits are so high that a benchmark is never refused."""

from bench.position import service
from bench.position.model import Position, Recorded
from entrepot.core.routes import Limit, Route

_NEVER = Limit(requests=60_000_000, window_s=60.0)

ROUTES = (
    Route(
        "POST", "/api/bench/positions", service.record, takes=Position, gives=Recorded, status=201,
        scope="device:write", limit=_NEVER,
    ),
    Route(
        "GET", "/api/bench/positions/{id}", service.read, gives=Position,
        scope="position:read", limit=_NEVER,
    ),
    Route(
        "POST", "/api/bench/reports", service.report, takes=Position, gives=Recorded, status=201,
        scope="device:write", limit=_NEVER,
    ),
)  # fmt: skip
