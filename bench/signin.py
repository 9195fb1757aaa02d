"""Figure 7: people who sign in, while others work. Each sign-in hashes for 20 ms; nobody else may notice."""

import asyncio
import tempfile
from itertools import count
from pathlib import Path
from time import perf_counter

import msgspec
import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.load import Load, Round
from bench.report import Figure, Section, Table
from bench.server import running

_PERSON = {"email": "bench@mail.example", "password": "quite a long sentence 1953", "name": "Bench"}
_WALKERS, _PER_ADDRESS, _OTHERS_PER_S = 4, 20, 300.0
_ABOUT = (
    f"{_WALKERS} people sign in again and again (argon2id, 19 MiB, 2 passes), from new addresses of the "
    f"loopback range, because one address may try only so often; meanwhile {_OTHERS_PER_S:.0f} requests/s "
    "ask whether the node is ready (a look at every database, at most twice a second), open loop. The server "
    "has one core. Beside it the same requests with nobody signing in. The node hashes in a bounded pool of "
    "threads; what the machine can hash is the limit: one core, 20 ms each, at most 50/s."
)


def measure(*, quick: bool) -> Section:
    seconds = 3.0 if quick else 12.0
    with tempfile.TemporaryDirectory(prefix="bench-signin-") as folder:
        data, port = Path(folder), free_port()
        doors = ("--mqtt-port", "off", "--osmand-port", "off")
        command = ("-m", "entrepot", "up", "--data", str(data), "--port", str(port), *doors)
        with running("entrepot up", command, port=port, log=data / "up.log", ready="/readyz"):
            bearer = traffic.token(data)
            calm, busy, signed_in = uvloop.run(_both(port, bearer, seconds=seconds))
    others_ms = busy.percentile_ms(50)
    per_s, p99_ms = signed_in.per_s, signed_in.percentile_ms(99)
    errors = calm.errors + busy.errors + signed_in.errors
    figures = [
        Figure("sign-ins/s", f"{per_s:.1f}", "told", True),
        Figure("sign-in, p99", f"{p99_ms:.0f} ms", "told", True),
        Figure("others' p50 meanwhile", f"{others_ms:.2f} ms", "≤ one hash, 20 ms", others_ms <= 20),
        Figure("errors", str(errors), "0", errors == 0),
    ]  # fmt: skip
    rows = [
        [name, f"{each.per_s:.0f}", f"{each.percentile_ms(50):.2f}", f"{each.percentile_ms(99):.2f}"]
        for name, each in (("nobody signs in", calm), ("people sign in", busy))
    ]
    tables = [Table(["others' requests", "requests/s", "p50 ms", "p99 ms"], rows)]
    return Section(part="signin", title="Signing in", about=_ABOUT, figures=figures, tables=tables)


async def _both(port: int, bearer: str, *, seconds: float) -> tuple[Round, Round, Round]:
    await _enrol(port, bearer)
    calm = await _others(port, bearer, seconds=seconds)
    busy, signed_in = await asyncio.gather(
        _others(port, bearer, seconds=seconds), _sign_in_for(port, seconds=seconds)
    )
    return calm, busy, signed_in


async def _others(port: int, bearer: str, *, seconds: float) -> Round:
    requests = (traffic.get("/readyz", bearer) for _ in count())
    return await Load(requests, seconds=seconds).open(port, per_s=_OTHERS_PER_S)


async def _enrol(port: int, bearer: str) -> None:
    status = await _post(port, "/api/operators", _PERSON, address="127.0.0.1", bearer=bearer)
    if not 200 <= status < 300:
        raise RuntimeError(f"the bench's person could not be made: {status}")


async def _sign_in_for(port: int, *, seconds: float) -> Round:
    result, until = Round(), perf_counter() + seconds
    numbers, known = count(), {name: _PERSON[name] for name in ("email", "password")}

    async def walk() -> None:
        while perf_counter() < until:
            number = next(numbers) // _PER_ADDRESS
            address, began_at = f"127.1.{number // 250}.{number % 250 + 1}", perf_counter()
            status = await _post(port, "/api/tokens", known, address=address)
            result.latencies_s.append(perf_counter() - began_at)
            result.requests += 1
            result.errors += status != 200

    began_at = perf_counter()
    await asyncio.gather(*(walk() for _ in range(_WALKERS)))
    result.took_s = perf_counter() - began_at
    return result


async def _post(port: int, path: str, body: object, *, address: str, bearer: str = "") -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(traffic.json_post(path, msgspec.json.encode(body), bearer=bearer))
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()
