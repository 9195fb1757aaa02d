"""Who gets in, and for how long."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.gateway.client import Caller, Node, Reply, until

from entrepot.core import api_keys, tokens
from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.routes import Principal
from entrepot.gateway.session.auth import LEASE_S, RENEW_S, Authenticator, FoundCredential, Recognise
from entrepot.http.problem import Refusal
from entrepot.infra.keys.local import LocalKeys
from entrepot.node.node_keys import open_keys


def refused(reply: Reply) -> str:
    """Why, after checking that it is a proper 401."""
    assert reply.status == 401, reply
    assert reply.header("www-authenticate") == "Bearer"
    document = reply.json()
    assert document["type"] == "urn:entrepot:problem:unauthenticated"
    return str(document["detail"])


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, body, signature = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(head), json.loads(body), b64(signature)


def packed(head: dict[str, Any], body: dict[str, Any], signature: str = "") -> str:
    return f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}.{signature}"


def stolen_alg_none(token: str) -> str:
    head, body, _ = parts(token)
    return packed(head | {"alg": "none"}, body)


def signature_cut_off(token: str) -> str:
    return token.rpartition(".")[0] + "."


def more_scopes(token: str) -> str:
    head, body, signature = parts(token)
    return packed(head, body | {"scope": "*"}, signature)


def another_key(token: str) -> str:
    text = token.rpartition(".")[0]
    return f"{text}.{b64(Ed25519PrivateKey.generate().sign(text.encode()))}"


def unknown_kid(token: str) -> str:
    head, body, signature = parts(token)
    return packed(head | {"kid": "nobody"}, body, signature)


def key_brought_along(token: str) -> str:
    head, body, _ = parts(token)
    own = Ed25519PrivateKey.generate()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(own.public_key().public_bytes_raw())}
    text = packed(head | {"jwk": jwk}, body).rpartition(".")[0]
    return f"{text}.{b64(own.sign(text.encode()))}"


def public_key_as_secret(token: str) -> str:
    head, body, _ = parts(token)
    text = packed(head | {"alg": "HS256"}, body).rpartition(".")[0]
    return f"{text}.{b64(hmac.new(head['kid'].encode(), text.encode(), hashlib.sha256).digest())}"


@pytest.mark.parametrize(
    "forge",
    [
        stolen_alg_none, signature_cut_off, more_scopes, another_key, unknown_kid, key_brought_along,
        public_key_as_secret,
    ],
)  # fmt: skip
def test_forged_token_opens_nothing(node: Node, forge: Callable[[str], str]) -> None:
    token = node.token()
    assert node.stranger(token).get("/api/who").status == 200
    refused(node.stranger(forge(token)).get("/api/who"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "elsewhere"}, "meant for somebody else"),
        ({"iss": "elsewhere"}, "issued by somebody else"),
        ({"iat": 1_000_000_000, "exp": 1_000_000_600}, "expired"),
        ({"nbf": 4_000_000_000}, "not valid yet"),
    ],
)
def test_token_that_does_not_hold_here_and_now_is_refused(
    node: Node, changes: dict[str, Any], why: str
) -> None:
    assert why in refused(node.stranger(node.token(**changes)).get("/api/who"))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "bearer",
        "Bearer a b",
        "Bearer é",
        "Bearer ek_" + "x" * 43,
        "Token x",
    ],
)
def test_authorization_that_is_no_credential_is_refused(stranger: Caller, header: str) -> None:
    refused(stranger.get("/api/who", headers={"Authorization": header}))


def test_scheme_may_be_written_in_any_case(node: Node) -> None:
    headers = {"Authorization": f"bEARER {node.token()}"}
    assert node.stranger().get("/api/who", headers=headers).status == 200


def test_wrong_credential_is_refused_where_none_is_needed(node: Node) -> None:
    assert node.stranger().get("/api/public").status == 200
    refused(node.stranger("nonsense").get("/api/public"))


def until_blocked(guesser: Caller) -> tuple[int, Reply, float]:
    """How many guesses were answered, the first that was not, and the seconds that it took."""
    began_s, guesses = time.monotonic(), 0
    while (reply := guesser.get("/api/who")).status == 401:
        guesses += 1
    assert reply.status == 429
    return guesses, reply, time.monotonic() - began_s


def test_guessing_is_slowed_down_for_the_guesser_only(node: Node) -> None:
    guesser = node.stranger("nonsense")
    guesses, blocked, took_s = until_blocked(guesser)
    assert 30 <= guesses <= 30 + took_s / 2 + 1  # one comes back every two seconds
    assert blocked.json()["type"] == "urn:entrepot:problem:too-many-requests"
    assert 1 <= int(blocked.header("retry-after") or 0) <= 3
    assert node.caller().get("/api/who").status == 200
    refused(node.stranger("nonsense").get("/api/who"))


def test_guesser_s_neighbour_who_is_known_stays_in(node: Node) -> None:
    neighbour = node.caller()
    assert neighbour.get("/api/who").status == 200
    guesser = Caller(node.url, "nonsense", address=neighbour.address)
    until_blocked(guesser)
    assert neighbour.get("/api/who").status == 200


# ---- API keys and revocation ------------------------------------------------------------------------


def new_key(maker: Caller, *scopes: str) -> tuple[str, str]:
    made = maker.post("/api/keys", {"name": "till", "scopes": list(scopes)})
    assert made.status == 201, made
    return made.json()["key"]["id"], made.json()["secret"]


def test_key_opens_what_its_scopes_say(node: Node) -> None:
    maker = node.caller("key:write sample:read")
    key_id, secret = new_key(maker, "sample:read")
    till = node.stranger(secret)
    assert till.get("/api/who").json() == {"name": key_id}
    assert till.post("/api/notes", {"title": "a"}).status == 403
    assert till.post("/api/keys", {"name": "more", "scopes": ["sample:read"]}).status == 403


def test_revoked_key_is_refused_at_once(node: Node) -> None:
    maker = node.caller("key:write key:read sample:read")
    key_id, secret = new_key(maker, "sample:read")
    till = node.stranger(secret)
    assert till.get("/api/who").status == 200
    assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 204
    assert till.get("/api/who").status == 401
    assert maker.ask("DELETE", f"/api/keys/{key_id}").status == 404


def test_signed_out_token_is_refused_at_once(node: Node) -> None:
    ann = node.caller("sample:read token:self")
    assert ann.get("/api/who").status == 200
    assert ann.ask("DELETE", "/api/tokens/current").status == 204
    assert ann.get("/api/who").status == 401


def test_expired_token_is_refused_although_it_was_remembered(node: Node) -> None:
    # Five seconds of leeway for clocks that differ; what is left is for the first request on a busy machine.
    ann = node.caller(iat=int(time.time()) - 60, exp=int(time.time()) + 4 - 5)
    assert ann.get("/api/who").status == 200
    until(lambda: ann.get("/api/who").status == 401)


def test_rotation_keeps_old_tokens_and_accepts_new_ones(node: Node) -> None:
    before = node.caller()
    asyncio.run(open_keys(node.settings).rotate())
    after = node.caller()
    assert parts(before.credential or "")[0]["kid"] != parts(after.credential or "")[0]["kid"]
    assert (before.get("/api/who").status, after.get("/api/who").status) == (200, 200)


# ---- the authenticator alone, with time in hand -----------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def opened(keys: LocalKeys, recognise: Recognise, clock: Callable[[], float]) -> Authenticator:
    return Authenticator(keys, recognise, issuer="e", audience="e", clock=clock, steady=clock)


def key_header() -> bytes:
    return f"Bearer {api_keys.new_secret()}".encode()


async def renewed(asked: Sequence[object], count: int) -> None:
    """Wait until the background has asked so often."""
    async with asyncio.timeout(5):
        while len(asked) < count:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)


def _ann(found: FoundCredential) -> Principal:
    credential = found if isinstance(found, str) else found.jti
    return Principal("ann", "acme", frozenset({"sample:read"}), "person", credential)


def known_to_all(asked: list[object]) -> Recognise:
    async def recognise(found: Sequence[FoundCredential]) -> list[Principal | None]:
        asked.extend(found)
        return [_ann(each) for each in found]

    return recognise


async def bearer(keys: LocalKeys, *, issued_at: float, life_s: int) -> bytes:
    iat = int(issued_at)
    claims = tokens.Claims(
        iss="e",
        aud="e",
        sub="ann",
        org="acme",
        scope="",
        kind="person",
        jti=new_id(),
        iat=iat,
        exp=iat + life_s,
    )
    return f"Bearer {await tokens.issue(keys, claims)}".encode()


async def test_credential_is_remembered_until_it_expires_and_not_longer(tmp_path: Path) -> None:
    clock, asked, keys = Clock(), list[object](), LocalKeys.open(tmp_path)
    door = opened(keys, known_to_all(asked), clock)
    header = await bearer(keys, issued_at=clock(), life_s=2)
    await door.authenticate(header)
    clock.now_s += 1.9
    assert door.remembered(header) is not None
    clock.now_s += 0.1
    assert door.remembered(header) is None
    clock.now_s += 5
    with pytest.raises(Refusal, match="expired"):
        await door.authenticate(header)


async def test_credential_that_nobody_uses_is_asked_for_again_after_its_lease(tmp_path: Path) -> None:
    clock, asked = Clock(), list[object]()
    door, header = opened(LocalKeys.open(tmp_path), known_to_all(asked), clock), key_header()
    await door.authenticate(header)
    clock.now_s += LEASE_S
    assert door.remembered(header) is None


async def test_lease_in_use_is_renewed_without_anybody_waiting(tmp_path: Path) -> None:
    clock, asked = Clock(), list[object]()
    door, header = opened(LocalKeys.open(tmp_path), known_to_all(asked), clock), key_header()
    await door.authenticate(header)
    for _ in range(10):
        clock.now_s += RENEW_S
        assert door.remembered(header) is not None
        await renewed(asked, len(asked) + 1)
    assert len(asked) == 11


async def test_leases_that_are_due_together_are_asked_for_together(tmp_path: Path) -> None:
    clock, batches = Clock(), list[int]()

    async def recognise(found: Sequence[FoundCredential]) -> list[Principal | None]:
        batches.append(len(found))
        return [_ann(each) for each in found]

    door, headers = opened(LocalKeys.open(tmp_path), recognise, clock), [key_header() for _ in range(50)]
    for header in headers:
        await door.authenticate(header)
    batches.clear()
    clock.now_s += RENEW_S
    assert all(door.remembered(header) for header in headers)
    await renewed(batches, 1)
    assert batches == [50]


async def test_lease_counts_from_when_it_was_asked_for(tmp_path: Path) -> None:
    """What was revoked while the answer travelled is bounded, too."""
    clock = Clock()

    async def slowly(found: Sequence[FoundCredential]) -> list[Principal | None]:
        clock.now_s += 3
        return [_ann(each) for each in found]

    door, header = opened(LocalKeys.open(tmp_path), slowly, clock), key_header()
    await door.authenticate(header)
    clock.now_s += LEASE_S - 3
    assert door.remembered(header) is None


async def test_whoever_turns_out_revoked_at_a_renewal_is_refused(tmp_path: Path) -> None:
    clock, asked, gone = Clock(), list[object](), asyncio.Event()

    async def recognise(found: Sequence[FoundCredential]) -> list[Principal | None]:
        asked.extend(found)
        return [None if gone.is_set() else _ann(each) for each in found]

    door, header = opened(LocalKeys.open(tmp_path), recognise, clock), key_header()
    await door.authenticate(header)
    gone.set()
    clock.now_s += RENEW_S
    door.remembered(header)
    await renewed(asked, 2)
    assert door.remembered(header) is None
    with pytest.raises(Refusal, match="not valid"):
        await door.authenticate(header)


async def test_whoever_cannot_be_checked_is_served_for_a_lease_and_no_longer(tmp_path: Path) -> None:
    clock, asked, away = Clock(), list[object](), asyncio.Event()

    async def recognise(found: Sequence[FoundCredential]) -> list[Principal | None]:
        asked.extend(found)
        if away.is_set():
            raise Unavailable("away")
        return [_ann(each) for each in found]

    door, header = opened(LocalKeys.open(tmp_path), recognise, clock), key_header()
    await door.authenticate(header)
    away.set()
    clock.now_s += RENEW_S
    assert door.remembered(header) is not None
    await renewed(asked, 2)
    clock.now_s += LEASE_S - RENEW_S - 0.1
    assert door.remembered(header) is not None  # asks once more meanwhile
    await renewed(asked, 3)
    clock.now_s += 0.1
    assert door.remembered(header) is None
    with pytest.raises(Unavailable):
        await door.authenticate(header)
    away.clear()
    assert await door.authenticate(header)


@pytest.mark.parametrize("how", ["by name", "all"])
async def test_revocation_that_overtakes_recognition_is_not_lost(tmp_path: Path, how: str) -> None:
    going, gone_on = asyncio.Event(), asyncio.Event()

    async def slowly(found: Sequence[FoundCredential]) -> list[Principal | None]:
        going.set()
        await gone_on.wait()
        return [_ann(each) for each in found]

    door, secret = opened(LocalKeys.open(tmp_path), slowly, Clock()), api_keys.new_secret()
    header = f"Bearer {secret}".encode()
    asking = asyncio.create_task(door.authenticate(header))
    await going.wait()
    door.forget([api_keys.digest(secret)]) if how == "by name" else door.forget_all()
    gone_on.set()
    await asking
    assert door.remembered(header) is None


async def test_revocation_of_another_does_not_make_a_recognition_worthless(tmp_path: Path) -> None:
    """Else whoever signs in and out all the time would have everybody else asked for at each request."""
    going, gone_on = asyncio.Event(), asyncio.Event()

    async def slowly(found: Sequence[FoundCredential]) -> list[Principal | None]:
        going.set()
        await gone_on.wait()
        return [_ann(each) for each in found]

    door, header = opened(LocalKeys.open(tmp_path), slowly, Clock()), key_header()
    asking = asyncio.create_task(door.authenticate(header))
    await going.wait()
    door.forget(["another"])
    gone_on.set()
    await asking
    assert door.remembered(header) is not None


@pytest.mark.parametrize("end", ["forgotten", "narrowed"])
async def test_what_lasts_is_over_when_its_credential_is(tmp_path: Path, end: str) -> None:
    gone = asyncio.Event()

    async def recognise(found: Sequence[FoundCredential]) -> list[Principal | None]:
        changed = (
            None if end == "forgotten" else Principal("ann", "acme", frozenset(), "person", str(found[0]))
        )
        return [changed if gone.is_set() else _ann(each) for each in found]

    door, secret = opened(LocalKeys.open(tmp_path), recognise, time.monotonic), api_keys.new_secret()
    header = f"Bearer {secret}".encode()
    over = asyncio.create_task(door.over(header, await door.authenticate(header)))
    await asyncio.sleep(0.05)
    assert not over.done()
    door.forget(["another"])
    await asyncio.sleep(0.05)
    assert not over.done()
    gone.set()
    door.forget([api_keys.digest(secret)])
    await asyncio.wait_for(over, 1)


async def test_memory_of_credentials_is_bounded(tmp_path: Path) -> None:
    asked = list[object]()
    door = opened(LocalKeys.open(tmp_path), known_to_all(asked), Clock())
    headers = [key_header() for _ in range(20_010)]
    for header in headers:
        await door.authenticate(header)
    assert sum(door.remembered(header) is not None for header in headers) == 20_000
    assert door.remembered(headers[-1]) is not None
