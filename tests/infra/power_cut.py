"""A disk that forgets: what was written but not flushed is lost, wholly or in part, when the power goes.

Writes go through to real files, so that every connection sees them as it would see the system's
cache. Beside each file stands what a flush has made durable, and the writes since.
"""

import random
import threading
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class Durable:
    """One file as the platter knows it, and the writes that are still in the cache."""

    def __init__(self) -> None:
        self.flushed: bytearray | None = None  # None: even its name may be gone
        self.cached: list[tuple[int, bytes | None]] = []  # (offset, data) or (size, None) for a truncation

    def flush(self) -> None:
        self.flushed = self._with(self.cached)
        self.cached = []

    def after_cut(self, chance: random.Random) -> bytes | None:
        """What is found after the cut: any part of the cache may have reached the platter."""
        if self.flushed is None:
            return None
        kept = chance.choice(["none", "prefix", "torn"])
        if kept == "none":
            return bytes(self.flushed)
        if kept == "prefix":
            return bytes(self._with(self.cached[: chance.randint(0, len(self.cached))]))
        sectors = [
            (offset + start, data if data is None else data[start : start + SECTOR])
            for offset, data in self.cached
            for start in range(0, 1 if data is None else len(data), SECTOR)
        ]
        return bytes(self._with([sector for sector in sectors if chance.random() < 0.5]))

    def _with(self, writes: list[tuple[int, bytes | None]]) -> bytearray:
        image = self.flushed if self.flushed is not None else bytearray()
        image = bytearray(image)
        for offset, data in writes:
            if data is None:
                del image[offset:]
            else:
                image.extend(bytes(max(0, offset + len(data) - len(image))))
                image[offset : offset + len(data)] = data
        return image


class ForgetfulDisk(apsw.VFS):
    """Cuts the power at the `cut_after`th write or flush; `found` is then what a restart would find."""

    def __init__(self, name: str, *, cut_after: int, seed: int) -> None:
        self.name = name
        self.files: dict[str, Durable] = {}
        self.found: dict[str, bytes] | None = None
        self._left = cut_after
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        super().__init__(name, base="")

    @property
    def is_cut(self) -> bool:
        return self.found is not None

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return apsw.VFSFile("", name, flags)
        with self._lock:
            durable = self.files.setdefault(Path(path).name, Durable())
        return ForgetfulFile(self, durable, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        with self._lock:
            self.files.pop(Path(name).name, None)
        super().xDelete(name, syncdir)

    def step(self, durable: Durable, write: tuple[int, bytes | None] | None) -> None:
        """One write (or, with None, one flush); the power may go in the middle of it."""
        with self._lock:
            if write is not None:
                durable.cached.append(write)
            self._left -= 1
            if self._left == 0:
                after = {name: file.after_cut(self._chance) for name, file in self.files.items()}
                self.found = {name: image for name, image in after.items() if image is not None}
            if write is None:
                durable.flush()

    def restart_in(self, folder: Path) -> None:
        assert self.found is not None
        for name, image in self.found.items():
            (folder / name).write_bytes(image)


class ForgetfulFile(apsw.VFSFile):
    def __init__(self, disk: ForgetfulDisk, durable: Durable, name: Any, flags: list[int]) -> None:
        self.disk = disk
        self.durable = durable
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self.disk.step(self.durable, (offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self.disk.step(self.durable, (newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.step(self.durable, None)
