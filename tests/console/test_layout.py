"""What `tools/check_console.py` holds: where files stand, and who imports whom."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import check_console  # noqa: E402  # the path above

FEATURE = 'export default { context: "user", pages: [] };\n'
README = "| `alerts` | sees what happened |\n| `devices` | enrols devices |\n"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A small console in order."""
    for name, text in {
        "README.md": README,
        "src/features/alerts/feature.ts": FEATURE,
        "src/features/alerts/page.tsx": 'import { Map } from "../../map/view";\n',
        "src/features/devices/feature.ts": FEATURE,
        "src/map/view.tsx": 'import { Button } from "../ui/button";\n',
        "src/ui/button.tsx": 'import { call } from "../api/call";\n',
        "src/api/call.ts": "export const call = 1;\n",
        "src/texts/index.ts": 'import { en } from "./en";\nexport const t = en;\n',
    }.items():
        put(tmp_path / name, text)
    return tmp_path


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def found(web: Path) -> list[str]:
    checks = (check_console.unplaced, check_console.crossings, check_console.barrels, check_console.too_long)
    return [wrong for check in checks for wrong in check(web)]


def test_console_stands_in_order() -> None:
    assert found(ROOT / "web") == []


def test_small_console_stands_in_order(web: Path) -> None:
    assert found(web) == []


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("src/features/alerts/a.ts", 'import "../devices/b";', "alerts must not import features/devices"),
        ("src/features/alerts/a.ts", 'import("../../app/menu");', "features/alerts must not import app"),
        ("src/map/a.ts", 'import { a } from "../features/alerts/page";', "must not import features/alerts"),
        ("src/ui/a.ts", 'import { a } from "../map/view";', "ui must not import map"),
        ("src/api/a.ts", 'import { a } from "../ui/button";', "api must not import ui"),
        ("src/trade/a.ts", 'import { a } from "../map/view";', "trade must not import map"),
        ("src/map/a.ts", 'import { a } from "../shared/b";', "map must not import shared"),
        ("src/shared/b.ts", "export const b = 1;", "does not say who may import it"),
        ("src/features/orders/feature.ts", FEATURE, "README.md does not name it"),
        ("src/features/orders/page.tsx", "", "it has no feature.ts"),
        ("README.md", README + "| `orders` | orders |\n", "there is no feature orders"),
        ("src/map/index.ts", "", "not through a file in between"),
        ("src/map/all.ts", 'export * from "./view";', "not through a file in between"),
        ("src/map/all.ts", 'export { Map, Layer } from "./view";', "not through a file in between"),
        ("src/map/long.css", ".a {}\n" * 251, "251 lines"),
    ],
)  # fmt: skip
def test_what_is_out_of_place_is_said(web: Path, file: str, text: str, wrong: str) -> None:
    put(web / file, text)
    assert any(wrong in each for each in found(web)), found(web)
