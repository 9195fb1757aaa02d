"""What holds for passwords, codes, addresses, roles and back-off, whatever comes."""

import base64
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.house import ROLES as HOUSE

from entrepot.core.routes import Principal
from entrepot.user.model import address, letter, password, role, totp
from entrepot.user.model.address import NotAnAddress
from entrepot.user.model.password import WeakPassword
from entrepot.user.model.role import ScopesTooWide, UnknownRole
from entrepot.user.model.throttle import FREE, Failures

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
MINUTE_US = 60_000_000


@pytest.mark.parametrize(
    ("moment_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
     (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(moment_s: int, code: str) -> None:
    """Appendix B, of whose eight digits we take the last six."""
    assert totp.code_at(RFC_SECRET, moment_s // totp.STEP_S) == code


@given(st.integers(1_000, 10**8), st.integers(-5, 5))
def test_code_fits_one_step_around_its_own_and_only_after_the_last_used(step: int, off: int) -> None:
    code, now_s = totp.code_at(RFC_SECRET, step), (step + off) * totp.STEP_S
    found = totp.fitting_step(RFC_SECRET, code, now_s=now_s, after=0)
    if abs(off) <= 1:
        assert found is not None
    assert totp.fitting_step(RFC_SECRET, code, now_s=now_s, after=step + 10) is None
    assert totp.fitting_step(RFC_SECRET, code, now_s=step * totp.STEP_S, after=step) in (None, step + 1)


def test_recovery_codes_differ_and_are_read_as_people_write_them() -> None:
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == 10
    assert totp.recovery_digest(codes[0].upper().replace("-", " ")) == totp.recovery_digest(codes[0])


@pytest.mark.parametrize(
    "weak",
    ["P@ssw0rd2024!", "qwertyuiop", "1234567890", "abcdefghij", "letmeinplease", "iloveyou1999",
     "Summer2026!!", "poiuytrewq", "passwordpassword", "aabbaabbaabb", "1q2w3e4r5t6y", "drowssap",
     "LoveLace1815", "ada@example"],
)  # fmt: skip
def test_what_many_would_guess_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        password.check(weak, about=("ada@example.org", "Ada Lovelace"))


@pytest.mark.parametrize(
    "fine",
    ["plough the 7 seas at dawn", "xkQ9#vT2mLp7", "früh morgens im Nebel", "日本語のながいあいことばです",
     "gribbet-wonk-41"],
)  # fmt: skip
def test_what_nobody_would_guess_will_do(fine: str) -> None:
    password.check(fine, about=("ada@example.org", "Ada Lovelace"))


@given(st.text(max_size=60))
def test_check_of_any_password_ends_in_a_word(text: str) -> None:
    try:
        password.check(text, about=(text, "x@example.org"))
    except WeakPassword as error:
        assert str(error)


@given(st.from_regex(r"[a-zA-Z0-9.]{1,30}@[a-zA-Z0-9]{1,20}\.[a-z]{2,5}", fullmatch=True))
def test_normalised_address_stays_as_it_is(text: str) -> None:
    try:
        once = address.normalised(text)
    except NotAnAddress:
        assert ".." in text or text.startswith(".") or ".@" in text
    else:
        assert address.normalised(once) == once == address.normalised(f" {text.upper()} ")


@pytest.mark.parametrize("text", ["a", "a@b\r\nBcc: c@d", "a b@c", "a@", "@b", "a@-b", "a@b\0", "a@b,c@d"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        address.normalised(text)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("Ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de", "ada@münchen.de"),
        ("ada@xn--mnchen-3ya.de", "ada@xn--mnchen-3ya.de", "ada@münchen.de"),
        ("ada@mu\u0308nchen\u3002de", "ada@xn--mnchen-3ya.de", "ada@münchen.de"),
        ("ada@straße.de", "ada@xn--strae-oqa.de", "ada@straße.de"),
        ("a@例え.jp", "a@xn--r8jz45g.jp", "a@例え.jp"),
        (
            "a@\u0441\u0430\u0445\u0430\u0440.\u0440\u0444",
            "a@xn--80aa2cbv.xn--p1ai",
            "a@\u0441\u0430\u0445\u0430\u0440.\u0440\u0444",
        ),
        # Homographs stay as DNS knows them.
        ("a@\u0430\u0440\u0440\u04cf\u0435.com", "a@xn--80ak6aa92e.com", "a@xn--80ak6aa92e.com"),
        ("a@p\u0430ypal.com", "a@xn--pypal-4ve.com", "a@xn--pypal-4ve.com"),
    ],
)
def test_international_domain_is_one_address_however_it_is_typed(typed: str, kept: str, shown: str) -> None:
    assert address.normalised(typed) == kept
    assert address.shown(kept) == shown
    assert address.normalised(shown) == kept


@pytest.mark.parametrize(
    "text", ["\u0430\u0434a@example.org", "a@☃.net", "a@xn--zzzzzz.de", f"a@{'ü' * 70}.de", "a@ü..de"]
)
def test_address_that_mail_does_not_reach_everywhere_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        address.normalised(text)


@given(st.lists(st.integers(0, 20 * MINUTE_US), max_size=40))
def test_back_off_grows_within_a_bound_and_never_before_the_free_failures(gaps_us: list[int]) -> None:
    failures, now_us = Failures(), 10**15
    for gap_us in gaps_us:
        now_us += gap_us
        failures = failures.one_more(now_us=now_us)
        wait_s = failures.wait_s(now_us=now_us)
        assert 0 <= wait_s <= 900
        assert (wait_s > 0) == (failures.count >= FREE)


def test_wait_of_a_clock_that_was_ahead_is_none() -> None:
    ahead_us = 10**15 + 20_000 * 24 * 60 * MINUTE_US
    assert Failures(12, ahead_us).wait_s(now_us=10**15) == 0.0


def test_failures_are_forgotten_after_a_quiet_hour() -> None:
    failures = Failures(12, 10**15)
    assert failures.one_more(now_us=10**15 + 61 * MINUTE_US).count == 1
    assert failures.one_more(now_us=10**15 + 59 * MINUTE_US).count == 13


ROLES = HOUSE.allowed


@given(st.sets(st.sampled_from(sorted(ROLES))), st.sampled_from(sorted(ROLES)))
def test_roles_allow_together_what_each_allows_and_nobody_gives_more(held: set[str], given_: str) -> None:
    scopes = HOUSE.scopes(held, own={})
    assert scopes == frozenset().union(*(ROLES[each] for each in held))
    who = Principal("ann", "acme", scopes, "person")
    if ROLES[given_] <= scopes:
        role.check_within(ROLES[given_], who)
    else:
        with pytest.raises(ScopesTooWide):
            role.check_within(ROLES[given_], who)


def test_only_operators_may_touch_the_node_or_read_its_mail() -> None:
    mighty = {name for name, scopes in ROLES.items() if scopes & {"node:operate", "mail:read", "*"}}
    assert mighty == {"operator"} and not mighty & set(role.FOUNDER)


def test_role_that_nobody_knows_is_refused_and_allows_nothing() -> None:
    with pytest.raises(UnknownRole):
        role.check_known(["emperor"], house=HOUSE, own={})
    assert HOUSE.scopes(["emperor"], own={}) == frozenset()


def test_links_carry_their_secret_where_no_server_sees_it() -> None:
    confirm, reset = (partial(each, asked="now") for each in (letter.confirm, letter.reset))
    for written in (confirm, reset, letter.invited):
        [link] = [line for line in written("https://h", "s3cret").text.splitlines() if "s3cret" in line]
        assert link.partition("#")[2] == "token=s3cret"
