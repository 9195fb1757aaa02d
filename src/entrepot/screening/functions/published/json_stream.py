"""JSON that is read an object at a time: the objects of one list in a large object, or one on each line."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from entrepot.screening.functions.published.gathering import CutFile

_BLOCK = 1 << 16
_LONGEST = 1 << 25  # an object: the largest entity of OpenSanctions has about 3 MB
_decoder = json.JSONDecoder()


def objects_in(stream: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of the list `name`. Raises: CutFile if there is none or it does not end."""
    stream.seek(0)
    text = codecs.getreader("utf-8-sig")(stream)
    buffer = ""
    while f'"{name}"' not in buffer:
        if not (block := text.read(_BLOCK)) or len(buffer) > _LONGEST:
            raise CutFile(f'There is no list "{name}" in this JSON.')
        buffer += block
    buffer = buffer.partition(f'"{name}"')[2].partition("[")[2]
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            found, end = _decoder.raw_decode(buffer)
        except json.JSONDecodeError:
            block = text.read(_BLOCK)
            if not block or len(buffer) > _LONGEST:
                raise CutFile("The JSON ends in the middle of an entry: the file is not whole.") from None
            buffer += block
            continue
        if not isinstance(found, dict):
            raise CutFile(f'The list "{name}" holds something that is no entry.')
        yield found
        buffer = buffer[end:]


def lines_of(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the object of each line. Raises: CutFile for a line that is none."""
    stream.seek(0)
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            raise CutFile("The line is no whole JSON object: the file is not whole.", line=number) from None
        if not isinstance(found, dict):
            raise CutFile("The line is no JSON object.", line=number)
        yield found
