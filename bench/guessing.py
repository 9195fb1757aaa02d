"""Figure: one account guessed from a thousand addresses, while its owner goes on."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

import msgspec
import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.report import Figure, Section, Table
from bench.server import running
from entrepot.user.model.guessing import MOST, Guesses

_PERSON = {"email": "bench@mail.example", "password": "quite a long sentence 1953", "name": "Bench"}
_ADDRESSES, _AT_ONCE = 1_000, 50
_OWNER = "127.0.0.1"
_ABOUT = (
    f"{_ADDRESSES:,} addresses of the loopback range guess the password of one account, {_AT_ONCE} at a "
    "time, each as often as it may; its owner signs in meanwhile from where they did before. *Weighed* are "
    "guesses whose password was looked at. The hour and the month follow from the same table, for somebody "
    "who asks again at the first moment at which it counts; without the account-wide limit each address "
    f"alone would have had about 15 in the hour, {15 * _ADDRESSES:,} together."
)


def measure(*, quick: bool) -> Section:
    seconds = 2.0 if quick else 20.0
    with tempfile.TemporaryDirectory(prefix="bench-guessing-") as folder:
        data, port = Path(folder), free_port()
        doors = ("--mqtt-port", "off", "--osmand-port", "off")
        command = ("-m", "entrepot", "up", "--data", str(data), "--port", str(port), *doors)
        with running("entrepot up", command, port=port, log=data / "up.log", ready="/readyz"):
            statuses, owner = uvloop.run(_attack(port, traffic.token(data), seconds=seconds))
    weighed, refused = statuses.count(400), statuses.count(429)
    hour, month = _weighed_within(1), _weighed_within(30 * 24)
    errors = len(statuses) - weighed - refused + sum(status != 200 for status in owner)
    figures = [
        Figure("weighed in the attack", str(weighed), "told", True),
        Figure("weighed per account and hour", str(hour), "≤ 100 in a row", hour <= MOST),
        Figure("weighed per account and month", str(month), f"≤ {MOST} in a row", month <= MOST),
        Figure("owner's sign-ins meanwhile", f"{owner.count(200)} of {len(owner)}", "all", 200 in owner),
        Figure("errors", str(errors), "0", errors == 0),
    ]
    rows = [["strangers", f"{len(statuses):,}", str(weighed), f"{refused:,}"]]
    rows.append(["owner", str(len(owner)), str(owner.count(200)), str(owner.count(429))])
    tables = [Table(["who", "tries", "weighed", "told to wait"], rows)]
    return Section(part="guessing", title="Guessing", about=_ABOUT, figures=figures, tables=tables)


async def _attack(port: int, bearer: str, *, seconds: float) -> tuple[list[int], list[int]]:
    await _post(port, "/api/operators", _PERSON, address=_OWNER, bearer=bearer)
    known = {name: _PERSON[name] for name in ("email", "password")}
    owner, statuses = [await _post(port, "/api/tokens", known, address=_OWNER)], list[int]()
    until, wrong = perf_counter() + seconds, known | {"password": "a wrong guess, again"}

    async def guess(first: int) -> None:
        number = first
        while perf_counter() < until:
            address = f"127.2.{number // 250}.{number % 250 + 1}"
            statuses.append(await _post(port, "/api/tokens", wrong, address=address))
            number = (number + _AT_ONCE) % _ADDRESSES

    async def go_on() -> None:
        while perf_counter() < until:
            await asyncio.sleep(2.5)  # an address may try 30 times a minute, right or wrong
            owner.append(await _post(port, "/api/tokens", known, address=_OWNER))

    await asyncio.gather(go_on(), *(guess(number) for number in range(_AT_ONCE)))
    return statuses, owner


def _weighed_within(hours: float) -> int:
    guesses, now_us, count = Guesses(), 1, 0
    while now_us < hours * 3600e6:
        if (wait_s := guesses.wait_s(now_us=now_us)) > 0:
            now_us += round(wait_s * 1e6)
        else:
            guesses, count = guesses.one_more(now_us=now_us), count + 1
    return count


async def _post(port: int, path: str, body: object, *, address: str, bearer: str = "") -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(traffic.json_post(path, msgspec.json.encode(body), bearer=bearer))
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
