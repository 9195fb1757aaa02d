"""What the build keeps and promises."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.suite.patience import quickest

from entrepot.gateway.pages.console import Console

ROOT = Path(__file__).parents[2]
LOCKS = ("web/package-lock.json", "requirements-console.lock")
FIRST_PAGE_BYTES = 200_000


def test_unchanged_sources_need_no_work() -> None:
    if Console.built() is None:
        pytest.skip("the console is not built: make console")
    build = (sys.executable, "tools/build_console.py")
    subprocess.run(build, cwd=ROOT, check=True)
    done = subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    quickest(lambda: subprocess.run(build, cwd=ROOT, check=True), within_s=1.0)  # 0.05 s on an idle machine


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_every_content_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert '"resolved"' not in text and not re.search(r"https?://[^/\s\"]*(registry|pypi|npm)", text)
    if lock.endswith(".json"):
        packages = json.loads(text)["packages"]
        assert all("integrity" in each for name, each in packages.items() if name)
    else:
        assert "--hash=sha256:" in text


def test_first_page_is_small(page: Page) -> None:
    """What a first visit transfers: the sign-in page, its scripts, styles and fonts."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", "0"))))
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in", exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    print(f"first page: {sum(sizes):,} bytes in {len(sizes)} answers")
    assert 0 < sum(sizes) <= FIRST_PAGE_BYTES
