"""What the map is drawn from: the street map in a file of the node's, or tiles from the server that the
operator names, if any. The map page draws them, and the content
security policy allows exactly this host.
"""

from urllib.parse import urlsplit

import msgspec

from entrepot.core.errors import Invalid
from entrepot.gateway.pages.street_map import StreetMap


class BadTiles(Invalid):
    """An address from which no tile can be asked."""


class Tiles(msgspec.Struct, frozen=True):
    """`url` holds {z}, {x} and {y}; empty means that the console draws its own map, or the `street` map."""

    url: str = ""
    attribution: str = ""
    street: StreetMap | None = None

    @property
    def origin(self) -> str:
        """Return the origin, such as `https://tile.example`, as a policy names it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if self.url else ""


def tiles(url: str, attribution: str) -> Tiles:
    """Raises: BadTiles."""
    if url:
        parts = urlsplit(url)
        if missing := [name for name in ("{z}", "{x}", "{y}") if name not in parts.path + parts.query]:
            raise BadTiles(
                f"map_tiles needs {', '.join(missing)}, as in https://tile.example/{{z}}/{{x}}/{{y}}.png."
            )
        if not parts.hostname or any(sign in parts.netloc for sign in "{}@;, '\""):
            raise BadTiles("map_tiles needs one plain host, as in https://tile.example/{z}/{x}/{y}.png.")
    return Tiles(url, attribution)
