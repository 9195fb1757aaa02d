"""What a node takes from its machine: sockets to listen on, a data folder of its own, signals."""

import asyncio
import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import sleep

import msgspec

from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.house import House
from entrepot.core.stopping import Stopping
from entrepot.infra.locks import is_locked
from entrepot.settings import Settings

_TRIES = 10  # together 0.2 s, far longer than a command holds the lock to look at it


class Running(msgspec.Struct, frozen=True):
    """What `DATA/node.json` says to the other commands; a port that is off is None. At `operators_url` is all
    that the node serves; whoever shows the `certificate` in that file is the node, whatever its name.
    """

    pid: int
    url: str
    osmand_port: int | None = None
    mqtt_port: int | None = None
    mqtts_port: int | None = None
    operators_url: str = ""
    certificate: str = ""


def listen(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """Raises: Conflict or Unavailable, with the option that helps."""
    try:
        # An empty name would mean every address, which nobody should get by accident.
        family = socket.getaddrinfo(host or "-", port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (socket.gaierror, UnicodeError) as error:
        raise _no_address(host) from error
    except OSError as error:
        raise _cannot_listen(host, port, error, option=option) from error


class DeviceSockets:
    """The sockets of the doors for devices, by name; a port that is None is off. A node opens them at its
    start, to fail before anything else began; whoever takes the lead of `device` later opens them then.
    """

    def __init__(self, host: str, wanted: Mapping[str, int | None]) -> None:
        self._host = host
        self._wanted = dict(wanted)
        self._open: dict[str, socket.socket] = {}

    def open(self) -> None:
        """Raises: Conflict or Unavailable, with the option that helps."""
        for name in self._wanted:
            self._listen(name)

    def take(self, name: str) -> socket.socket | None:
        """Return the socket for `mqtt` or a family, which is then the caller's to close; None when it is off.

        Raises: as `open`.
        """
        self._listen(name)
        return self._open.pop(name, None)

    def close(self) -> None:
        """Close what nobody took."""
        for each in self._open.values():
            each.close()
        self._open.clear()

    def _listen(self, name: str) -> None:
        port = self._wanted.get(name)
        if port is not None and name not in self._open:
            self._open[name] = listen(self._host, port, option=_option_of(name))
            self._wanted[name] = self._open[name].getsockname()[1]  # the same one again, if it was any

    @property
    def ports(self) -> tuple[int | None, int | None, int | None]:
        """(osmand, mqtt, mqtts); None is off."""
        return self._wanted.get("osmand"), self._wanted.get("mqtt"), self._wanted.get("mqtts")


def _option_of(name: str) -> str:
    if name == "mqtts":
        return "ENTREPOT_MQTTS_PORT"
    return f"--{name}-port" if name in ("osmand", "mqtt") else f"ENTREPOT_DEVICE_PORTS={name}=PORT"


def url_of(host: str, port: int, *, tls: bool = False) -> str:
    """Return the URL by which a browser on this machine reaches a node that listens on `host`."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"{'https' if tls else 'http'}://{here}:{port}"


def house_of(settings: Settings) -> House:
    """Return the names and addresses of this deployment; without a public one, those of this machine."""
    url = settings.public_url or url_of(settings.host, settings.port, tls=bool(settings.tls_certificate))
    return House(settings.issuer, url.rstrip("/"), settings.mail_from)


def _no_address(host: str) -> Unavailable:
    return Unavailable(f"{host or 'Nothing'} is no address of this machine. Choose another with --host.")


def _cannot_listen(host: str, port: int, error: OSError, *, option: str) -> Unavailable | Conflict:
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_address(host)
    if error.errno == errno.EADDRINUSE:
        return Conflict(f"Port {port} on {host} is taken. Choose another with {option}.")
    if error.errno == errno.EACCES:
        return Unavailable(
            f"Port {port} needs more rights than you have. Choose one above 1023 with {option}."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return Unavailable(f"Cannot listen on {host}:{port}: {reason}. Choose others with --host or {option}.")


@contextmanager
def data_folder(folder: Path, *, alone: bool) -> Iterator[None]:
    """Make the folder, and for a whole node make sure that it is the only one there.

    What fails leaves no folder behind that was not there before, unless something is in it.
    Raises: Conflict or Unavailable, with the option that helps.
    """
    was_there = folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        reason = "It is no folder" if isinstance(error, FileExistsError) else error.strerror
        raise Unavailable(
            f"The data folder {folder} cannot be written: {reason}. Choose another with --data."
        ) from error
    try:
        if alone:
            _take(lock, folder)
        yield
    except BaseException:
        if not was_there and alone:
            _leave_nothing(folder)
        raise
    finally:
        os.close(lock)


@contextmanager
def keepable(folder: Path) -> Iterator[None]:
    """Say in plain words when the folder cannot take what a node makes at its start. Raises: Unavailable."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be written: {error.strerror}. Choose another with --data."
        ) from error


def _take(lock: int, folder: Path) -> None:
    """Take the lock. Try a few times: a command that only looks holds it, too, for an instant. Raises:
    Conflict.
    """
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(0.02)
            continue
        if not os.fstat(lock).st_nlink:  # whoever made the folder has failed, and took it away again
            raise Conflict(f"The data folder {folder} was removed meanwhile. Try it again.")
        return
    raise Conflict(f"Another node already runs on {folder}. Stop it, or choose another folder with --data.")


def _leave_nothing(folder: Path) -> None:
    """Remove a folder that we made and that holds only our lock."""
    with suppress(OSError):  # somebody else began to use it
        if [each.name for each in folder.iterdir()] == ["node.lock"]:
            (folder / "node.lock").unlink()
            folder.rmdir()


def runs_on(folder: Path) -> bool:
    """Whether a node runs there now. Why not trust `node.json`? A node that was killed leaves it behind."""
    try:
        return is_locked(folder / "node.lock")
    except OSError:  # such as a folder that we may not read
        return False


@contextmanager
def announced(folder: Path, running: Running) -> Iterator[None]:
    """Leave a note for the other commands while the node runs; nobody finds it half written."""
    note, draft = folder / "node.json", folder / "node.json.new"
    draft.write_bytes(msgspec.json.encode(running))
    draft.chmod(0o600)
    draft.replace(note)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def stop_on_signals() -> Stopping:
    """Stop at Ctrl-C at once, because somebody waits at the terminal; at SIGTERM, which orchestrators send,
    so that proxies notice first. A second signal ends the process.
    """
    stop = Stopping()
    loop = asyncio.get_running_loop()

    def asked(*, drains: bool) -> None:
        if stop.has_begun:
            sys.exit(130)
        stop.ask(drains=drains)

    loop.add_signal_handler(signal.SIGINT, partial(asked, drains=False))
    loop.add_signal_handler(signal.SIGTERM, partial(asked, drains=True))
    return stop


def on_hangup(reload: Callable[[], None]) -> None:
    """Call at SIGHUP, whether it came from an operator or from a terminal that was closed."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
