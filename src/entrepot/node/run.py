"""Runs what the commands name: a whole node, some contexts beside one, or only the migrations."""

import asyncio
import gc
import os
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack, closing
from pathlib import Path
from typing import Any

from entrepot import wiring
from entrepot.core.context import Context
from entrepot.core.errors import Unavailable
from entrepot.core.stopping import Stopping
from entrepot.device.context import CONTEXT as DEVICE
from entrepot.gateway.context import CONTEXT as GATEWAY
from entrepot.infra.mailbox.pacing import PACE, Pace
from entrepot.node import opening, reserve, stopped
from entrepot.node.archive import forget_unfinished
from entrepot.node.arrivals import Arrivals
from entrepot.node.assembly import Assembly, assemble
from entrepot.node.device_doors import device_sockets
from entrepot.node.front import Front
from entrepot.node.machine import (
    DeviceSockets,
    Running,
    announced,
    data_folder,
    keepable,
    listen,
    on_hangup,
    runs_on,
    stop_on_signals,
    url_of,
)
from entrepot.node.node import Node
from entrepot.node.platform import choice
from entrepot.node.reloading import Reloads
from entrepot.settings import BadSetting, Settings


async def up(
    settings: Settings,
    *,
    ready: Callable[[str], None],
    greet: Callable[[str], None] = lambda link: None,
    beside: Callable[[str], Coroutine[Any, Any, None]] | None = None,
    contexts: Sequence[Context] = wiring.CONTEXTS,
    pace: Pace = PACE,
    stop: Stopping | None = None,
    read: Callable[[], Settings] | None = None,
) -> None:
    """Run a node with its gateway until `stop` (by default a signal).

    `ready` gets its URL, `greet` the link for the first administrator while nobody has an account, and
    `beside` runs with it. `contexts` are all contexts of the program, `pace` the timing of their events;
    `read` reads the settings anew at SIGHUP. Raises: Error.
    """
    assembly = assemble(contexts)
    hosts = {*_known(settings.contexts, assembly, assembly.names), GATEWAY.name}
    devices, arrivals = device_sockets(settings), Arrivals(settings)
    with ExitStack() as taken:
        taken.enter_context(data_folder(settings.data, alone=True))
        forget_unfinished(settings.data)
        reserve.give_up(settings.data)
        taken.enter_context(closing(devices))
        listener = taken.enter_context(closing(listen(settings.host, settings.port)))
        operators = _operators_socket(settings, taken)
        if DEVICE.name in hosts and not await choice.led(settings, DEVICE.name):  # who leads it has the ports
            devices.open()
        running = _running(settings, listener, operators, devices)
        stop, reloads = stop or stop_on_signals(), _reloads(settings, read)
        async with AsyncExitStack() as stack:
            with keepable(settings.data):
                parts = await stack.enter_async_context(
                    opening.parts(
                        settings, assembly, starts_nats=True, devices=devices, arrivals=arrivals, pace=pace,
                        stopping=stop, reloads=reloads,
                    )
                )  # fmt: skip
                node = await stack.enter_async_context(Node.open(parts, hosts=hosts))
            link = await opening.first_link(settings, node.hosted, url=running.url)
            _settle()
            reserve.take_back(settings.data)

            def is_ready() -> None:
                ready(running.url)
                if beside is not None:
                    company = asyncio.create_task(beside(running.operators_url or running.url))
                    stack.callback(company.cancel)
                if link is not None:
                    greet(link)

            with announced(settings.data, running):
                await Front(node).run(listener, operators, ready=is_ready)


def _operators_socket(settings: Settings, taken: ExitStack) -> socket.socket | None:
    if settings.operators_port is None:
        return None
    host, port = settings.operators_host, settings.operators_port
    return taken.enter_context(closing(listen(host, port, option="ENTREPOT_OPERATORS_PORT")))


def _running(
    settings: Settings, listener: socket.socket, operators: socket.socket | None, devices: DeviceSockets
) -> Running:
    """Return what the other commands need to find this node."""
    url = url_of(settings.host, listener.getsockname()[1], tls=bool(settings.tls_certificate))
    for_operators = "" if operators is None else url_of(settings.operators_host, operators.getsockname()[1])
    certificate = str(Path(settings.tls_certificate).absolute()) if settings.tls_certificate else ""
    return Running(os.getpid(), url, *devices.ports, operators_url=for_operators, certificate=certificate)


async def serve(
    settings: Settings,
    *,
    ready: Callable[[], None],
    contexts: Sequence[Context] = wiring.CONTEXTS,
    pace: Pace = PACE,
    stop: Stopping | None = None,
    read: Callable[[], Settings] | None = None,
) -> None:
    """Run the contexts that the settings name, for a gateway that runs elsewhere. Raises: Error."""
    assembly = assemble(contexts)
    hosts = _known(settings.contexts, assembly, [name for name in assembly.names if name != GATEWAY.name])
    if not settings.nats and not runs_on(settings.data):
        raise Unavailable(
            f"No node runs on {settings.data}. Start one with `entrepot up`, name its folder with --data,"
            " or share a NATS server with it: ENTREPOT_NATS."
        )
    devices, arrivals = device_sockets(settings), Arrivals(settings)
    with data_folder(settings.data, alone=False), closing(devices):
        stop, reloads = stop or stop_on_signals(), _reloads(settings, read)
        async with (
            opening.parts(
                settings,
                assembly,
                starts_nats=False,
                devices=devices,
                arrivals=arrivals,
                pace=pace,
                stopping=stop,
                reloads=reloads,
            ) as parts,
            Node.open(parts, hosts=hosts),
        ):
            _settle()
            ready()
            # Others answer in its place, and nothing stands before it that must notice.
            await stop.wait_to_end(0.0)


def _reloads(settings: Settings, read: Callable[[], Settings] | None) -> Reloads:
    """SIGHUP is for whoever can read the settings anew; where a program runs a node, it is the program's."""
    reloads = Reloads(settings, read)
    if read is not None:
        on_hangup(reloads.reload)
    return reloads


def _settle() -> None:
    """Freeze what start-up made, and collect garbage rarely. Without this the collector spends a tenth of a
    busy node's time on looking through modules and routes again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def migrate(settings: Settings) -> list[str]:
    """Bring every database up to date. Return a line for each. Raises: MigrationRefused, Unavailable."""
    with data_folder(settings.data, alone=False):
        return await stopped.migrate_all(settings)


async def restored(settings: Settings) -> None:
    """Let the logs of databases that somebody else restored begin a new life. Raises: Unavailable."""
    with data_folder(settings.data, alone=True):
        await stopped.begin_anew(settings)


def _known(wanted: Sequence[str], assembly: Assembly, there_are: Sequence[str]) -> set[str]:
    """Return the wanted contexts of those that there are, also by a name that they had before, or all.

    Raises: BadSetting.
    """
    names = set(there_are)
    formerly = {each.context.formerly: each.name for each in assembly if each.context.formerly}
    chosen = {formerly.get(name, name) for name in wanted}
    if unknown := sorted(chosen - names):
        names_them = f"There are: {', '.join(sorted(names))}."
        raise BadSetting(f"There is no context {', '.join(unknown)}. {names_them}")
    return chosen or names
