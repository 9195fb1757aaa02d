"""A command that asks a running node starts without what only a node needs: that is most of a start."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["running", "verify"])
def test_command_that_hosts_nothing_imports_no_context(module: str) -> None:
    look = (
        f"import entrepot.cli.{module}, sys;"
        " print(*sorted({'entrepot.wiring', 'numpy', 'shapely', 'aiohttp', 'nats'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


def test_start_is_not_spent_on_looking_for_garbage() -> None:
    """Imports make 190,000 objects that stay."""
    look = (
        "import gc, sys; import entrepot.__main__ as it; gc.set_threshold(it.COLLECTS_AFTER);"
        " before = [each['collections'] for each in gc.get_stats()]; import entrepot.node.run, entrepot.cli;"
        " print(sum(each['collections'] for each in gc.get_stats()) - sum(before))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert int(said.stdout) <= 1
