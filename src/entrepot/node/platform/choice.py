"""Chooses the platform: the first of `wiring.PLATFORMS` that the settings ask for, for databases and for the
bus.
"""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from importlib import import_module
from typing import Protocol, cast

from entrepot import wiring
from entrepot.core.ports import Bus
from entrepot.infra.database.encryption import Encryption
from entrepot.infra.database.relocate import Databases
from entrepot.node.hosting import OpenDatabase
from entrepot.settings import Settings


class Platform(Protocol):
    """A module of `wiring.PLATFORMS`."""

    def has_databases(self, settings: Settings) -> bool:
        """Whether the settings ask for databases of this platform."""

    def has_bus(self, settings: Settings) -> bool:
        """Whether the settings ask for the bus of this platform."""

    def databases(self, settings: Settings, stack: AsyncExitStack) -> OpenDatabase:
        """Return what opens the database of a context, by its name; `stack` closes what they share."""

    def every_database(self, settings: Settings) -> AbstractAsyncContextManager[Databases]:
        """Open all databases, also those under names that no context has now. Raises: Locked, Unavailable."""

    async def led(self, settings: Settings, name: str) -> bool:
        """Whether a process leads this context's database now. Raises: Unavailable."""

    async def encryption(self, settings: Settings) -> Encryption | None:
        """Return how the data folder is encrypted; None where that is not ours to do. Raises: Locked."""

    async def bus(
        self, settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool
    ) -> Bus:
        """Open the bus of this deployment; `stack` closes it. Raises: Unavailable."""


def databases(settings: Settings, stack: AsyncExitStack) -> OpenDatabase:
    return _with_databases(settings).databases(settings, stack)


def every_database(settings: Settings) -> AbstractAsyncContextManager[Databases]:
    return _with_databases(settings).every_database(settings)


async def led(settings: Settings, name: str) -> bool:
    return await _with_databases(settings).led(settings, name)


async def encryption(settings: Settings) -> Encryption | None:
    return await _with_databases(settings).encryption(settings)


async def bus(settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool) -> Bus:
    platform = next(each for each in _platforms() if each.has_bus(settings))
    return await platform.bus(settings, stack, deployment=deployment, starts_nats=starts_nats)


def _with_databases(settings: Settings) -> Platform:
    return next(each for each in _platforms() if each.has_databases(settings))


def _platforms() -> Iterator[Platform]:
    """By name, because a platform's libraries are loaded only where it is used."""
    for name in wiring.PLATFORMS:
        yield cast(Platform, import_module(name))
