"""A short kill test: SIGKILL for the node and its NATS child in turn, under load."""

from pathlib import Path

from bench import kill
from tests.suite.lengths import length

KILLS = length(8, prove=80)


def test_nothing_is_lost_or_done_twice_when_node_and_bus_are_killed(tmp_path: Path) -> None:
    found = kill.run(tmp_path, kills=KILLS)
    assert found.kills == KILLS
    assert len(found.acknowledged) > 500
    assert found.refused == 0
    assert found.lost == found.stored_twice == 0
    assert found.events_lost == found.effects_twice == found.effects_of_nothing == 0
