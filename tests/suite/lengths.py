"""How long laws and simulations are tried: CI's length fits into minutes, `make prove` goes on for longer.

`TESTS_LENGTH` chooses: `ci` (the default) or `prove`.
"""

import os

from hypothesis import HealthCheck, settings

PROVES = os.environ.get("TESTS_LENGTH", "ci") == "prove"
PROFILE = "unhurried"
# Hypothesis' own default is 100 examples a law.
EXAMPLES, PROVE_EXAMPLES = 100, 1_000

# A law does not fail because the machine is busy.
settings.register_profile(
    PROFILE,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=PROVE_EXAMPLES if PROVES else EXAMPLES,
)


def length(ci: int, *, prove: int) -> int:
    """How many examples, seeds or simulated hours: this many here, that many where there is time."""
    return prove if PROVES else ci
