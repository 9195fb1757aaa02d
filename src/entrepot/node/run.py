"""Runs what the commands name: a whole node, some contexts beside one, or only the migrations."""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, closing
from typing import Any

from entrepot import wiring
from entrepot.core.errors import Unavailable
from entrepot.node.hosting import Context
from entrepot.node.machine import (
    DeviceSockets,
    Running,
    announced,
    data_folder,
    keepable,
    led_on,
    listen,
    runs_on,
    stop_on_signals,
    url_of,
)
from entrepot.node.node import GATEWAY, Front, Node
from entrepot.node.platform import technology
from entrepot.settings import BadSetting, Settings


async def up(
    settings: Settings,
    *,
    ready: Callable[[str], None],
    greet: Callable[[str], None] = lambda link: None,
    beside: Callable[[str], Coroutine[Any, Any, None]] | None = None,
    described: Sequence[Context] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """A node with its gateway, until `stop` (by default a signal); `ready` hears its URL,
    `greet` the link for the first administrator while there is nobody, and `beside` is what runs with it.

    `described` are the contexts there are, by default those of the wiring. Raises: Error.
    """
    described = described or wiring.contexts()
    hosts = {*_known(settings.contexts, described), GATEWAY}
    devices = DeviceSockets(settings.host, settings.osmand_port, settings.mqtt_port)
    with data_folder(settings.data, alone=True), closing(devices):
        listener = listen(settings.host, settings.port)
        if "edge" in hosts and not led_on(settings.data, "edge"):  # who leads it has the ports
            devices.open()
        running = Running(os.getpid(), url_of(settings.host, listener.getsockname()[1]), *devices.ports)
        stop = stop or stop_on_signals()
        async with AsyncExitStack() as stack:
            with keepable(settings.data):
                parts = await stack.enter_async_context(
                    technology.parts(settings, described, starts_nats=True, devices=devices)
                )
                node = await stack.enter_async_context(Node.open(parts, hosts=hosts))
            link = await technology.first_link(settings, node.hosted, url=running.url)
            _settle()

            def is_ready() -> None:
                ready(running.url)
                if beside is not None:
                    company = asyncio.create_task(beside(running.url))
                    stack.callback(company.cancel)
                if link is not None:
                    greet(link)

            with announced(settings.data, running):
                await Front(node).run(listener=listener, stop=stop, ready=is_ready)


async def serve(
    settings: Settings,
    *,
    ready: Callable[[], None],
    described: Sequence[Context] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """The settings' contexts, for a gateway that runs elsewhere. Raises: Error."""
    described = described or wiring.contexts()
    hosts = _known(settings.contexts, [each for each in described if each.name != GATEWAY])
    if not settings.nats and not runs_on(settings.data):
        raise Unavailable(
            f"No node runs on {settings.data}. Start one with `entrepot up`, name its folder with --data,"
            " or share a NATS server with it: ENTREPOT_NATS."
        )
    devices = DeviceSockets(settings.host, settings.osmand_port, settings.mqtt_port)
    with data_folder(settings.data, alone=False), closing(devices):
        stop = stop or stop_on_signals()
        async with (
            technology.parts(settings, described, starts_nats=False, devices=devices) as parts,
            Node.open(parts, hosts=hosts),
        ):
            _settle()
            ready()
            await stop.wait()


def _settle() -> None:
    """What start-up made stays for good: keep it out of the garbage collector's way. Without this a tenth
    of a busy node's time goes into looking through modules and routes again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def migrate(settings: Settings) -> list[str]:
    """Bring every database up to date; which there are. Raises: Refused, Unavailable."""
    with data_folder(settings.data, alone=False):
        return await technology.migrate_all(settings)


def _known(wanted: Sequence[str], described: Sequence[Context]) -> set[str]:
    """The wanted contexts, or all. Raises: BadSetting."""
    names = {context.name for context in described}
    if unknown := sorted(set(wanted) - names):
        there_are = f"There are: {', '.join(sorted(names))}."
        raise BadSetting(f"There is no context {', '.join(unknown)}. {there_are}")
    return set(wanted) or names
