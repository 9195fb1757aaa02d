"""Chooses the platform: an operator's own database or NATS where a setting names one, else our own."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from importlib import import_module
from typing import Protocol, cast

from entrepot import wiring
from entrepot.core.ports import Bus
from entrepot.infra.database.relocate import Databases
from entrepot.node.hosting import OpenDatabase
from entrepot.settings import Settings


class Platform(Protocol):
    """A module of `wiring.PLATFORMS`."""

    def databases(self, settings: Settings) -> OpenDatabase:
        """Return what opens the database of a context, by its name."""

    def every_database(self, settings: Settings) -> AbstractAsyncContextManager[Databases]:
        """Open all databases, also those under names that no context has now. Raises: Unavailable."""

    async def bus(
        self, settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool
    ) -> Bus:
        """Open the bus of this deployment; `stack` closes it. Raises: Unavailable."""


def databases(settings: Settings) -> OpenDatabase:
    return _platform("cluster" if settings.database else "embedded").databases(settings)


def every_database(settings: Settings) -> AbstractAsyncContextManager[Databases]:
    return _platform("cluster" if settings.database else "embedded").every_database(settings)


async def led(settings: Settings, name: str) -> bool:
    """Whether a process leads this context's database now. Raises: Unavailable."""
    async with every_database(settings) as databases:
        return await databases.led(name)


async def bus(settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool) -> Bus:
    platform = _platform("cluster" if settings.nats else "embedded")
    return await platform.bus(settings, stack, deployment=deployment, starts_nats=starts_nats)


def _platform(name: str) -> Platform:
    return cast(Platform, import_module(wiring.PLATFORMS[name]))
