"""Map tiles of another server: told to the map, allowed by the policy of the pages, and nothing more."""

from pathlib import Path

import pytest
from tests.gateway.client import running_node

from entrepot.gateway.pages.console import Console
from entrepot.gateway.pages.tiles import BadTiles, tiles
from entrepot.http.headers import page_policy

TEMPLATE = "https://tile.example:8443/{z}/{x}/{y}.png?key=abc"


def test_policy_allows_exactly_the_tile_server(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"<p>page")
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    console = Console(tmp_path, page_policy(tiles(TEMPLATE, "Example").origin))
    page = console.find("/map", {b"accept": b"text/html"})
    assert page is not None
    policy = dict(page.headers)["content-security-policy"]
    for part in policy.split("; "):
        allowed = "https://tile.example:8443" in part
        assert allowed == part.startswith(("img-src ", "connect-src ")), part
    assert "content-security-policy" not in dict(console.find("/icon.svg", {}).headers)  # type: ignore[union-attr]


def test_without_tiles_a_page_reaches_no_other_host() -> None:
    assert "http" not in page_policy(tiles("", "").origin)


@pytest.mark.parametrize(
    "url",
    [
        "https://tile.example/{z}/{x}.png",
        "https://{s}.tile.example/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "https://tile.example;script-src/{z}/{x}/{y}.png",
        "https://me:secret@tile.example/{z}/{x}/{y}.png",
        "https://tile.example https://other.example/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_would_open_more_is_refused(url: str) -> None:
    with pytest.raises(BadTiles):
        tiles(url, "")


def test_map_learns_its_tiles_without_a_session(tmp_path: Path) -> None:
    with running_node(tmp_path, map_tiles=TEMPLATE, map_attribution="Example") as node:
        told = {"url": TEMPLATE, "attribution": "Example", "street": None}
        assert node.stranger().get("/map.json").json() == told
        policy = node.stranger().get("/docs").header("content-security-policy")
        assert policy is not None and "tile.example" not in policy
        if Console.built() is not None:
            page = node.stranger().get("/map", headers={"Accept": "text/html"})
            assert (page.header("content-security-policy") or "").count("https://tile.example:8443") == 2
