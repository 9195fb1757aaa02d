"""Which platform opens what: an operator's own database or NATS where a setting names one, else ours."""

from contextlib import AsyncExitStack
from importlib import import_module
from typing import Protocol, cast

from entrepot import wiring
from entrepot.core.ports import Bus
from entrepot.node.hosting import OpenDatabase
from entrepot.settings import Settings


class Platform(Protocol):
    """A module of `wiring.PLATFORMS`."""

    def databases(self, settings: Settings) -> OpenDatabase:
        """Opens the database of a context, by its name."""

    async def bus(self, settings: Settings, stack: AsyncExitStack, *, starts_nats: bool) -> Bus:
        """The bus, closed with `stack`. Raises: Unavailable."""


def databases(settings: Settings) -> OpenDatabase:
    return _platform("cluster" if settings.database else "embedded").databases(settings)


async def bus(settings: Settings, stack: AsyncExitStack, *, starts_nats: bool) -> Bus:
    platform = _platform("cluster" if settings.nats else "embedded")
    return await platform.bus(settings, stack, starts_nats=starts_nats)


def _platform(name: str) -> Platform:
    return cast(Platform, import_module(wiring.PLATFORMS[name]))
