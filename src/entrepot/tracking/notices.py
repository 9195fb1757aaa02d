"""What people are told of alerts that devices' facts become."""

from collections.abc import Mapping

from entrepot.core.notices import Facts, News, NoticeKind, Severity, Term, at_place, measured, named
from entrepot.tracking.events import ReportFellDue

_DEVICE: Mapping[str, Term] = {"device": named("device_name", "A device"), "place": at_place}
_FENCE: Mapping[str, Term] = {**_DEVICE, "geofence": named("geofence_name", "a geofence")}
_SAMPLE: Facts = {
    "device_name": "Van 3", "geofence_name": "Depot", "latitude": 52.52, "longitude": 13.405,
}  # fmt: skip


_REPORTS = {
    "summary": "summary",
    "trips": "trips",
    "stops": "stops",
    "visits": "time in geofences",
    "days": "days",
    "speeding": "speeding",
}


def _days(facts: Facts) -> str:
    first, last = (str(facts.get(name) or "an unknown day") for name in ("first_day", "last_day"))
    return first if first == last else f"{first} to {last}"


def _alert(
    kind: str, about: str, subject: str, text: str, *, severity: Severity,
    terms: Mapping[str, Term] = _DEVICE, value: float | None = None,
) -> NoticeKind:  # fmt: skip
    sample = _SAMPLE if value is None else {**_SAMPLE, "value": value}
    return NoticeKind(
        name=f"alert.{kind}", about=about, scope="alert:read", severity=severity, subject=subject, text=text,
        terms=terms, sample=sample, page="/alerts",
    )  # fmt: skip


NOTICES = (
    _alert(
        "enter", "A device entered a geofence.", "{device} entered {geofence}",
        "{device} entered {geofence} on {time}.", severity="info", terms=_FENCE,
    ),
    _alert(
        "exit", "A device left a geofence.", "{device} left {geofence}",
        "{device} left {geofence} on {time}.", severity="info", terms=_FENCE,
    ),
    _alert(
        "dwell", "A device stayed in a geofence for long.", "{device} stays in {geofence}",
        "{device} has been in {geofence} for {value}, as of {time}.", severity="info",
        terms={**_FENCE, "value": measured("{:.0f} min", times=1 / 60)}, value=1800.0,
    ),
    _alert(
        "overspeed", "A device was too fast.", "{device} was too fast: {value}",
        "{device} went {value} at {place} on {time}.", severity="warning",
        terms={**_DEVICE, "value": measured("{:.0f} km/h", times=3.6)}, value=38.9,
    ),
    _alert(
        "offline", "A device has not reported for long.", "{device} is silent",
        "{device} has not reported since {time}. It was last seen at {place}.", severity="warning",
    ),
    _alert(
        "low_battery", "A device's battery is low.", "{device} is low on battery: {value}",
        "The battery of {device} stood at {value} on {time}.", severity="warning",
        terms={**_DEVICE, "value": measured("{:.0f} %")}, value=12.0,
    ),
    _alert(
        "unexpected_movement", "A device moved when it should not.", "{device} moves unexpectedly",
        "{device} moved at {place} on {time}, when it should stand still.", severity="critical",
    ),
    _alert(
        "sos", "Somebody called for help with a device.", "SOS from {device}",
        "{device} called for help at {place} on {time}.", severity="critical",
    ),
    _alert(
        "tow", "A device says that its vehicle is towed.", "{device} is being towed",
        "{device} says that it is towed, at {place} on {time}.", severity="critical",
    ),
    _alert(
        "power_cut", "A device lost its supply.", "{device} lost its power supply",
        "{device} was cut off from its power supply at {place} on {time}.", severity="critical",
    ),
    _alert(
        "device_alarm", "A device raised another alarm of its own.", "{device} raised an alarm",
        "{device} raised an alarm at {place} on {time}.", severity="warning",
    ),
    _alert(
        "unusual", "A device does what it usually does not.", "{device} does something unusual",
        "{device} is where it usually is not at this time: at {place} on {time}.", severity="warning",
    ),
    NoticeKind(
        name="tracking.report_due", about="A report that you scheduled is there.", scope="position:read",
        severity="info", subject="Report: {report}, {days}",
        text="The report that you scheduled is there: {report}, {days}. The page shows what you may see now,"
        " and gives it as a spreadsheet or as CSV.",
        terms={"report": named("report_name", "a report"), "days": _days},
        sample={"report": "summary", "report_name": "summary", "first_day": "2026-03-02",
                "last_day": "2026-03-08", "device_id": "", "above_kmh": ""},
        page="/reports?report={report}&period=days&from={first_day}&to={last_day}&device={device_id}"
        "&above={above_kmh}",
        by_letter=True,
    ),
)  # fmt: skip


def report_due(event: ReportFellDue) -> News:
    """To whoever scheduled it, if they may still see where devices are."""
    above_kmh = "" if event.above_mps is None else f"{event.above_mps * 3.6:g}"
    return News(
        kind="tracking.report_due",
        key=f"{event.schedule_id}/{event.last_day}",
        organisation=event.organisation,
        subject=event.schedule_id,
        facts={
            "report": event.report,
            "report_name": _REPORTS.get(event.report, event.report),
            "first_day": str(event.first_day),
            "last_day": str(event.last_day),
            "device_id": event.device_id,
            "above_kmh": above_kmh,
        },
        only_for=event.person_id,
    )
