"""A street map in one file: served by ranges, and looked at before anybody relies on it."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node, Reply, running_node

from entrepot.gateway.pages.street_map import _HEADER, BadMapFile, MapFile
from entrepot.http import ranges
from entrepot.http.problem import Refusal

PROTOMAPS = ["earth", "roads", "places"]
DATA = Path(__file__).parents[2].parent / "shared" / "data" / "map"


def pmtiles(
    folder: Path, *, layers: Any = PROTOMAPS, tiles: bytes = b"tile" * 600_000, version: int = 3,
    kind: int = 1,
    attribution: str = '<a href="x">&copy; OpenStreetMap</a>', packed: bool = True,
) -> Path:  # fmt: skip
    """A small archive, written by hand as the specification has it."""
    told = [{"id": each, "fields": {}} for each in layers]
    metadata = json.dumps({"vector_layers": told, "attribution": attribution}).encode()
    metadata = gzip.compress(metadata, mtime=0) if packed else metadata
    root = gzip.compress(b"\x00", mtime=0)
    root_at = _HEADER.size
    metadata_at = root_at + len(root)
    tiles_at = metadata_at + len(metadata)
    header = _HEADER.pack(
        b"PMTiles", version, root_at, len(root), metadata_at, len(metadata), tiles_at, 0, tiles_at,
        len(tiles), 1, 1, 1, 1, 2 if packed else 1, 2, kind, 0, 14, 14_000_000, 424_000_000, 16_000_000,
        426_000_000, 5, 0, 0,
    )  # fmt: skip
    file = folder / "streets.pmtiles"
    file.write_bytes(header + root + metadata + tiles)
    return file


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pmtiles(tmp_path_factory.mktemp("map"))


@pytest.fixture(scope="module")
def node(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("node"), map_file=str(file)) as running:
        yield running


@pytest.fixture
def guest(node: Node) -> Caller:
    return node.stranger()


def get(guest: Caller, method: str = "GET", **headers: str) -> Reply:
    path = guest.get("/map.json").json()["street"]["path"]
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    return guest.ask(method, path, headers=told)


def test_map_tells_what_it_is(guest: Caller) -> None:
    street = guest.get("/map.json").json()["street"]
    assert street["schema"] == "protomaps" and street["attribution"] == "© OpenStreetMap"
    assert (street["bounds"], street["max_zoom"]) == ([1.4, 42.4, 1.6, 42.6], 14)


@pytest.mark.parametrize(
    "asked, first, last", [("0-126", 0, 126), ("100-", 100, -1), ("-5", -5, -1), ("5-99999999999", 5, -1)]
)
def test_range_is_answered_exactly(guest: Caller, file: Path, asked: str, first: int, last: int) -> None:
    content = file.read_bytes()
    first, last = first % len(content), last % len(content)
    reply = get(guest, Range=f"bytes={asked}")
    assert reply.status == 206 and reply.body == content[first : last + 1]
    assert reply.header("content-range") == f"bytes {first}-{last}/{len(content)}"
    assert reply.header("content-length") == str(last + 1 - first)
    assert reply.header("content-encoding") is None and reply.header("accept-ranges") == "bytes"
    assert "immutable" in (reply.header("cache-control") or "")


def test_whole_file_and_its_head(guest: Caller, file: Path) -> None:
    whole, head = get(guest), get(guest, "HEAD", Range="bytes=0-1")
    assert whole.status == 200 and whole.body == file.read_bytes()
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == str(file.stat().st_size)
    assert head.header("etag") == whole.header("etag") and not (head.header("etag") or "W/").startswith("W/")


@pytest.mark.parametrize("asked", ["999999999-", "-0", "0-1,5-6", "20-19", "x-y", "-", "5"])
def test_range_that_is_not_there_or_several_are_refused(guest: Caller, file: Path, asked: str) -> None:
    reply = get(guest, Range=f"bytes={asked}")
    assert reply.status == 416 and reply.header("content-range") == f"bytes */{file.stat().st_size}"


def test_conditions_name_the_version(guest: Caller, file: Path) -> None:
    etag = get(guest, "HEAD").header("etag") or ""
    assert get(guest, If_None_Match=f'"x", {etag}').status == 304
    assert get(guest, Range="bytes=0-9", If_Range=etag).status == 206
    other = get(guest, Range="bytes=0-9", If_Range='"other"')
    assert other.status == 200 and len(other.body) == file.stat().st_size


def test_only_its_own_path_is_served(guest: Caller) -> None:
    assert guest.get("/map/00000000000000000000.pmtiles").status == 404


@pytest.mark.parametrize(
    "made, why",
    [
        ({"version": 2}, "version 2"), ({"kind": 2}, "pictures"),
        ({"layers": ["transportation"]}, "transportation"), ({"layers": []}, "none"),
    ],
)  # fmt: skip
def test_file_that_cannot_be_drawn_is_refused_in_words(
    tmp_path: Path, made: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadMapFile, match=why):
        MapFile(pmtiles(tmp_path, tiles=b"", **made))


def test_cut_and_strange_files_are_refused(tmp_path: Path) -> None:
    whole = pmtiles(tmp_path, packed=False)
    MapFile(whole).close()
    content = whole.read_bytes()
    for broken, why in ((content[:-1], "is cut"), (content[:50], "no PMTiles"), (b"", "no PMTiles")):
        whole.write_bytes(broken)
        with pytest.raises(BadMapFile, match=why):
            MapFile(whole)
    with pytest.raises(BadMapFile, match="cannot be read"):
        MapFile(tmp_path / "none.pmtiles")
    with pytest.raises(BadMapFile, match="no file"):
        MapFile(tmp_path)


def test_another_file_under_the_name_changes_nothing_and_an_overwritten_one_is_said(tmp_path: Path) -> None:
    opened = MapFile(pmtiles(tmp_path))
    path = opened.map.path
    pmtiles(tmp_path / "..").replace(tmp_path / "streets.pmtiles")
    assert opened.find("GET", path, {}) is not None
    opened.close()
    again = MapFile(tmp_path / "streets.pmtiles")
    os.utime(tmp_path / "streets.pmtiles", ns=(1, 1))
    with pytest.raises(Refusal, match="overwritten"):
        again.find("GET", again.map.path, {})
    again.close()


@pytest.mark.skipif(not DATA.exists(), reason="the street maps (shared/data/map) are not here")
def test_real_maps_are_known() -> None:
    found = {}
    for each in sorted(DATA.glob("*.pmtiles")):
        opened = MapFile(each)
        found[each.name.split(".")[1]] = (opened.map.schema, opened.map.max_zoom, opened.map.attribution)
        opened.close()
    assert [found[name][:2] for name in ("protomaps", "shortbread")] == [
        ("protomaps", 15),
        ("shortbread", 14),
    ]
    assert all("OpenStreetMap" in each[2] for each in found.values())


@given(
    st.integers(1, 500),
    st.one_of(st.text(max_size=20), st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True)),
)
def test_no_range_reaches_beyond_the_file(size: int, header: str) -> None:
    try:
        found = ranges.asked({b"range": header.encode("utf-8")}, size=size, etag='"e"')
    except Refusal as error:
        assert error.status == 416
        return
    assert found.first >= 0 and found.length > 0 and found.first + found.length <= size
