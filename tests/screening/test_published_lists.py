"""Lists of restricted parties are read as their publishers publish them, and refused unless whole."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from entrepot.screening.functions import party_list
from entrepot.screening.functions.published.gathering import birth_date, type_of
from entrepot.screening.functions.published.recognise import layout_of
from entrepot.screening.model.party import BadList, Party

DATA = Path(__file__).parents[2].parent / "shared" / "data"
INVENTED, REAL = DATA / "tariff" / "parties", DATA / "sanctions"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the samples of lists (shared/data) are not here")
# The invented parties that a layout has room for; UK and EU lists name no aircraft, the Swiss sample has one.
ALL = ("90001", "90002", "90003", "90010", "90011", "90012", "90020", "90030", "90040")
FILES = (
    ("sdn.csv", "ofac-csv", ALL), ("sdn_advanced.xml", "ofac-advanced-xml", ("90001", "90020")),
    ("UK-Sanctions-List.csv", "uk-csv", [id for id in ALL if id != "90030"]),
    ("consolidated.csv", "us-csl-csv", ALL), ("consolidated.json", "us-csl-json", ALL),
    ("eu-csvFullSanctionsList_1_1.csv", "eu-csv", [id for id in ALL if id not in ("90020", "90030")]),
    ("targets.simple.csv", "opensanctions-simple", ALL), ("targets.nested.json", "opensanctions-ftm", ALL),
    ("entities.ftm.json", "opensanctions-ftm", ALL), ("ch-seco.xml", "ch-seco-xml", ("90001",)),
)  # fmt: skip


def read(body: bytes, more: Sequence[bytes] = ()) -> dict[str, Party]:
    packed = party_list.read_published(BytesIO(body), [BytesIO(each) for each in more])
    assert packed is not None
    return {each.id: each for each in packed.parties}


def number_of(party: Party) -> str:
    """`inv-90001`, `inv090001` and the UK's `INV0001` are 90001."""
    digits = "".join(each for each in party.id if each.isdigit())
    return f"{int(digits) % 90000 + 90000}"


@needs_data
@pytest.mark.parametrize(("name", "layout", "ids"), FILES)
def test_invented_list_is_read_in_every_layout(name: str, layout: str, ids: Sequence[str]) -> None:
    expected: dict[str, Any] = {
        each["id"]: each for each in json.loads((INVENTED / "expected.json").read_text())
    }
    others = ("alt.csv", "add.csv", "sdn_comments.csv") if layout == "ofac-csv" else ()
    body = (INVENTED / name).read_bytes()
    found = layout_of(BytesIO(body))
    assert found is not None and found.name == layout
    parties = {
        number_of(each): each
        for each in read(body, [(INVENTED / each).read_bytes() for each in others]).values()
    }
    assert sorted(parties) == sorted(ids)
    for id, party in parties.items():
        wanted = expected[id]
        assert party.kind == wanted["kind"]
        assert party.name.removeprefix("M/V ").lower() == wanted["name"].removeprefix("M/V ").lower()
        assert not party.countries or set(party.countries) == set(wanted["countries"])
        values = {each.value for each in party.identifiers}
        known = {each["value"] for each in wanted["identifiers"]}
        assert values - {"3EXX9"} <= known
        strong = {each["name"].lower() for each in wanted["aliases"] if each["quality"] == "strong"}
        named = {each.lower() for each in (*party.aliases, *party.weak_aliases)}
        assert {each for each in strong if each.isascii()} <= named or layout in (
            "ofac-advanced-xml",
            "ch-seco-xml",
        )


@needs_data
def test_files_of_ofac_come_together() -> None:
    """Names from ALT.CSV, and what remarks hold: birth, nationality, numbers, wallets, weak names."""
    more = [(INVENTED / name).read_bytes() for name in ("alt.csv", "add.csv", "sdn_comments.csv")]
    parties = read((INVENTED / "sdn.csv").read_bytes(), more)
    first, about, wallet = parties["90001"], parties["90002"], parties["90040"]
    assert first.name == "Ivan Petrovich ZAKHVATOV" and first.aliases == ("Ivan Zahvatov",)
    assert first.weak_aliases == ("VANYA",) and first.birth_dates == ("1961-04-02",)
    assert {(each.type, each.value, each.country) for each in first.identifiers} == {
        ("passport", "7700112233", "RU"), ("tax", "550100999904", "RU"),
    }  # fmt: skip
    assert about.birth_dates == ("1970~",) and about.countries == ("YE", "SA")
    assert wallet.birth_dates == ("1990-01-01/1995-12-31",) and wallet.weak_aliases == ("TESTER",)
    assert [(each.type, each.value[:4]) for each in wallet.identifiers] == [("wallet", "0x00")]


