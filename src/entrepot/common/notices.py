"""Kinds of notices about webhooks."""

from entrepot.core.notices import NoticeKind, named

NOTICES = (
    NoticeKind(
        name="webhook.switched_off",
        about="A webhook failed for so long that it was switched off.", scope="notification:manage",
        severity="warning", subject="The webhook to {host} was switched off",
        text="The webhook to {host} was switched off on {time}: {reason}.\n\n"
        "Deliveries that were not taken lie among the dead ones and can be sent again.",
        terms={"host": named("host", "a host"), "reason": named("reason", "it kept failing")},
        sample={"host": "hooks.example.org", "reason": "it kept failing for three days"},
    ),
    NoticeKind(
        name="webhook.test", about="A test of a webhook, which only that webhook gets.", scope=None,
        severity="info", subject="A test", text="This is a test, sent on {time}.",
    ),
)  # fmt: skip
