"""The second factor: enrolled, confirmed, proved at each sign-in, disabled."""

from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model import relying_party, totp
from entrepot.user.model.passkey import Assertion
from entrepot.user.model.person import Person
from entrepot.user.model.session import ALL_FACTORS
from entrepot.user.model.throttle import TriedTooOften
from entrepot.user.model.totp import (
    AlreadyEnrolled,
    CodeInput,
    Enrolment,
    Method,
    NotEnrolled,
    RecoveryCodes,
    SecondFactorNeeded,
    WrongCode,
)
from entrepot.user.repository import organisation, passkey, person, session, ticket
from entrepot.user.service import factors, membership, passkeys, sessions, vault

_SECRET = "person.totp"  # noqa: S105  # a place
_ISSUER = "Entrepot"


async def enrol_second_factor(tx: Transaction, who: Principal, *, sealing: Sealing) -> Enrolment:
    """A secret for an authenticator. It counts once a code was confirmed."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if me.totp is not None:
        raise AlreadyEnrolled("There is a second factor; disable it first.")
    sealer, secret = await vault.key_of(tx, sealing, me.id), totp.new_secret()
    await person.offer_totp(tx, me.id, secret=sealer.seal(secret, _SECRET))
    account = sealer.open(me.email, "person.email")
    return Enrolment(secret=secret, uri=totp.uri(secret, account=account, issuer=_ISSUER))


async def confirm_second_factor(
    tx: Transaction, who: Principal, *, proof: CodeInput, sealing: Sealing
) -> RecoveryCodes:
    """The first code from the authenticator: from now on a sign-in needs one."""
    me = await membership.myself(tx, who)
    if me.totp_pending is None:
        raise NotEnrolled("There is no second factor to confirm.")
    secret = (await vault.key_of(tx, sealing, me.id)).open(me.totp_pending, _SECRET)
    step = totp.fitting_step(secret, proof.code, now_s=now().timestamp(), after=0)
    if step is None:
        raise WrongCode("This code does not fit.")
    codes = totp.new_recovery_codes()
    digests = [totp.recovery_digest(code) for code in codes]
    await person.enable_totp(tx, me.id, secret=me.totp_pending, step=step, codes=digests)
    await session.set_factors(tx, who.credential, factors=ALL_FACTORS)
    return RecoveryCodes(recovery_codes=codes)


async def want_passkey(tx: Transaction, who: Principal) -> RecoveryCodes:
    """From now on a sign-in with the password wants one of the caller's passkeys too."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if is_on(me):
        raise AlreadyEnrolled("There is a second factor; disable it first.")
    if not await passkey.of_person(tx, me.id):
        raise NotEnrolled("Add a passkey first.")
    codes = totp.new_recovery_codes()
    await person.want_passkey(tx, me.id, codes=[totp.recovery_digest(code) for code in codes])
    return RecoveryCodes(recovery_codes=codes)


async def disable_second_factor(tx: Transaction, who: Principal) -> None:
    """Sign in with the password alone again. Passkeys stay."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if not is_on(me):
        raise NotEnrolled("There is no second factor.")
    left = len(await passkey.of_person(tx, me.id))
    await factors.check_other_factor(tx, me, passkeys=left, authenticator=False)
    await person.disable_second_factor(tx, me.id)


def is_on(me: Person) -> bool:
    """Whether a password alone is not enough for this person."""
    return me.totp is not None or me.wants_passkey


async def methods(tx: Reading, me: Person, *, house: House) -> list[Method] | None:
    """Return by what a second factor may be proved; None if the first is enough, or if there is nothing
    else. A person who has a passkey only for convenience is not asked for it, unless an organisation
    demands a second factor.
    """
    if not is_on(me) and not await organisation.any_demands(tx, me.id):
        return None
    found: list[Method] = []
    if me.totp is not None or await person.recovery_codes(tx, me.id) > 0:
        found.append("code")
    if relying_party.possible(house.url) and await passkey.of_person(tx, me.id):
        found.append("passkey")
    return found if found or is_on(me) else None


async def ask(
    tx: Transaction, me: Person, ways: list[Method], *, sealing: Sealing, house: House, goes_on: str = ""
) -> SecondFactorNeeded:
    """Return what is to be proved beside the first proof. Returned, not raised: what a passkey is to sign
    must be remembered.
    """
    options = None
    if "passkey" in ways:
        options = await passkeys.second_options(tx, me, sealing=sealing, house=house)
    return SecondFactorNeeded(ways, passkey=options, ticket=goes_on)


async def prove_one(
    tx: Transaction,
    me: Person,
    *,
    code: str | None,
    said: Assertion | None,
    sealing: Sealing,
    house: House,
) -> Error | None:
    """Use a code or a passkey's answer up. What is wrong with it is returned, not raised: it must be counted.

    Only who gave a first proof comes here, so failures count for the account, wherever they come from.
    """
    bucket, now_us = f"code {me.id}", to_us(now())
    before = await ticket.failures(tx, bucket)
    if (wait_s := before.wait_s(now_us=now_us)) > 0:
        return TriedTooOften(wait_s)
    if said is not None:
        wrong = await passkeys.prove_beside(tx, me, said, sealing=sealing, house=house)
    else:
        wrong = await _wrong(tx, me, code=code or "", sealing=sealing)
    if wrong is not None:
        await ticket.set_failures(tx, bucket, failures=before.one_more(now_us=now_us))
        return wrong
    await ticket.forgive(tx, bucket)
    return None


async def _wrong(tx: Transaction, me: Person, *, code: str, sealing: Sealing) -> Error | None:
    if me.totp is not None:
        secret = (await vault.key_of(tx, sealing, me.id)).open(me.totp, _SECRET)
        step = totp.fitting_step(secret, code, now_s=now().timestamp(), after=me.totp_step)
        if step is not None:
            await person.use_step(tx, me.id, step=step)
            return None
    if await person.use_recovery_code(tx, me.id, digest=totp.recovery_digest(code)):
        return None
    return WrongCode("This code does not fit, or was used before.")
