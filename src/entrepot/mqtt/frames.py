"""Cuts a stream of bytes into packets."""

from entrepot.mqtt.packets import PUBLISH, Malformed

BEGINNING_BYTES = 128 * 1024  # of a message that is too large: its topic, and enough to recognise it


class Beginning(bytes):
    """The first bytes of a packet that is too large to be kept; it has `size` bytes."""

    size = 0


class Frames:
    """Cuts a stream into packets: `add` what arrives, then `take` until it returns None. A packet that is
    announced with more than `most_bytes` is refused before it is there; but for a PUBLISH, if it `cuts`: of
    that only the Beginning is kept, and the rest is read and dropped. Whoever refused it would be sent it for
    ever.
    """

    __slots__ = ("_at", "_cut", "_data", "_held", "_left", "_needed", "cuts", "most_bytes")

    def __init__(self, most_bytes: int, *, cuts: bool = False) -> None:
        self.most_bytes, self.cuts = most_bytes, cuts
        self._data, self._at = b"", 0
        self._held = bytearray()  # the beginning of a packet, until `_needed` bytes are there
        self._needed = 0
        self._cut: tuple[int, int, bytearray] | None = None  # first byte, size and beginning of a large one
        self._left = 0  # bytes of it that are still to come

    @property
    def cutting(self) -> bool:
        """Whether a packet that is too large is on its way."""
        return self._cut is not None

    def add(self, data: bytes) -> None:
        if self._cut is not None:
            data = self._drop(self._cut[2], data)
        if self._held:
            self._held += data
            if len(self._held) < self._needed:
                return
            data = bytes(self._held)
            self._held.clear()
        elif self._at < len(self._data):
            data = self._data[self._at :] + data
        self._data, self._at = data, 0

    def take(self) -> tuple[int, bytes] | None:
        """Return the next packet's first byte and what follows its fixed header. Raises: Malformed."""
        if self._cut is not None:
            return None if self._left else self._beginning(self._cut)
        data, at = self._data, self._at
        if len(data) - at < 2:
            self._wait(2)
            return None
        length, begin = data[at + 1], at + 2
        if length > 127:
            length, begin = _length(data, at + 1)
            if begin == 0:
                self._wait(len(data) - at + 1)
                return None
        if length > self.most_bytes:
            return self._too_large(data[at], length, begin)
        end = begin + length
        if end > len(data):
            self._wait(end - at)
            return None
        self._at = end
        return data[at], data[begin:end]

    def _too_large(self, first: int, length: int, begin: int) -> tuple[int, bytes] | None:
        """Raises: Malformed."""
        if not self.cuts or first & 0xF0 != PUBLISH:
            raise Malformed(f"a packet of {length} bytes, more than {self.most_bytes}")
        beginning = bytearray()
        self._cut, self._left = (first, length, beginning), length
        data, self._data, self._at = self._data[begin:], b"", 0
        self._data = self._drop(beginning, data)
        return None if self._left else self._beginning((first, length, beginning))

    def _drop(self, beginning: bytearray, data: bytes) -> bytes:
        """Keep the beginning of a packet that is too large, drop the rest, and return what follows it."""
        mine = data[: self._left]
        self._left -= len(mine)
        beginning += mine[: BEGINNING_BYTES - len(beginning)]
        return data[len(mine) :]

    def _beginning(self, cut: tuple[int, int, bytearray]) -> tuple[int, bytes]:
        first, size, kept = cut
        found = Beginning(kept)
        found.size = size
        self._cut = None
        return first, found

    def _wait(self, needed: int) -> None:
        self._held += self._data[self._at :]
        self._data, self._at, self._needed = b"", 0, needed


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Remaining length and where the packet goes on; there 0 when bytes are missing."""
    value = 0
    for shift, each in zip((0, 7, 14, 21), data[at : at + 4], strict=False):
        value |= (each & 127) << shift
        at += 1
        if each < 128:
            return value, at
        if shift == 21:
            raise Malformed("a remaining length of more than four bytes")
    return 0, 0
