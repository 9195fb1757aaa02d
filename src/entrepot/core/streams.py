"""Writes to the standard streams of a process that goes on whatever becomes of them."""

import os
from typing import TextIO


class SteadyStream:
    """A stream that fails nobody who writes to it. A terminal may be closed, and a disk be full that the log
    is redirected to: the node goes on, and its log is heard again when there is room.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        try:  # past the buffers, which keep what could not be written and fail for it when the process ends
            self._file: int | None = stream.fileno()
        except (OSError, ValueError):  # a test's
            self._file = None

    def write(self, text: str) -> int:
        if self._file is None:
            return self._stream.write(text)
        self.write_bytes(text.encode(errors="replace"))
        return len(text)

    def write_bytes(self, data: bytes) -> None:
        if self._file is None:
            self._stream.write(data.decode())
            return
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:  # there is nobody whom we could tell
            return

    def flush(self) -> None:
        if self._file is None:
            self._stream.flush()
