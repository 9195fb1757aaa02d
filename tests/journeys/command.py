"""The `entrepot` command as a user has it: a process of its own, in a folder of its own."""

import asyncio
import http.client
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.suite import covered
from tests.suite.patience import PATIENCE_S, STARTS_S

from entrepot.cli.running import operator_token
from entrepot.settings import Settings

ROOT = Path(__file__).parents[2]
WAIT_S = PATIENCE_S
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Refused(AssertionError):
    """A request was not answered with 2xx."""


def until(what: Callable[[], Any], *, within_s: float = WAIT_S) -> Any:
    """What `what` gives as soon as it gives something."""
    deadline_s = time.monotonic() + within_s
    while True:
        if found := what():
            return found
        assert time.monotonic() < deadline_s, f"{what} gave nothing in {within_s} s"
        time.sleep(0.02)


class Shell:
    """A user's shell: a working folder and variables."""

    def __init__(self, folder: Path, *, module: str = "entrepot", **variables: str) -> None:
        self.folder, self._module = folder, module
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ENTREPOT_")}
        self.env = {
            **kept,
            "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
            "COLUMNS": "80",
            "NO_COLOR": "1",
            # Several nodes run on this machine.
            "ENTREPOT_OSMAND_PORT": "off",
            "ENTREPOT_MQTT_PORT": "off",
            "ENTREPOT_DRAIN_S": "0",  # nothing stands before a test's node
            **(
                {"ENTREPOT_SMTP": (folder / "data/mail").as_uri()} if "ENTREPOT_DATABASE" in variables else {}
            ),
            **variables,
        }

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", self._module, *args]

    def run(self, *args: str, within_s: float = STARTS_S, without: str = "") -> Done:
        """`without` is a power of root that an ordinary user lacks, such as `dac_override`."""
        as_user = ("setpriv", "--bounding-set", f"-{without}") if without and os.geteuid() == 0 else ()
        done = subprocess.run(
            [*as_user, *self.command(*args)], cwd=self.folder, env=self.env, timeout=within_s, text=True,
            capture_output=True,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *args: str) -> str:
        """The output of a command that must succeed."""
        done = self.run(*args)
        assert done.code == 0, done.err
        return done.out

    def refused(self, *args: str, out: str = "") -> str:
        """The one sentence of a command that must fail as it should; `out` is where its output goes."""
        if not out:
            return refusal(self.run(*args))
        with Path(out).open("wb") as into:
            done = subprocess.run(
                self.command(*args), cwd=self.folder, env=self.env, timeout=STARTS_S, text=True,
                stdout=into, stderr=subprocess.PIPE,
            )  # fmt: skip
        return refusal(Done(done.returncode, "", done.stderr))

    @contextmanager
    def start(self, *args: str, ready: str) -> Iterator["Running"]:
        """A command that stays, from when it says `ready`; killed at the end if it is still there."""
        log = self.folder / f"{'-'.join(args)}.log".replace("/", "_")
        with log.open("w") as written:
            process = subprocess.Popen(
                self.command(*args), cwd=self.folder, env=self.env, stdout=written, stderr=written,
                start_new_session=True,
            )  # fmt: skip
        running = Running(process, log)
        try:
            until(lambda: ready in running.said() or process.poll() is not None, within_s=STARTS_S)
            assert process.poll() is None, running.said()
            yield running
        finally:
            running.kill()

    @contextmanager
    def up(self, *args: str, data: str = "data") -> Iterator["Node"]:
        with self.start("up", "--port", "0", "--data", data, *args, ready="Ctrl-C stops it.") as running:
            covered.node_started()
            yield Node(running, self, data)


class Running:
    """A process that stays."""

    def __init__(self, process: "subprocess.Popen[Any]", log: Path) -> None:
        self.process, self._log = process, log

    def said(self) -> str:
        return self._log.read_text()

    def interrupt(self, *, within_s: float = STARTS_S) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Node(Running):
    """A node, asked over HTTP as its operator."""

    def __init__(self, running: Running, shell: Shell, data: str) -> None:
        super().__init__(running.process, running._log)
        self.shell, self.data = shell, data
        found = re.search(r"(http://\S+)/docs", running.said())
        assert found, running.said()
        self.url = found[1]
        self._token = ""

    @property
    def folder(self) -> Path:
        return self.shell.folder / self.data

    @property
    def token(self) -> str:
        """What `entrepot token` prints, without the half second that a process takes to start."""
        if not self._token:
            settings = Settings(data=self.folder)
            made = operator_token(settings, scope="*", organisation="operators", seconds=900)
            self._token = asyncio.run(made)
        return self._token

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str = "") -> Any:
        """Raises: Refused."""
        with self.open(method, path, body, token=token) as answer:
            text = answer.read()
            if not 200 <= answer.status < 300:
                raise Refused(answer.status, text)
        return json.loads(text) if text else None

    @contextmanager
    def open(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, token: str = ""
    ) -> Iterator[http.client.HTTPResponse]:
        url = urlsplit(self.url)
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=WAIT_S)
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            with connection.getresponse() as answer:
                yield answer
        finally:
            connection.close()

    def new_key(self, name: str = "till", scopes: tuple[str, ...] = ("key:read",)) -> dict[str, Any]:
        """An API key with its secret."""
        made: dict[str, Any] = self.ask("POST", "/api/keys", {"name": name, "scopes": scopes})
        return made

    def all_keys(self) -> list[dict[str, Any]]:
        """All of the operators' keys."""
        found, cursor = [], ""
        while True:
            page = self.ask("GET", f"/api/keys?limit=200{cursor}")
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def served(self, row: str) -> int:
        """How many requests of a row the monitor has counted: events that arrived."""
        items = self.ask("GET", "/api/activity?limit=200")["items"]
        return sum(item["count"] for item in items if item["row"] == row)


def refusal(done: Done) -> str:
    """One sentence or two, on standard error, with exit code 1 and no traceback."""
    lines = [line for line in done.err.splitlines() if not line.startswith("{")]
    assert done.code == 1, done
    assert len(lines) == 1, done.err
    assert lines[0].startswith("entrepot: "), done.err
    return lines[0].removeprefix("entrepot: ")


class Terminal:
    """A terminal of 80 columns with a command in it."""

    def __init__(self, shell: Shell, *args: str) -> None:
        self.text = ""
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(shell.folder)
            os.execve(sys.executable, shell.command(*args), {**shell.env, "TERM": "xterm"})

    def wait_for(self, text: str, *, within_s: float = WAIT_S) -> None:
        deadline_s = time.monotonic() + within_s
        while text not in self.text:
            assert time.monotonic() < deadline_s, self.text
            self.take(0.1)

    def type(self, keys: bytes) -> None:
        os.write(self._file, keys)

    def end(self, *, within_s: float = WAIT_S) -> int:
        """Its exit code."""
        deadline_s = time.monotonic() + within_s
        while self.take(0.05):
            assert time.monotonic() < deadline_s, self.text
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        os.close(self._file)

    def take(self, wait_s: float) -> bool:
        if select.select([self._file], [], [], wait_s)[0]:
            try:
                part = os.read(self._file, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                return False
            self.text += _ESCAPES.sub("", part.decode())
            return bool(part)
        return True
