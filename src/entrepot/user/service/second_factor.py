"""The second factor: enrolled, confirmed, proved at each sign-in, disabled."""

from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address, relying_party, security_letter, totp
from entrepot.user.model.guessing import CODES_TOLD_AT
from entrepot.user.model.passkey import Assertion
from entrepot.user.model.person import Person
from entrepot.user.model.security_letter import FirstProof
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
from entrepot.user.repository import organisation, passkey, person, session
from entrepot.user.service import (
    factors,
    guessing,
    membership,
    passkeys,
    security_letters,
    sessions,
    vault,
)

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
    account = address.shown(sealer.open(me.email, "person.email"))
    return Enrolment(secret=secret, uri=totp.uri(secret, account=account, issuer=_ISSUER))


async def confirm_second_factor(
    tx: Transaction, who: Principal, *, proof: CodeInput, caller: Caller, sealing: Sealing, house: House
) -> RecoveryCodes:
    """The first code from the authenticator: from now on a sign-in needs one."""
    me = await membership.myself(tx, who)
    await sessions.check_strong(tx, who)
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
    letter = security_letter.factor_added(house.url, "app", caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)
    return RecoveryCodes(recovery_codes=codes)


async def want_passkey(
    tx: Transaction, who: Principal, *, caller: Caller, sealing: Sealing, house: House
) -> RecoveryCodes:
    """From now on a sign-in with the password wants one of the caller's passkeys too."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if is_on(me):
        raise AlreadyEnrolled("There is a second factor; disable it first.")
    if not await passkey.of_person(tx, me.id):
        raise NotEnrolled("Add a passkey first.")
    codes = totp.new_recovery_codes()
    await person.want_passkey(tx, me.id, codes=[totp.recovery_digest(code) for code in codes])
    letter = security_letter.factor_added(house.url, "passkey beside", caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)
    return RecoveryCodes(recovery_codes=codes)


async def disable_second_factor(
    tx: Transaction, who: Principal, *, caller: Caller, sealing: Sealing, house: House
) -> None:
    """Sign in with the password alone again. Passkeys stay."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if not is_on(me):
        raise NotEnrolled("There is no second factor.")
    left = len(await passkey.of_person(tx, me.id))
    await factors.check_other_factor(tx, me, passkeys=left, authenticator=False)
    await person.disable_second_factor(tx, me.id)
    kind = "app" if me.totp is not None else "passkey beside"
    letter = security_letter.factor_removed(house.url, kind, caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)


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
    caller: Caller,
    sealing: Sealing,
    house: House,
    first: FirstProof = "password",
) -> Error | None:
    """Use a code, a recovery code or a passkey's answer up. What is wrong with it is returned, not raised: it
    is counted, all kinds together.
    """
    index = await vault.index_made(tx, sealing)
    attempt = await guessing.take(tx, index.proof(me.id, "code"), person=me.id, caller=caller, index=index)
    if attempt.wait_s > 0:
        return TriedTooOften(attempt.wait_s)
    if said is not None:
        wrong = await passkeys.prove_beside(tx, me, said, caller=caller, sealing=sealing, house=house)
    else:
        wrong = await _use(tx, me, code=code or "", sealing=sealing)
    if wrong is not None:
        if attempt.count in CODES_TOLD_AT:  # only who gave a first proof comes here
            letter = security_letter.codes_guessed(house.url, attempt.count, first=first)
            await security_letters.warn(tx, me, letter, sealing=sealing)
        return wrong
    await guessing.right(tx, attempt)
    return None


async def _use(tx: Transaction, me: Person, *, code: str, sealing: Sealing) -> Error | None:
    if me.totp is not None:
        secret = (await vault.key_of(tx, sealing, me.id)).open(me.totp, _SECRET)
        step = totp.fitting_step(secret, code, now_s=now().timestamp(), after=me.totp_step)
        if step is not None:
            await person.use_step(tx, me.id, step=step)
            return None
    if await person.use_recovery_code(tx, me.id, digest=totp.recovery_digest(code)):
        return None
    return WrongCode("This code does not fit, or was used before.")
