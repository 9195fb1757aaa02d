"""Which process takes which tests. A module stays whole, since its tests share a node or a browser; the long
modules begin first, so that both processes end together.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# By measured seconds; what is missing here is shorter.
LONGEST_FIRST = (
    "tests/gateway/test_schemathesis.py",
    "tests/journeys/test_backup.py",
    "tests/console/test_map.py",
    "tests/journeys/test_up_and_down.py",
    "tests/infra/mailbox/test_simulation.py",
    "tests/console/test_rule.py",
    "tests/journeys/test_position.py",
    "tests/gateway/test_remote.py",
    "tests/console/test_pages.py",
    "tests/console/test_rule_packs.py",
    "tests/user/test_journey.py",
    "tests/rule/test_laws.py",
    "tests/journeys/test_postgres.py",
    "tests/journeys/test_processes.py",
    "tests/journeys/test_refused_folders.py",
    "tests/journeys/test_dead_letters.py",
    "tests/journeys/test_kill.py",
    "tests/rule/test_rebase.py",
    "tests/tracking/test_late_data.py",
    "tests/console/test_rule_lists.py",
)


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
