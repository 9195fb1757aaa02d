"""`Idempotency-Key`: a request that is sent again happens once and is answered as before."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.gateway.client import Caller, Node, Reply

from entrepot.core.ids import new_id


def titled(caller: Caller, title: str) -> list[Any]:
    return list(caller.get(f"/api/notes?limit=200&title={title}").json()["items"])


def write(caller: Caller, title: str, key: str) -> Reply:
    return caller.post("/api/notes", {"title": title}, headers={"Idempotency-Key": key})


def test_hundred_parallel_retries_have_one_effect(ann: Caller) -> None:
    key, title = new_id(), f"once-{new_id()}"
    with ThreadPoolExecutor(25) as threads:
        replies = list(threads.map(lambda _: write(ann, title, key), range(100)))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    assert [reply.header("idempotency-replayed") for reply in replies].count("true") == 99
    assert len(titled(ann, title)) == 1


def test_without_a_key_every_request_has_its_effect(ann: Caller) -> None:
    title = f"twice-{new_id()}"
    for _ in range(2):
        ann.post("/api/notes", {"title": title})
    assert len(titled(ann, title)) == 2


def test_key_of_another_request_is_refused(ann: Caller) -> None:
    key, title = new_id(), f"first-{new_id()}"
    note = write(ann, title, key).json()
    for again in (
        write(ann, f"second-{title}", key),
        ann.ask("DELETE", f"/api/notes/{note['id']}", headers={"Idempotency-Key": key}),
    ):
        assert (again.status, again.json()["type"]) == (422, "urn:entrepot:problem:key-reused")
    assert titled(ann, title) == [note]


def test_same_key_of_another_caller_is_another_key(node: Node) -> None:
    key, title = new_id(), f"both-{new_id()}"
    for caller in (node.caller(), node.caller()):
        reply = write(caller, title, key)
        assert (reply.status, reply.header("idempotency-replayed")) == (201, None)
    assert len(titled(caller, title)) == 2


def test_strangers_do_not_share_keys(node: Node) -> None:
    """Neither hears of the other: not of another request, and not of the same one."""
    key = {"Idempotency-Key": new_id()}
    email = f"{new_id()}@example.org"

    def forgot(caller: Caller, email: str) -> Reply:
        return caller.post("/api/passwords/forgot", {"email": email}, headers=key)

    first, second = node.stranger(), node.stranger()
    replies = [forgot(first, email), forgot(second, f"other-{email}"), forgot(second, email)]
    assert [(each.status, each.header("idempotency-replayed")) for each in replies] == [(202, None)] * 3
    again = forgot(first, email)
    assert (again.status, again.header("idempotency-replayed")) == (202, "true")


def test_namesakes_in_two_organisations_do_not_see_each_other_s_answers(node: Node) -> None:
    key, title = new_id(), f"namesake-{new_id()}"
    ours, theirs = (node.caller(sub="operator", org=org) for org in ("ours", "theirs"))
    first, second = write(ours, title, key), write(theirs, title, key)
    assert (second.status, second.header("idempotency-replayed")) == (201, None)
    assert first.json()["id"] != second.json()["id"]


def test_error_is_not_kept(ann: Caller) -> None:
    """What failed may be tried again: nothing happened, so there is nothing to replay."""
    key, title = new_id(), f"frozen-{new_id()}"
    gone = ann.ask("DELETE", f"/api/notes/{new_id()}", headers={"Idempotency-Key": key})
    crashed = ann.post("/api/crash", {"title": title}, headers={"Idempotency-Key": key})
    assert (gone.status, crashed.status) == (404, 500)
    written = write(ann, title, key)
    assert (written.status, written.header("idempotency-replayed")) == (201, None)


def test_answer_without_a_body_is_replayed(ann: Caller) -> None:
    note, key = ann.post("/api/notes", {"title": "away"}).json(), new_id()
    replies = [
        ann.ask("DELETE", f"/api/notes/{note['id']}", headers={"Idempotency-Key": key}) for _ in range(2)
    ]
    assert [(reply.status, reply.body) for reply in replies] == [(204, b"")] * 2
    assert replies[1].header("idempotency-replayed") == "true"


def test_key_means_nothing_to_a_read(ann: Caller) -> None:
    key = new_id()
    for path in ("/api/who", "/api/notes"):
        reply = ann.get(path, headers={"Idempotency-Key": key})
        assert (reply.status, reply.header("idempotency-replayed")) == (200, None)
