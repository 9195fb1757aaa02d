"""Identifiers are UUIDs of version 7: unique, in order, and never those of another process."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from entrepot.core.ids import new_id


def milliseconds(text: str) -> int:
    return uuid.UUID(text).int >> 80


def test_an_id_is_a_uuid_of_version_7_in_its_usual_spelling() -> None:
    for _ in range(1000):
        made = new_id()
        parsed = uuid.UUID(made)
        assert (str(parsed), parsed.version, parsed.variant) == (made, 7, uuid.RFC_4122)


def test_an_id_begins_with_the_time_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = milliseconds(new_id())
    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_made_one_after_another_are_in_order() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [
            each
            for batch in threads.map(lambda _: [new_id() for _ in range(2000)], range(16))
            for each in batch
        ]
    assert len(set(made)) == len(made)


def test_a_forked_child_does_not_repeat_its_parent() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, "".join(new_id() for _ in range(100)).encode())
        os._exit(0)
    ours = [new_id() for _ in range(100)]
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    theirs = [text[at : at + 36] for at in range(0, len(text), 36)]
    assert len(theirs) == 100
    assert {each[-8:] for each in theirs}.isdisjoint({each[-8:] for each in ours})
