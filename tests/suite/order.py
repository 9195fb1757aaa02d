"""Which process takes which tests. A module stays whole, since its tests share a node or a browser; the long
modules begin first, so that both processes end together.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Measured on two cores; what is missing here is short.
LONGEST_FIRST: tuple[str, ...] = ()


# Their tests share nothing, and each of them is long.
DEALT_ONE_BY_ONE = ("tests/gateway/test_schemathesis.py",)


def module_of(test_id: str) -> str:
    return test_id.partition("::")[0]


def by_length(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of the longest modules first, and else in the order in which they were found."""
    rank = {module: at for at, module in enumerate(LONGEST_FIRST)}
    return sorted(items, key=lambda item: rank.get(module_of(item.nodeid), len(rank)))


class ModuleScheduling(LoadScopeScheduling):
    """Gives each process a whole module at a time, classes included, but for those of `DEALT_ONE_BY_ONE`."""

    def _split_scope(self, nodeid: str) -> str:
        module = module_of(nodeid)
        return nodeid if module in DEALT_ONE_BY_ONE else module


__all__ = ["LONGEST_FIRST", "ModuleScheduling", "by_length", "module_of"]
