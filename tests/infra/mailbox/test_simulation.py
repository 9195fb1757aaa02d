"""The mailbox's law over thousands of simulated hours of crashes, cuts, losses and repeats; and proof
that the simulation would notice a mailbox that breaks it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from tests.infra.mailbox.simulation import World
from tests.infra.mailbox.virtual_time import run
from tests.suite.lengths import length

from entrepot.core.ports import Transaction
from entrepot.infra.mailbox import Inbox, Relay, Wait
from entrepot.infra.mailbox.acceptance import AcceptanceResult, Acceptor, LogPosition

# Together 3,000 hours here, and 60,000 with `make prove`.
HOURS = length(600, prove=3_000)
SEEDS = length(5, prove=20)


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: processes die here, the power stays on."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def history(seed: int, folder: Path, hours: float, **parts: Any) -> tuple[list[str], str, int]:
    folder.mkdir()

    async def live() -> tuple[list[str], str, int]:
        world = World(seed, folder, **parts)
        return await world.run(hours), world.trace, world.steps

    return run(live())


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_event_has_its_effect_once_and_in_order(seed: int, folder: Path) -> None:
    broken, _, steps = history(seed, folder / "world", HOURS)
    assert broken == []
    assert steps > HOURS * 10


def test_the_same_seed_gives_the_same_history(folder: Path) -> None:
    first, again, other = (history(seed, folder / str(at), 50.0) for at, seed in enumerate((7, 7, 8)))
    assert first == again
    assert first[1] != other[1]


class WatermarkApart(Acceptor):
    """Stores the watermark after the effects, in a transaction of its own."""

    async def _move(self, tx: Transaction, before: LogPosition, after: LogPosition) -> None:
        pass

    async def _write(self, step: Any, effect: Any) -> AcceptanceResult:
        outcome = await super()._write(step, effect)
        await self._database.write(lambda tx: Acceptor._move(self, tx, step.before, step.after))
        return outcome


class KeyGoesOn(Acceptor):
    """Lets an event overtake a parked one of its key."""

    async def _apply(self, tx: Transaction, step: Any, effect: Any) -> None:
        step.held = NothingHeld()
        await super()._apply(tx, step, effect)


class NothingHeld(set[str]):
    def __contains__(self, key: object) -> bool:
        return False


class ForgetfulInbox(Inbox):
    acceptor = WatermarkApart


class DisorderlyInbox(Inbox):
    acceptor = KeyGoesOn


class HastyRelay(Relay):
    """Prunes what was published, whether or not it was confirmed."""

    def _floor(self, readers: Any, head: int, *, now_us: int) -> int:
        return self._published


class ImpatientRelay(Relay):
    """Waits half as long as was stated."""

    def _floor(self, readers: Any, head: int, *, now_us: int) -> int:
        bounds = [Wait(row.wait.events and row.wait.events // 2) for row in readers]
        hasty = [msgspec.structs.replace(row, wait=bound) for row, bound in zip(readers, bounds, strict=True)]
        return super()._floor(hasty, head, now_us=now_us)


class SilentAcceptor(Acceptor):
    """Takes what follows a gap, and says nothing of it."""

    async def _mourn(self, tx: Transaction, step: Any) -> None:
        pass


class SilentInbox(Inbox):
    acceptor = SilentAcceptor


class TimidRelay(Relay):
    """Never answers a pull, so that what the network loses stays lost."""

    def _reply(self, subject: str, pull: Any, batch: Any) -> Any:
        return super()._reply(subject, pull, batch.__class__(*_ending(batch)))


def _ending(batch: Any) -> tuple[Any, ...]:
    return batch.epoch, batch.base, batch.base + 1, batch.base, max(batch.base, 0), b"[]"


@pytest.mark.parametrize(
    "parts",
    [
        {"inbox": ForgetfulInbox},
        {"inbox": DisorderlyInbox},
        {"inbox": SilentInbox},
        {"relay": HastyRelay},
        {"relay": ImpatientRelay},
        {"relay": TimidRelay},
    ],
    ids=["watermark apart", "key goes on", "silent gap", "prune before confirm", "impatient", "no pulls"],
)
def test_a_mailbox_with_a_planted_bug_is_caught(parts: dict[str, Any], folder: Path) -> None:
    # Not every history meets every bug; the first one that does ends the search.
    assert any(history(seed, folder / str(seed), 60.0, **parts)[0] for seed in range(16))
