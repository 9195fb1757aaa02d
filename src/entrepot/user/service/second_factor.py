"""The second factor: enrolled, confirmed, proved at each sign-in, disabled."""

from entrepot.core.errors import Error
from entrepot.core.ports import Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model import address, totp
from entrepot.user.model.person import Person
from entrepot.user.model.throttle import TriedTooOften
from entrepot.user.model.totp import (
    AlreadyEnrolled,
    CodeInput,
    Enrolment,
    NotEnrolled,
    RecoveryCodes,
    WrongCode,
)
from entrepot.user.repository import person, ticket
from entrepot.user.service import membership, sessions, vault

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
    return RecoveryCodes(recovery_codes=codes)


async def disable_second_factor(tx: Transaction, who: Principal) -> None:
    """Sign in with the password alone again."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if me.totp is None:
        raise NotEnrolled("There is no second factor.")
    await person.disable_totp(tx, me.id)


async def prove(tx: Transaction, who: Person, *, code: str, sealing: Sealing) -> Error | None:
    """Use a code up. What is wrong with it is returned, not raised: it must be counted.

    Only who knows the password comes here, so failures count for the account, wherever they come from.
    """
    bucket, now_us = f"code {who.id}", to_us(now())
    before = await ticket.failures(tx, bucket)
    if (wait_s := before.wait_s(now_us=now_us)) > 0:
        return TriedTooOften(wait_s)
    if not await _use(tx, who, code=code, sealing=sealing):
        await ticket.set_failures(tx, bucket, failures=before.one_more(now_us=now_us))
        return WrongCode("This code does not fit, or was used before.")
    await ticket.forgive(tx, bucket)
    return None


async def _use(tx: Transaction, who: Person, *, code: str, sealing: Sealing) -> bool:
    assert who.totp is not None
    secret = (await vault.key_of(tx, sealing, who.id)).open(who.totp, _SECRET)
    step = totp.fitting_step(secret, code, now_s=now().timestamp(), after=who.totp_step)
    if step is not None:
        await person.use_step(tx, who.id, step=step)
        return True
    return await person.use_recovery_code(tx, who.id, digest=totp.recovery_digest(code))
