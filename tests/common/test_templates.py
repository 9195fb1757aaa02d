"""Templates: only known names, no code, and nothing that must be said goes unsaid."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.house import KINDS

from entrepot.common.model import template as templates
from entrepot.common.model.notice import Notice
from entrepot.common.model.template import BadTemplate, Template
from entrepot.core.ports import Mail
from entrepot.infra.mail.letter import compose

BERLIN = ZoneInfo("Europe/Berlin")


def notice(kind: str = "alert.enter", **more: object) -> Notice:
    made = Notice(
        id="n", key="k", organisation="acme", kind=kind, severity="info", subject="d", place="f",
        occurred_at=datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
        facts={"device_name": "Van 3", "geofence_name": "Depot", "latitude": 52.5, "longitude": 13.4},
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def written(told: Notice, template: Template | None = None, **more: bool | int) -> templates.RenderedNotice:
    words = template or templates.houses(KINDS.of(told.kind))
    return templates.write(
        told, words, kind=KINDS.of(told.kind), zone=BERLIN, link="https://x.example/notifications", **more
    )


@pytest.mark.parametrize("kind", [*KINDS.shown, "webhook.test"])
def test_the_house_s_own_words_are_templates_that_pass(kind: str) -> None:
    templates.check(templates.houses(KINDS.of(kind)), kind=KINDS.of(kind))
    said = written(notice(kind, facts=dict(KINDS.of(kind).sample)))
    assert not set("{}") & set(said.subject + said.text)
    assert said.subject and said.text


def test_time_is_the_reader_s() -> None:
    said = written(notice())
    assert said.subject == "Van 3 entered Depot"
    assert said.text == "Van 3 entered Depot on 01 July 2026 at 14:00 CEST."


def test_late_simulated_and_withdrawn_are_said_whatever_the_template_says() -> None:
    mute = Template(subject="x", text="y")
    said = written(notice(late=True, simulated=True), mute, withdrawn=True)
    assert said.subject == "[Withdrawn] [Late] [Simulated] x"
    assert [word for word in ("did not happen", "came late", "simulated") if word not in said.text] == []
    assert written(notice(), mute) == templates.RenderedNotice(subject="x", text="y")


def test_what_was_not_sent_is_counted() -> None:
    assert "1 more like this came before and was not sent." in written(notice(), unsent=1).text
    assert "7 more like this came before and were not sent." in written(notice(), unsent=7).text


def test_a_value_has_its_unit() -> None:
    fast = written(notice("alert.overspeed", facts={"device_name": "Van 3", "value": 25.0}))
    assert fast.subject == "Van 3 was too fast: 90 km/h"
    assert "at an unknown place" in fast.text
    assert "30 min" in written(notice("alert.dwell", facts={"value": 1800.0})).text


def test_kind_that_nobody_knows_yet_is_told_all_the_same() -> None:
    assert written(notice("alert.towed_away")).subject == "Van 3: towed away"


@pytest.mark.parametrize(
    ("subject", "text", "field"),
    [
        ("{nobody}", "x", "subject"),
        ("x", "{device.__class__}", "text"),
        ("x", "{device!r}", "text"),
        ("x", "{device:>99999999}", "text"),
        ("x", "{0}", "text"),
        ("x", "{}", "text"),
        ("x", "a { b", "text"),
        ("} x", "x", "subject"),
        ("{Device}", "x", "subject"),
    ],
)
def test_what_is_no_known_name_is_refused_where_it_stands(subject: str, text: str, field: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        templates.check(Template(subject=subject, text=text), kind=KINDS.of("alert.enter"))
    assert refused.value.field == field
    assert "device" in refused.value.known


def test_double_braces_are_braces() -> None:
    template = Template(subject="{{x}}", text="{{{device}}} }}{{")
    templates.check(template, kind=KINDS.of("alert.enter"))
    assert written(notice(), template) == templates.RenderedNotice(subject="{x}", text="{Van 3} }{")


def test_a_name_is_never_read_as_a_template() -> None:
    sly = notice(facts={"device_name": "{geofence} {{", "geofence_name": "Depot"})
    assert written(sly, Template(subject="{device}", text="{device}")).text == "{geofence} {{"


@given(
    subject=st.text(min_size=1, max_size=60),
    text=st.text(min_size=1, max_size=60),
    device=st.text(max_size=300),
)
def test_whatever_passes_is_a_letter(subject: str, text: str, device: str) -> None:
    template = Template(subject=subject, text=text + "{device}")
    try:
        templates.check(template, kind=KINDS.of("alert.enter"))
    except BadTemplate:
        return
    encodable = not any("\ud800" <= each <= "\udfff" for each in text + device)
    said = written(notice(facts={"device_name": device}), template)
    assert len(said.subject) <= templates.SUBJECT_MOST
    if encodable:
        mail = Mail(to="ada@example.org", subject=said.subject, text=said.text)
        compose(mail, sender="house@example.org", readable=False)
