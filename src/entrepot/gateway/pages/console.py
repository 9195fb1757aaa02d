"""Serves the web console from `entrepot/console`, where the build puts it: its compressed files, and its
page for every path that the console routes itself. Without a build there is no console, and /docs says so.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec.structs import replace

from entrepot.http.answer import Answer
from entrepot.http.headers import POLICY

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
}
# The smallest first.
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_PAGE = "/index.html"


class Console:
    """The built files, each with an answer for every encoding."""

    def __init__(self, folder: Traversable, policy: str = "") -> None:
        """`policy` is the content security policy of the page, if it differs from that of other pages."""
        contents = {path: file.read_bytes() for path, file in _walk(folder, "")}
        self._files = {path: _variants(path, contents) for path in contents if _suffix(path) in _MEDIA_TYPES}
        if policy:
            self._files[_PAGE] = tuple(
                (name, replace(each, headers=(*each.headers, (POLICY, policy))))
                for name, each in self._files[_PAGE]
            )

    @classmethod
    def built(cls, policy: str = "") -> "Console | None":
        """Return the console of this installation, if it has one."""
        folder = files("entrepot").joinpath("console")
        return cls(folder, policy) if folder.joinpath("index.html").is_file() else None

    def find(self, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """Return the file under this path, or the console's page for a caller that accepts HTML."""
        variants = self._files.get(path)
        if variants is None:
            if path.startswith("/api/") or b"text/html" not in headers.get(b"accept", b""):
                return None
            variants = self._files[_PAGE]
        accepted = _accepted(headers.get(b"accept-encoding", b""))
        return next(answer for encoding, answer in variants if encoding in accepted)


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        path = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, path)
        else:
            yield path, entry


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]


def _variants(path: str, contents: Mapping[str, bytes]) -> tuple[tuple[str, Answer], ...]:
    """Return (encoding, answer), the smallest first, the plain one last."""
    packed = [(name, contents[path + suffix]) for name, suffix in _ENCODINGS if path + suffix in contents]
    varies = (("vary", "accept-encoding"),) if packed else ()
    plain = Answer(
        200,
        contents[path],
        _MEDIA_TYPES[_suffix(path)],
        varies,
        forever=path.startswith("/assets/"),  # the build puts a digest of the content into these names
    )
    return (
        *(
            (name, replace(plain, body=body, headers=(("content-encoding", name), *varies)))
            for name, body in packed
        ),
        ("identity", plain),
    )


def _accepted(header: bytes) -> frozenset[str]:
    """Return the encodings that the caller accepts; one that it refuses (`br;q=0`) does not count."""
    offers = [offer.replace(" ", "").partition(";") for offer in header.decode("latin-1").lower().split(",")]
    return frozenset({name for name, _, weight in offers if weight not in ("q=0", "q=0.0")} | {"identity"})
