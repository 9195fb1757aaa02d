"""Lets the demo's vehicles report to a running node, as OwnTracks does over HTTP: yesterday at once, then as
time goes by.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import aiohttp
import msgspec
import structlog

from entrepot.demo.routes import DEPOTS, ROUNDS, Depot
from entrepot.demo.vehicle import Sighting, Vehicle

log = structlog.get_logger()

T = TypeVar("T")
Token = Callable[[], Awaitable[str]]
_Headers = dict[str, str]

_PAST_S = 24 * 3600
_AT_ONCE = 100
_AGAIN_S = 5.0
_KMH_PER_MPS = 3.6


class _Car(msgspec.Struct):
    """A vehicle that the node knows, and until when it has reported."""

    vehicle: Vehicle
    login: aiohttp.BasicAuth
    told_s: float


async def drive(url: str, token: Token, *, tls: ssl.SSLContext | None = None) -> None:
    """Drive until cancelled. `token()` returns a token that may enrol devices and draw geofences; `tls` is
    needed where the node speaks it.
    """
    try:
        connector = aiohttp.TCPConnector(ssl=tls or True)
        async with aiohttp.ClientSession(url, raise_for_status=True, connector=connector) as session:
            await _drive(session, token)
    except Exception:  # the node goes on without its demo
        log.exception("demo.ended")


async def _drive(session: aiohttp.ClientSession, token: Token) -> None:
    cars = await _insistently(lambda: _enrol(session, token))
    log.info("demo.drives", vehicles=len(cars))
    while True:
        now_s = time.time()
        await _insistently(partial(_report_all, session, cars, now_s))
        await asyncio.sleep(max(0.0, now_s + 1 - time.time()))


async def _insistently(work: Callable[[], Awaitable[T]]) -> T:
    """Try again what fails because the node is busy or stops."""
    while True:
        try:
            return await work()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("demo.waits", reason=str(error))
            await asyncio.sleep(_AGAIN_S)


# ---- what the node needs to know ----------------------------------------------------------------------


async def _enrol(session: aiohttp.ClientSession, token: Token) -> list[_Car]:
    headers = {"Authorization": f"Bearer {await token()}"}
    await _draw(session, headers)
    return [await _car(session, headers, Vehicle(each)) for each in ROUNDS]


async def _car(session: aiohttp.ClientSession, headers: _Headers, vehicle: Vehicle) -> _Car:
    """Enrol a device for a vehicle or, after a restart, give the one from before a new password."""
    plan, since_s = vehicle.round, time.time() - _PAST_S
    known = await _items(session, headers, f"/api/devices?search={plan.username}")
    if known:
        path, new = f"/api/devices/{known[0]['id']}/password", {}
        since_s = max(since_s, await _last_s(session, headers, known[0]["id"]))
    else:
        path = "/api/devices"
        new = {
            "name": plan.name, "kind": plan.kind, "username": plan.username, "simulated": True, "person": "",
        }  # fmt: skip
    async with session.post(path, headers=headers, json=new) as answer:
        password = (await answer.json())["password"]
    return _Car(vehicle, aiohttp.BasicAuth(plan.username, password), since_s)


async def _last_s(session: aiohttp.ClientSession, headers: _Headers, id: str) -> float:
    async with session.get(f"/api/devices/{id}", headers=headers) as answer:
        latest = (await answer.json()).get("position")
    return 0.0 if latest is None else datetime.fromisoformat(latest["fixed_at"]).timestamp()


async def _draw(session: aiohttp.ClientSession, headers: _Headers) -> None:
    names = {each["name"] for each in await _items(session, headers, "/api/geofences")}
    for depot in DEPOTS:
        if depot.name not in names:
            async with session.post("/api/geofences", headers=headers, json=_fence(depot)):
                pass


def _fence(depot: Depot) -> dict[str, object]:
    latitude, longitude = depot.at
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"name": depot.name, "geometry": geometry, "radius_m": depot.radius_m}


async def _items(session: aiohttp.ClientSession, headers: _Headers, path: str) -> list[Any]:
    async with session.get(path, headers=headers) as answer:
        return list((await answer.json())["items"])


# ---- what the vehicles tell ---------------------------------------------------------------------------


async def _report_all(session: aiohttp.ClientSession, cars: Iterable[_Car], until_s: float) -> None:
    for car in cars:
        waiting = list(car.vehicle.sightings(car.told_s, until_s))
        for first in range(0, len(waiting), _AT_ONCE):
            part = waiting[first : first + _AT_ONCE]
            async with session.post("/owntracks", auth=car.login, json=[_location(each) for each in part]):
                car.told_s = part[-1].at_s


def _location(seen: Sighting) -> dict[str, object]:
    """Return OwnTracks' form, in which `vel` is km/h."""
    return {
        "_type": "location", "tid": "sim", "tst": seen.at_s, "lat": seen.latitude, "lon": seen.longitude,
        "acc": seen.accuracy_m, "vel": round(seen.speed_mps * _KMH_PER_MPS), "cog": round(seen.course_deg),
        "batt": seen.battery_pct,
    }  # fmt: skip
