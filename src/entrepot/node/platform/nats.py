"""A connection to NATS that is closed with the node."""

from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Bus
from entrepot.infra.bus.nats import NatsBus


async def connected(url: str, stack: AsyncExitStack, *, deployment: str, token: str | None = None) -> Bus:
    """Raises: Unavailable, with the setting that helps."""
    try:
        bus = await NatsBus.connect(url, deployment=deployment, token=token, name="entrepot")
    except Unavailable as error:
        raise Unavailable(
            f"No NATS server takes us in at {without_secrets(url)}. See the setting `nats`."
        ) from error
    stack.push_async_callback(bus.close)
    return bus


def without_secrets(url: str) -> str:
    """Return host and port of one or several URLs, for messages."""
    return ", ".join(urlsplit(each).netloc.rpartition("@")[2] for each in url.split(","))
