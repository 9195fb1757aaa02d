"""The account-wide limit on wrong proofs, beside the quick one by account and address (`throttle`): whoever
guesses from a thousand addresses is slowed as much as from one.

It cannot lock the owner out. Failures count by *ground*: each device and each address from which the account
was opened before is a ground of its own, and all others together are one. Strangers use up the strangers'
ground only; and a new password, chosen with the secret of a letter, makes all grounds new.
"""

from collections.abc import Collection
from datetime import timedelta

import msgspec

from entrepot.core.network import counted_as
from entrepot.core.routes import Caller

STRANGERS = "strangers"
FREE = 10  # before a wait
MOST = 100  # in a row: NIST SP 800-63B-4 §3.2.2 allows no more
TOLD_AT = (FREE, MOST)  # after so many the owner gets a letter
CODES_TOLD_AT = (5, MOST)  # earlier: who guesses codes knows the password
FORGOTTEN_AFTER = timedelta(days=30)  # without another failure
KNOWN_FOR = timedelta(days=90)  # a device or an address, since it was last used to sign in
MOST_PLACES = 20  # of one person; it bounds how many grounds there are

_FIRST_S = 30.0  # as NIST suggests it; then it doubles
_LONGEST_S = 900.0  # a quarter of an hour: four an hour, and a bearable wait for the owner in a new place
_CLOSED_S = 24 * 3600.0  # what a caller is told when nothing is weighed any more


class Guesses(msgspec.Struct, frozen=True):
    """How often in a row, until when nothing more is weighed, and when it was the last time."""

    count: int = 0
    until_us: int = 0
    last_us: int = 0

    @property
    def closed(self) -> bool:
        return self.count >= MOST

    def current(self, *, now_us: int) -> "Guesses":
        """Return what still counts of them. A last time in the future is one of a clock that was ahead."""
        age_us = now_us - self.last_us
        over = age_us > FORGOTTEN_AFTER / timedelta(microseconds=1)
        return Guesses() if over else self

    def wait_s(self, *, now_us: int) -> float:
        if self.current(now_us=now_us).closed:
            return _CLOSED_S
        wait_s = max(0.0, (self.until_us - now_us) / 1e6)
        return wait_s if wait_s <= _LONGEST_S else 0.0

    def one_more(self, *, now_us: int) -> "Guesses":
        count = self.current(now_us=now_us).count + 1
        wait_s = min(_FIRST_S * 2.0 ** min(count - FREE, 20), _LONGEST_S) if count >= FREE else 0.0
        return Guesses(count, now_us + round(wait_s * 1e6), now_us)


def places_of(caller: Caller) -> dict[str, str]:
    """Return where a caller is: by what kind of place, which. Addresses of IPv6 count by their network, for
    devices there change the rest every day (RFC 8981).
    """
    places = {"device": caller.device, "address": counted_as(caller.address)}
    return {kind: place for kind, place in places.items() if place}


def ground_of(marks: Collection[str], *, known: Collection[str]) -> str:
    """Return the ground of whoever is at these places: the first that is known, or the strangers'."""
    return next((mark for mark in marks if mark in known), STRANGERS)
