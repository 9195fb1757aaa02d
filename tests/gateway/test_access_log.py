"""The access log: every request is counted once, in the line, the sum, the tally and the event."""

import time

from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Node, until

from entrepot.core.ids import new_id
from entrepot.core.routes import Principal
from entrepot.http.access_log import AccessLine, AccessLog, Served

requests = st.lists(
    st.tuples(
        st.sampled_from(["GET /a", "POST /a", "unmatched"]),
        st.sampled_from([200, 404, 503]),
        st.sampled_from([("ann", "acme"), ("ann", "other"), ("bob", "acme"), ("anonymous", "")]),
        st.floats(0, 30, allow_nan=False),
        st.integers(0, 1 << 30),
        st.booleans(),
    ),
    max_size=60,
)


@given(requests)
def test_nothing_is_lost_or_counted_twice(
    served: list[tuple[str, int, tuple[str, str], float, int, bool]],
) -> None:
    lines: list[AccessLine] = []
    log, sums = AccessLog(lines.extend), list[Served]()
    for row, status, (name, organisation), took_s, size, take in served:
        who = Principal(name, organisation, frozenset(), "person")
        log.record(who, method="GET", row=row, status=status, took_s=took_s, size=size, request_id="r")
        if take:
            sums += log.take()
            log.flush()
    sums += log.take()
    log.flush()
    assert len(lines) == len(served) == sum(each.count for each in sums)
    assert sum(each.bytes_out for each in sums) == sum(request[4] for request in served)
    assert sum(sum(tally.statuses.values()) for tally in log.tallies.values()) == len(served)
    assert sum(sum(tally.buckets) for tally in log.tallies.values()) == len(served)
    for row, status, caller, *_ in served:
        alike = [each for each in sums if (each.row, each.status) == (row, status)]
        assert caller in {(each.principal, each.organisation) for each in alike}
    assert log.take() == []


def test_sums_are_bounded_and_still_whole() -> None:
    log = AccessLog(None)
    for number in range(6_000):
        who = Principal(str(number), "acme", frozenset(), "person")
        log.record(who, method="GET", row="GET /a", status=200, took_s=0.0, size=1, request_id="r")
    sums = log.take()
    assert len(sums) <= 5_001
    assert sum(each.count for each in sums) == 6_000
    assert [each.organisation for each in sums if each.principal == "others"] == [""]


def test_lines_that_nobody_collects_are_bounded() -> None:
    lines: list[AccessLine] = []
    log, who = AccessLog(lines.extend), Principal("ann", "acme", frozenset(), "person")
    for _ in range(20_010):
        log.record(who, method="GET", row="GET /a", status=200, took_s=0.0, size=1, request_id="r")
    log.flush()
    assert len(lines) == 20_000


def test_what_was_served_becomes_activity(node: Node) -> None:
    organisation = f"org-{new_id()}"
    ann = node.caller("sample:read activity:read", org=organisation)
    wanted = {("GET /api/who", 200): 7, ("GET /api/notes/{id}", 404): 3, ("POST /api/notes", 403): 2}
    for _ in range(7):
        ann.get("/api/who")
    for _ in range(3):
        ann.get("/api/notes/secret-name")
    for _ in range(2):
        ann.post("/api/notes", {"title": "a"})

    def told() -> dict[tuple[str, int], int]:
        items = ann.get("/api/activity").json()["items"]
        assert {item["organisation"] for item in items} <= {organisation}
        return {(item["row"], item["status"]): item["count"] for item in items}

    until(lambda: wanted.items() <= told().items())
    time.sleep(1.2)
    assert wanted.items() <= told().items()


def test_metrics_count_the_same_requests(node: Node) -> None:
    ann = node.caller()
    line = 'entrepot_http_requests_total{row="PATCH /api/notes/{id}",status="404"}'

    def count() -> float:
        text = ann.get("/metrics").body.decode()
        return sum(float(each.rsplit(" ", 1)[1]) for each in text.splitlines() if each.startswith(line))

    before = count()
    for _ in range(5):
        ann.ask("PATCH", f"/api/notes/{new_id()}", {"title": "a"})
    assert count() == before + 5


def test_metrics_never_name_a_path_that_somebody_made_up(node: Node) -> None:
    stranger = node.stranger()
    stranger.get("/api/made-up-4711")
    assert "made-up-4711" not in stranger.get("/metrics").body.decode()
