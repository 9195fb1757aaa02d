"""A street map from one file: PMTiles 3 (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), of
which the browser asks ranges. The file is looked at once, and never read whole.
"""

import asyncio
import hashlib
import os
import stat
import struct
import zlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import structlog

from entrepot.core.errors import Invalid
from entrepot.http import ranges
from entrepot.http.answer import Answer
from entrepot.http.problem import Refusal

log = structlog.get_logger()

Schema = Literal["protomaps", "shortbread"]

_HEADER = struct.Struct("<7sBQQQQQQQQQQQBBBBBBiiiiBii")
_MAGIC, _VERSION, _MVT = b"PMTiles", 3, 1
_NONE, _GZIP = 1, 2
_MOST_METADATA = 16 * 1024 * 1024
_PIECE = 1024 * 1024  # sent at once; the ranges of a map are smaller
# What a schema is recognised by, among the layers of its tiles.
_SCHEMAS: tuple[tuple[Schema, frozenset[str]], ...] = (
    ("protomaps", frozenset(("earth", "roads"))),
    ("shortbread", frozenset(("streets",))),
)


class BadMapFile(Invalid):
    """A file that cannot be shown as a street map."""


class StreetMap(msgspec.Struct, frozen=True):
    """What the console must know of it. `path` changes with the file's content, so that no browser mixes
    two.
    """

    path: str
    schema: Schema
    attribution: str
    bounds: tuple[float, float, float, float]
    min_zoom: int
    max_zoom: int


class MapFile:
    """The opened file. It stays the one that was opened if another takes its name."""

    def __init__(self, path: Path) -> None:
        """Raises: BadMapFile, with a sentence."""
        self._name = str(path)
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise BadMapFile(f"map_file {path} cannot be read: {error.strerror}.") from error
        try:
            found = os.fstat(self._file)
            if not stat.S_ISREG(found.st_mode):
                raise BadMapFile(f"map_file {path} is no file.")
            self._size, self._changed_ns = found.st_size, found.st_mtime_ns
            self.map = self._looked_at()
        except BaseException:
            os.close(self._file)
            raise
        self._etag = f'"{self.map.path[5:-8]}"'

    def close(self) -> None:
        os.close(self._file)

    def find(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """Return an answer for the file's own path. Raises: Refusal 410, 416."""
        if path != self.map.path or method not in ("GET", "HEAD"):
            return None
        now = os.fstat(self._file)
        if (now.st_size, now.st_mtime_ns) != (self._size, self._changed_ns):
            log.error("map_file.changed", file=self._name)
            raise Refusal(410, "map-file-changed", "The map's file was overwritten. Restart the node.")
        told: tuple[tuple[str, str], ...] = (("etag", self._etag), ("accept-ranges", "bytes"))
        if ranges.matches(headers.get(b"if-none-match"), self._etag):
            return Answer(304, media_type=_MEDIA_TYPE, headers=told, forever=True)
        # A HEAD asks for no range (RFC 9110, section 14.2).
        wanted = ranges.asked(headers if method == "GET" else {}, size=self._size, etag=self._etag)
        told = (*told, ("content-length", str(wanted.length)))
        if not wanted.whole:
            last = wanted.first + wanted.length - 1
            told = (*told, ("content-range", f"bytes {wanted.first}-{last}/{self._size}"))
        parts = self._pieces(wanted.first, wanted.length)
        return Answer(200 if wanted.whole else 206, b"", _MEDIA_TYPE, told, parts, forever=True)

    async def _pieces(self, first: int, length: int) -> AsyncIterator[bytes]:
        while length:
            piece = await asyncio.to_thread(os.pread, self._file, min(_PIECE, length), first)
            if not piece:
                raise OSError("the map's file became shorter")
            first, length = first + len(piece), length - len(piece)
            yield piece

    def _looked_at(self) -> StreetMap:
        raw = os.pread(self._file, _HEADER.size, 0)
        if len(raw) < _HEADER.size or not raw.startswith(_MAGIC):
            raise self._bad("is no PMTiles file")
        (
            _, version, root_at, root_bytes, metadata_at, metadata_bytes, leaves_at, leaves_bytes, tiles_at,
            tiles_bytes, _, _, _, _, inside, _, kind, least, most, west, south, east, north, _, _, _,
        ) = _HEADER.unpack(raw)  # fmt: skip
        if version != _VERSION:
            raise self._bad(f"is PMTiles of version {version}; version {_VERSION} is read")
        ends = (root_at + root_bytes, metadata_at + metadata_bytes, leaves_at + leaves_bytes,
                tiles_at + tiles_bytes)  # fmt: skip
        if max(ends) > self._size:
            raise self._bad(f"is cut: it has {self._size} of {max(ends)} bytes")
        if kind != _MVT:
            raise self._bad("holds pictures or heights, not the vector tiles (MVT) of a street map")
        if metadata_bytes > _MOST_METADATA or not 0 <= least <= most <= 30:
            raise self._bad("is damaged: its header makes no sense")
        packed = os.pread(self._file, metadata_bytes, metadata_at)
        said = self._metadata(packed, inside)
        digest = hashlib.sha256(raw + packed + os.pread(self._file, min(root_bytes, _PIECE), root_at))
        digest.update(f"{self._size} {self._changed_ns}".encode())
        return StreetMap(
            path=f"/map/{digest.hexdigest()[:20]}.pmtiles",
            schema=self._schema(said),
            attribution=_plain(said.get("attribution")),
            bounds=(west / 1e7, south / 1e7, east / 1e7, north / 1e7),
            min_zoom=least,
            max_zoom=most,
        )

    def _metadata(self, packed: bytes, inside: int) -> dict[str, Any]:
        try:
            if inside == _GZIP:
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
                packed = unpacker.decompress(packed, _MOST_METADATA)
            elif inside != _NONE:
                raise self._bad("is packed with something else than gzip")
            return msgspec.json.decode(packed, type=dict[str, Any])
        except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._bad("is damaged: its metadata cannot be read") from error

    def _schema(self, said: Mapping[str, Any]) -> Schema:
        layers = said.get("vector_layers")
        listed = layers if isinstance(layers, list) else []
        named = {str(each.get("id")) for each in listed if isinstance(each, dict)}
        for schema, marks in _SCHEMAS:
            if marks <= named:
                return schema
        seen = ", ".join(sorted(named)[:6]) or "none"
        raise self._bad(f"has the layers {seen}, which are neither Protomaps' basemap nor Shortbread")

    def _bad(self, why: str) -> BadMapFile:
        return BadMapFile(f"map_file {self._name} {why}.")


_MEDIA_TYPE = "application/vnd.pmtiles"


def _plain(attribution: object) -> str:
    """What is thanked for, without the markup that is in it: it is shown as text."""
    text = attribution if isinstance(attribution, str) else ""
    out, inside = [], False
    for sign in text:
        inside = sign == "<" or (inside and sign != ">")
        if not inside and sign != ">":
            out.append(sign)
    return " ".join("".join(out).replace("&copy;", "©").split())[:300]
