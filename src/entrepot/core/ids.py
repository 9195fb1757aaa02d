"""Identifiers: UUID version 7 (RFC 9562), so that an index grows at its end."""

import os
import time
from itertools import count

_COUNTER_BITS = 42  # 12 bits of rand_a and 30 of rand_b count; the other 32 are fresh per process
_node = int.from_bytes(os.urandom(4))
_count = count(int.from_bytes(os.urandom(5)))


def _reseed() -> None:
    global _node, _count
    _node = int.from_bytes(os.urandom(4))
    _count = count(int.from_bytes(os.urandom(5)))


os.register_at_fork(after_in_child=_reseed)


def new_id() -> str:
    """Return a UUIDv7 as text: unique, ordered by millisecond. Not a secret; use `secrets` for those.

    The counter and the per-process random part follow RFC 9562 §6.2 (methods 1 and 3): one random
    draw per process instead of one per id.
    """
    counter = next(_count) & ((1 << _COUNTER_BITS) - 1)
    value = (
        (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80
        | 0x7 << 76
        | (counter >> 30) << 64
        | 0b10 << 62
        | (counter & 0x3FFF_FFFF) << 32
        | _node
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
