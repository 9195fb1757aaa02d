"""How a new device is set up in a minute: every way that a family offers."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, get_type_hints
from urllib.parse import urlsplit

import msgspec

from entrepot.device.families import FAMILIES
from entrepot.device.model.family import Enrolled

ONLY_HERE = (
    "These links name this machine itself, which no phone can reach. Start the node with --host 0.0.0.0, and"
    " set public_url to an address that phones reach."
)
_WAYS = tuple(sorted((way for each in FAMILIES for way in each.set_up), key=lambda way: way.name))


class _Setup(msgspec.Struct, frozen=True, kw_only=True):
    """All ways in, as families offer them; null where this node does not. `warning` says why a phone cannot
    use them yet, and is empty if it can.
    """

    warning: str


if TYPE_CHECKING:
    Setup = _Setup
else:  # what the families offer is known only here, and the document of the API shows it
    Setup = msgspec.defstruct(
        "Setup",
        [(way.name, get_type_hints(way.make)["return"]) for way in _WAYS],
        bases=(_Setup,),
        namespace={"__doc__": _Setup.__doc__},
        module=__name__,
        frozen=True,
        kw_only=True,
    )


def ways_in(device: Enrolled) -> Setup:
    """It holds the password, and is stored nowhere."""
    ways = {way.name: way.make(device) for way in _WAYS}
    made: Setup = Setup(**ways, warning=ONLY_HERE if _loopback(device.url) else "")
    return made


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
