"""Figure 8: what a browser fetches and waits for before a person sees the first page."""

import os
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.contenders import free_port
from bench.report import Figure, Section, Table
from bench.server import running

_MOST_KB = 200.0
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run",
)  # fmt: skip
_ABOUT = (
    "The sign-in page in headless Chromium, each time with an empty cache, from a node on the same machine: "
    "bytes on the wire (headers included), first and largest contentful paint, layout shift, and the time "
    "that scripts kept the page from answering. Medians."
)
_LOOK = """() => new Promise((resolve) => {
  const shown = { lcp: 0, cls: 0, blocked: 0 };
  const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true });
  watch("largest-contentful-paint", (entry) => { shown.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { shown.cls += entry.hadRecentInput ? 0 : entry.value; });
  watch("longtask", (entry) => { shown.blocked += Math.max(0, entry.duration - 50); });
  setTimeout(() => {
    const kinds = ["navigation", "resource"];
    const fetched = kinds.flatMap((kind) => performance.getEntriesByType(kind));
    const [fcp] = performance.getEntriesByName("first-contentful-paint");
    resolve({ ...shown, fcp: fcp ? fcp.startTime : 0, files: fetched.length,
      bytes: fetched.reduce((sum, each) => sum + each.transferSize, 0) });
  }, 500);
})"""


def measure(*, quick: bool) -> Section:
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # a browser is many processes
    with tempfile.TemporaryDirectory(prefix="bench-console-") as folder:
        data, port = Path(folder), free_port()
        doors = ("--mqtt-port", "off", "--osmand-port", "off")
        command = ("-m", "entrepot", "up", "--data", str(data), "--port", str(port), *doors)
        with running("entrepot up", command, port=port, log=data / "up.log", ready="/readyz") as server:
            seen = _visits(server.url, times=2 if quick else 9)
    middle = {name: median(each[name] for each in seen) for name in seen[0]}
    fetched_kb = middle["bytes"] / 1000
    figures = [
        Figure("first page, on the wire", f"{fetched_kb:.0f} kB", "≤ 200 kB", 0 < fetched_kb <= _MOST_KB),
        Figure("first contentful paint", f"{middle['fcp']:.0f} ms", "told", True),
        Figure("largest contentful paint", f"{middle['lcp']:.0f} ms", "told", True),
        Figure("layout shift", f"{middle['cls']:.3f}", "≤ 0.1", middle["cls"] <= 0.1),
        Figure("blocked by scripts", f"{middle['blocked']:.0f} ms", "told", True),
    ]
    table = Table(["files", "bytes"], [[f"{middle['files']:.0f}", f"{middle['bytes']:,.0f}"]])
    return Section(part="console", title="The console", about=_ABOUT, figures=figures, tables=[table])


def _visits(url: str, *, times: int) -> list[dict[str, float]]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("this part needs Chromium (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        try:
            return [_visit(browser, url) for _ in range(times)]
        finally:
            browser.close()


def _visit(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{url}/sign-in", wait_until="networkidle")
        seen: dict[str, Any] = page.evaluate(_LOOK)
        return {name: float(value) for name, value in seen.items()}
    finally:
        context.close()
