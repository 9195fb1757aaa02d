"""What the user context does."""

from entrepot.core import api_keys
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.time import now
from entrepot.user import model, repository
from entrepot.user.events import KeyCreated, KeyRevoked, TokenRevoked
from entrepot.user.model import ApiKey, ApiKeyWithSecret, Credential, KeyNotFound, NewKey, Recognised


async def create_key(tx: Transaction, who: Principal, *, new: NewKey) -> ApiKeyWithSecret:
    """Make an API key for a program of the caller's organisation; its secret is shown this once."""
    key, secret = model.mint(new, maker=who, at=now())
    await repository.add_key(tx, key, organisation=who.organisation, digest=api_keys.digest(secret))
    tx.emit(KeyCreated(key_id=key.id, organisation=who.organisation, scopes=key.scopes))
    return ApiKeyWithSecret(key=key, secret=secret)


async def keys(tx: Reading, who: Principal, *, query: Cursor) -> Page[ApiKey]:
    """The API keys of the caller's organisation."""
    return await repository.keys(tx, organisation=who.organisation, query=query)


async def revoke_key(tx: Transaction, who: Principal, *, id: str) -> None:
    """End an API key of the caller's organisation; every gateway forgets it at once."""
    if not await repository.revoke_key(tx, id, organisation=who.organisation, at=now()):
        raise KeyNotFound("There is no such working key.")
    tx.emit(KeyRevoked(key_id=id, organisation=who.organisation))


async def sign_out(tx: Transaction, who: Principal) -> None:
    """End the access token that this request came with."""
    if who.kind == "program":
        raise model.NotAToken("This is an API key; delete it instead.")
    at = now()
    await repository.revoke_token(tx, who.credential, at=at)
    await repository.forget_revoked_tokens(tx, before=at - 2 * model.LONGEST_TOKEN)
    tx.emit(TokenRevoked(token_id=who.credential))


async def recognise(tx: Reading, who: Principal, *, credential: Credential) -> Recognised:
    """Whether a credential still opens the house, and for a key, in whose name."""
    if credential.key_digest is not None:
        found = await repository.key_by_digest(tx, credential.key_digest)
        if found is None or not model.usable(found[0], at=now()):
            return Recognised(known=False)
        return Recognised(known=True, principal=model.bearer(found[0], organisation=found[1]))
    revoked = await repository.token_is_revoked(tx, credential.token_id or "")
    return Recognised(known=not revoked)
