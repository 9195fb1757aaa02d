"""The gateway's own pages, shipped in the wheel: the reader of the OpenAPI document at /docs. They need
no build, hold no inline script or style, and load nothing from elsewhere.
"""

from collections.abc import Mapping
from importlib.resources import files

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FILES = {
    "/docs": "docs.html",
    "/docs.css": "docs.css",
    "/docs.js": "docs.js",
    "/docs/answer.js": "docs/answer.js",
    "/docs/call.js": "docs/call.js",
    "/docs/dom.js": "docs/dom.js",
    "/docs/icon.svg": "docs/icon.svg",
    "/docs/operation.js": "docs/operation.js",
    "/docs/shapes.js": "docs/shapes.js",
    "/docs/words.js": "docs/words.js",
}


def _page(name: str) -> tuple[str, bytes]:
    return _MEDIA_TYPES[name.rpartition(".")[2]], files(__name__).joinpath(name).read_bytes()


# URL path → (content type, bytes)
PAGES: Mapping[str, tuple[str, bytes]] = {path: _page(name) for path, name in _FILES.items()}
