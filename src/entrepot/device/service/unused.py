"""What came and was not used, gathered: what is new goes to disk with its message, what comes again and again
is counted in memory for a while, so that a field in every message does not cost a write for every message.
"""

from collections.abc import Mapping

import msgspec

from entrepot.device.model.unused import EXAMPLE_BYTES, NAME_LETTERS, UnusedCount, UnusedKey

FLUSH_S = 30.0  # how long a repetition may wait for the disk; a crash loses so much of the counts
_REMEMBERED = 100_000  # keys that are known to be on disk

UnusedCounts = dict[UnusedKey, UnusedCount]
_encode = msgspec.json.Encoder().encode


def note(counts: UnusedCounts, key: UnusedKey, count: UnusedCount) -> None:
    known = counts.get(key)
    if known is None:
        counts[key] = count
    else:
        known.add(count)


def cut_name(name: str) -> str:
    name = name.replace("\0", "\ufffd").encode(errors="replace").decode()  # what no database stores
    return name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1]}\u2026"


def example_of(value: object) -> tuple[bytes, int]:
    """A value as it is kept, and its size."""
    whole = value if isinstance(value, bytes) else _encode(value)
    return whole[:EXAMPLE_BYTES], len(whole)


class UnusedBook:
    """Which of what is counted is on disk, and what waits to be added there."""

    def __init__(self) -> None:
        self._known: set[UnusedKey] = set()
        self._waiting: UnusedCounts = {}

    def new(self, counts: Mapping[UnusedKey, UnusedCount]) -> UnusedCounts:
        """Those that go to disk at once."""
        return {key: count for key, count in counts.items() if key not in self._known}

    def adopt(self, counts: Mapping[UnusedKey, UnusedCount]) -> None:
        """What a transaction wrote is known; the rest waits."""
        for key, count in counts.items():
            if key in self._known:
                note(self._waiting, key, count)
            else:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known.add(key)

    def forget(self, device_id: str) -> None:
        """Nothing of a device waits, and nothing of it is known."""
        self._known = {key for key in self._known if key.device_id != device_id}
        self._waiting = {key: count for key, count in self._waiting.items() if key.device_id != device_id}

    def take(self) -> UnusedCounts:
        taken, self._waiting = self._waiting, {}
        return taken

    def put_back(self, counts: Mapping[UnusedKey, UnusedCount]) -> None:
        for key, count in counts.items():
            note(self._waiting, key, count)
