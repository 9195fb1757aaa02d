"""Sealed fields open only whole, in their place, under their key."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.errors import Forbidden
from entrepot.core.ports import WrappedKey
from entrepot.core.sealing import OVERHEAD_BYTES, DataKey, Sealing, Unsealable, canonical, seal, unseal
from entrepot.infra.keys.local import LocalKeys

KEY = bytes(range(32))
SALT = bytes(range(100, 132))
CONTEXT = {"owner": "p", "place": "person.email"}
VECTOR = bytes.fromhex(
    "016465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283"  # version, salt
    "adb67d2d8b838abb9256e022acfa342cc2c3b220eef3745466022bb68d3a13fa"  # commitment
    "aa3b6b38b33adb9fad877c28d7fceec82f566adf32dd8460d2501e9019bb65"  # ciphertext and tag
)

keys = st.binary(min_size=32, max_size=32)
contexts = st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4)


def test_the_written_vector_holds() -> None:
    assert seal(b"ada@example.org", KEY, context=CONTEXT, salt=SALT) == VECTOR
    assert unseal(VECTOR, KEY, context=CONTEXT) == b"ada@example.org"


@given(st.binary(max_size=200), keys, contexts)
def test_what_was_sealed_opens(plain: bytes, key: bytes, context: Mapping[str, str]) -> None:
    sealed = seal(plain, key, context=context)
    assert len(sealed) == len(plain) + OVERHEAD_BYTES
    assert unseal(sealed, key, context=context) == plain


@given(st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(VECTOR) * 8 - 1))
    broken = bytearray(VECTOR)
    broken[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unsealable):
        unseal(bytes(broken), KEY, context=CONTEXT)


@given(st.integers(0, len(VECTOR) - 1))
def test_a_part_opens_nothing(length: int) -> None:
    with pytest.raises(Unsealable):
        unseal(VECTOR[:length], KEY, context=CONTEXT)


@given(keys.filter(lambda key: key != KEY))
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(VECTOR, key, context=CONTEXT)


@given(contexts.filter(lambda context: context != CONTEXT))
def test_another_place_opens_nothing(context: Mapping[str, str]) -> None:
    with pytest.raises(Unsealable):
        unseal(VECTOR, KEY, context=context)


def test_a_wrong_commitment_is_refused_though_the_message_key_fits() -> None:
    context = {**CONTEXT}
    forged = VECTOR[:33] + bytes(32) + VECTOR[65:]
    with pytest.raises(Unsealable):
        unseal(forged, KEY, context=context)


@given(contexts, contexts)
def test_different_contexts_never_read_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


@given(st.text(max_size=50), st.text(max_size=50))
def test_an_index_is_equal_for_equal_texts_only(one: str, other: str) -> None:
    key = DataKey(KEY, owner="index")
    assert (key.index(one, "email") == key.index(other, "email")) == (one == other)
    assert key.index(one, "email") != key.index(one, "name")
    assert key.index(one, "email") != DataKey(bytes(32), owner="index").index(one, "email")


class Counting:
    """Real keys that count how often they were asked."""

    def __init__(self, keys: LocalKeys) -> None:
        self.keys, self.unwrapped = keys, 0

    async def generate(self, context: Mapping[str, str]) -> WrappedKey:
        return await self.keys.generate(context)

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        self.unwrapped += 1
        return await self.keys.unwrap(wrapped, context)


@pytest.fixture
def counting(tmp_path) -> Counting:
    return Counting(LocalKeys.open(tmp_path / "keys"))


async def test_unwrapped_keys_are_remembered_for_a_while(counting: Counting) -> None:
    clock = [0.0]
    sealing = Sealing(counting, keep_s=10, clock=lambda: clock[0])
    key, wrapped = await sealing.make("ada")
    sealed = key.seal("London", "person.city")
    assert (await sealing.key("ada", wrapped)).open(sealed, "person.city") == "London"
    assert counting.unwrapped == 0
    clock[0] = 11
    await sealing.key("ada", wrapped)
    assert counting.unwrapped == 1


async def test_only_so_many_unwrapped_keys_are_remembered(counting: Counting) -> None:
    sealing = Sealing(counting, most=2)
    wrapped = [(await sealing.make(str(number)))[1] for number in range(3)]
    for number, each in enumerate(wrapped):
        await sealing.key(str(number), each)
    assert counting.unwrapped == 3


async def test_a_data_key_opens_for_its_owner_only(counting: Counting) -> None:
    sealing = Sealing(counting)
    _, wrapped = await sealing.make("ada")
    with pytest.raises(Forbidden):
        await sealing.key("eve", wrapped)


async def test_a_forgotten_key_is_asked_for_again(counting: Counting) -> None:
    sealing = Sealing(counting)
    _, wrapped = await sealing.make("ada")
    sealing.forget("ada", wrapped)
    await sealing.key("ada", wrapped)
    assert counting.unwrapped == 1


async def test_what_was_wrapped_before_a_rotation_opens_before_and_after_it_is_wrapped_again(
    counting: Counting,
) -> None:
    sealing = Sealing(counting.keys)
    key, wrapped = await sealing.make("ada")
    sealed = key.seal("London", "person.city")
    await counting.keys.rotate()
    anew = await sealing.rewrap("ada", wrapped)
    for each in (wrapped, anew):
        assert (await Sealing(counting.keys).key("ada", each)).open(sealed, "person.city") == "London"
    assert anew[:9] != wrapped[:9]
