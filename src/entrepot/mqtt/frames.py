"""Cuts a stream of bytes into packets."""

from entrepot.mqtt.packets import Malformed


class Frames:
    """Cuts a stream into packets: `add` what arrives, then `take` until it returns None. A packet that is
    announced with more than `most_bytes` is refused before it is there.
    """

    __slots__ = ("_at", "_data", "_held", "_needed", "most_bytes")

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._data, self._at = b"", 0
        self._held = bytearray()  # the beginning of a packet, until `_needed` bytes are there
        self._needed = 0

    def add(self, data: bytes) -> None:
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
            raise Malformed(f"a packet of {length} bytes, more than {self.most_bytes}")
        end = begin + length
        if end > len(data):
            self._wait(end - at)
            return None
        self._at = end
        return data[at], data[begin:end]

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
