"""What a machine can find of what keeps people out."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[Any]:
    """What axe finds against WCAG 2.2 AA and its own best practices; of the dark theme, its contrasts."""
    if not AXE.exists():
        pytest.skip("axe is not installed: make check")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += page.evaluate("axe.run({runOnly: ['color-contrast']})")["violations"]
    return [(each["id"], each["impact"], [node["html"] for node in each["nodes"]]) for each in found]
