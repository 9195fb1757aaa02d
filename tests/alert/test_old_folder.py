"""Alerts of the version before, which were tracking's, are alert's: every one, with the device's id for its
number, whenever the process dies.
"""

import asyncio
import multiprocessing
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.alert.moving import die, move
from tests.context_database import new_database
from tests.infra.relocation.toys import Place, contents
from tests.old_folder.folder import put

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.alert.moving"])


@pytest.fixture(params=["sqlite", "postgres"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Gives a place as the older program left it at every call."""
    made = iter(range(1_000))

    def place() -> Place:
        folder = tmp_path / f"data-{next(made)}"
        if request.param == "postgres":
            dsn = new_database(request.getfixturevalue("postgres_dsn"))
            put(folder, dsn=dsn)
            return Place(dsn)
        if (pristine := tmp_path / "pristine").exists():
            shutil.copytree(pristine, folder)
        else:
            put(pristine)
            shutil.copytree(pristine, folder)
        return Place(str(folder))

    return place


def looked(place: Place, *names: str) -> dict[str, Any]:
    return asyncio.run(contents(place, names))


def by_name(look: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows as mappings; columns of moments of today are left out of both."""
    names = [name for name, *_ in look["columns"]]
    return [dict(zip(names, row, strict=True)) for row in look["rows"]]


def test_alerts_move_with_their_devices(older: Callable[[], Place]) -> None:
    place = older()
    before = looked(place, "tracking")["tracking"]
    move(place)
    after = looked(place, "alert", "tracking")
    alerts, devices = by_name(before["alert"]), {each["no"]: each for each in by_name(before["device"])}
    assert alerts and devices
    moved = {each["id"]: each for each in by_name(after["alert"]["alert"])}
    assert moved.keys() == {each["id"] for each in alerts}
    same = (
        "organisation", "kind", "occurred_at_us", "raised_at_us", "latitude_e7", "longitude_e7", "value",
        "late", "simulated", "corrects", "withdrawn_at_us", "acknowledged_at_us", "acknowledged_by",
    )  # fmt: skip
    for each in alerts:
        new, device = moved[each["id"]], devices[each["device_no"]]
        assert {name: new[name] for name in same} == {name: each[name] for name in same}
        assert (new["subject"], new["name"], new["status"]) == (device["id"], device["name"], "told")
        assert (new["place"], new["place_name"]) == (each["geofence_id"], each["geofence_name"])
    subjects = {each["id"]: each["retention_days"] for each in by_name(after["alert"]["subject"])}
    assert subjects == {each["id"]: each["retention_days"] for each in devices.values()}
    said = {each["id"] for each in by_name(after["tracking"]["incident"])}
    assert said == {each["id"] for each in alerts if each["withdrawn_at_us"] is None}
    assert not {"alert", "subject"} & after["tracking"].keys()


def test_killed_between_any_two_stages_it_ends_the_same(older: Callable[[], Place]) -> None:
    stages: list[str] = []
    undisturbed = older()
    move(undisturbed, stage=stages.append)
    expected = rows_of(undisturbed)
    ours = [stage for stage in stages if "alert" in stage]
    assert len(ours) >= 5, stages
    for stage in ours:
        place = older()
        process = processes.Process(target=die, args=(place.where, stage))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, stage
        move(place)
        assert rows_of(place) == expected, stage


def rows_of(place: Place) -> dict[str, Any]:
    found = looked(place, "alert", "tracking")
    tables = [("alert", "alert"), ("alert", "subject"), ("tracking", "incident"), ("tracking", "outbox")]
    return {table: found[context][table]["rows"] for context, table in tables}