@needs_data
@pytest.mark.parametrize(
    ("name", "layout", "id", "says"),
    [
        ("sdn_head.csv", "ofac-csv", "306", "BANCO NACIONAL DE CUBA"),
        ("sample_ofac_consolidated.xml", "ofac-xml", "10689", "Muhammad SAEED"),
        ("sample_unsc.xml", "un-xml", "110897", "MOHAMMAD NAIM BARICH KHUDAIDAD"),
        ("sample_hmt.csv", "uk-conlist", "13063", "Kateryna Yuriyivna HUBARIEVA"),
        ("sample_eu.xml", "eu-xml", "5295", "Abid Hammadou"),
    ],
)  # fmt: skip
def test_real_lists_are_read_as_downloaded(name: str, layout: str, id: str, says: str) -> None:
    body = (REAL / name).read_bytes()
    found = layout_of(BytesIO(body))
    assert found is not None and found.name == layout
    assert read(body)[id].name == says


@needs_data
@pytest.mark.parametrize("name", [name for name, *_ in FILES if "UK" not in name and "eu-" not in name])
def test_cut_file_is_refused_with_a_sentence(name: str) -> None:
    """Half of a file is never half a list."""
    body = (INVENTED / name).read_bytes()
    with pytest.raises(BadList) as refused:
        read(body[: int(len(body) * 0.77)])
    assert "whole" in str(refused.value) or "ends" in str(refused.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"), (b"", "empty"), (b"  \n", "empty"),
        (b'<?xml version="1.0"?><sdnList></sdnList>', "no entries"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>',
        "entities"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(body: bytes, reason: str) -> None:
    with pytest.raises(BadList, match=reason):
        read(body)


def test_delisted_targets_of_switzerland_are_left_out() -> None:
    entry = (
        '<target ssid="{0}"><entity><identity main="true"><name name-type="primary-name">'
        '<name-part order="1"><value>Firm {0}</value></name-part></name></identity></entity>{1}</target>'
    )
    listed = '<modification modification-type="listed" effective-date="2024-01-01"/>'
    gone = '<modification modification-type="de-listed" effective-date="2025-01-01"/>'
    again = '<modification modification-type="listed" effective-date="2026-01-01"/>'
    body = "".join(
        (entry.format(1, listed), entry.format(2, listed + gone), entry.format(3, listed + gone + again))
    )  # fmt: skip
    assert sorted(read(f"<swiss-sanctions-list>{body}</swiss-sanctions-list>".encode())) == ["1", "3"]


def test_own_form_is_no_publishers() -> None:
    assert party_list.read_published(BytesIO(b"id,name\n1,Somebody\n"), []) is None


def test_own_form_holds_identifiers_estimates_and_weak_names() -> None:
    text = (
        "id,name,weak_aliases,birth_dates,identifiers,topics\n"
        "1,Somebody,Nick,circa 1970; 1960±2; between 1958 and 1963,"
        "imo:9074729; passport:77@RU; A-1,role.pep\n"
    )
    party = party_list.read(text, form="csv").parties[0]
    assert party.birth_dates == ("1970~", "1958/1962", "1958/1963") and party.weak_aliases == ("Nick",)
    assert [(each.type, each.value, each.country) for each in party.identifiers] == [
        ("imo", "9074729", ""), ("passport", "77", "RU"), ("other", "A-1", ""),
    ]  # fmt: skip
    assert party.topics == ("role.pep",)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("02 Apr 1961", "1961-04-02"), ("Jul 1980", "1980-07"), ("circa 1970", "1970~"), ("00/04/1984",
        "1984-04"),
        ("10/00/1983", "1983"), ("dd/mm/1975", "1975"), ("01 Jan 1990 to 31 Dec 1995",
        "1990-01-01/1995-12-31"),
        ("circa Mar 1970", "1970~"), ("1990/1995", "1990/1995"), ("unknown", ""), ("31 Feb 1970", ""),
    ],
)  # fmt: skip
def test_birth_dates_of_publishers_are_understood(written: str, kept: str) -> None:
    assert birth_date(written) == kept


@pytest.mark.parametrize(
    ("label", "type"),
    [
        ("Vessel Registration Identification", "imo"), ("Digital Currency Address - XBT", "wallet"),
        ("Cedula No.", "national"), ("R.F.C.", "tax"), ("Legal Entity Number", "lei"), ("Passport",
        "passport"),
        ("Company Number", "registration"), ("SWIFT/BIC", "swift"), ("Something else", "other"),
    ],
)  # fmt: skip
def test_identifiers_of_publishers_are_understood(label: str, type: str) -> None:
    assert type_of(label) == type
