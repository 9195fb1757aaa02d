"""How the built files reach a browser."""

import gzip
from pathlib import Path

import pytest
from tests.console.station import Station

from entrepot.gateway.pages.console import Console

HTML = {b"accept": b"text/html,application/xhtml+xml", b"accept-encoding": b"gzip, deflate, br, zstd"}


@pytest.fixture
def console(tmp_path: Path) -> Console:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(b"<p>page")
    (tmp_path / "assets" / "a-1.js").write_bytes(b"plain")
    (tmp_path / "assets" / "a-1.js.br").write_bytes(b"br")
    (tmp_path / "assets" / "a-1.js.gz").write_bytes(b"gz")
    (tmp_path / "sources.sha256").write_bytes(b"digest")
    return Console(tmp_path)


@pytest.mark.parametrize(
    ("accepted", "body"),
    [
        (b"gzip, deflate, br", b"br"),
        (b"GZIP", b"gz"),
        (b"br;q=0, gzip;q=0.5", b"gz"),
        (b"identity", b"plain"),
        (b"", b"plain"),
        (b"zstd", b"plain"),
    ],
)
def test_smallest_form_that_the_caller_can_unpack_is_sent(
    console: Console, accepted: bytes, body: bytes
) -> None:
    answer = console.find("/assets/a-1.js", {b"accept-encoding": accepted})
    assert answer is not None and answer.body == body
    assert ("vary", "accept-encoding") in answer.headers


def test_only_what_the_build_named_by_its_content_is_kept_forever(console: Console) -> None:
    asset, page = console.find("/assets/a-1.js", {}), console.find("/index.html", {})
    assert asset is not None and asset.forever
    assert page is not None and not page.forever


@pytest.mark.parametrize("path", ["/", "/keys", "/any/depth", "/assets/gone-1.js"])
def test_whoever_wants_a_page_gets_the_console(console: Console, path: str) -> None:
    answer = console.find(path, HTML)
    assert answer is not None and answer.body == b"<p>page"


@pytest.mark.parametrize("path", ["/keys", "/assets/gone-1.js", "/sources.sha256", "/../settings.py"])
def test_whoever_wants_no_page_gets_only_files(console: Console, path: str) -> None:
    assert console.find(path, {b"accept": b"*/*"}) is None


def test_api_is_never_answered_with_a_page(station: Station, console: Console) -> None:
    assert console.find("/api/nothing", HTML) is None
    status, headers, _ = station.ask("GET", "/api/nothing", headers={"Accept": "text/html"})
    assert (status, headers["content-type"]) == (404, "application/problem+json")


def test_rows_outside_of_the_api_come_before_the_console(station: Station) -> None:
    for path in ("/.well-known/jwks.json", "/openapi.json", "/docs", "/readyz"):
        _, _, body = station.ask("GET", path, headers={"Accept": "text/html"})
        assert b'id="root"' not in body, path


def test_page_is_asked_for_anew_and_its_policy_is_strict(station: Station) -> None:
    status, headers, body = station.ask("GET", "/", headers={"Accept": "text/html"})
    assert status == 200 and b'id="root"' in body
    assert headers["cache-control"] == "no-cache"
    assert "'unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_asset_is_kept_and_compressed(station: Station) -> None:
    _, _, page = station.ask("GET", "/", headers={"Accept": "text/html"})
    asset = page.decode().partition('type="module" crossorigin src="')[2].partition('"')[0]
    _, plain_headers, plain = station.ask("GET", asset)
    _, headers, packed = station.ask("GET", asset, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed) == plain
    assert "immutable" in headers["cache-control"] and "immutable" in plain_headers["cache-control"]
    assert station.ask("HEAD", asset)[1]["content-length"] == str(len(plain))


def test_a_post_to_a_page_is_no_page(station: Station) -> None:
    assert station.ask("POST", "/keys", {}, headers={"Accept": "text/html"})[0] == 404
