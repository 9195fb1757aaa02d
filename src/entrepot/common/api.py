"""The rows of the common context."""

from entrepot.common.model.delivery import Delivery, DeliveryQuery
from entrepot.common.model.inbox import InboxChange, InboxQuery, Notification, ReadAll, UnreadCount
from entrepot.common.model.letter import FolderLetter
from entrepot.common.model.preference import NoticePreferences
from entrepot.common.model.template import Draft, RenderedNotice, Template, TemplateView
from entrepot.common.model.webhook import (
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookWithSecret,
)
from entrepot.common.service import inbox, letters, preferences, webhooks
from entrepot.core.routes import Cursor, Limit, Page, Route, Stream

_READ, _WRITE, _MANAGE = "notification:read", "notification:write", "notification:manage"

ROUTES = (
    Route("GET", "/api/mail", letters.mail, takes=Cursor, gives=Page[FolderLetter], scope="mail:read"),
    # a person's own inbox
    Route(
        "GET", "/api/notifications", inbox.notifications, takes=InboxQuery, gives=Page[Notification],
        scope=_READ,
    ),
    Route("GET", "/api/notifications/unread", inbox.unread, gives=UnreadCount, scope=_READ),
    Route("GET", "/api/notifications/live", inbox.live, gives=Stream[InboxChange], scope=_READ),
    Route("POST", "/api/notifications/read", inbox.read_all, takes=ReadAll, scope=_WRITE),
    Route("POST", "/api/notifications/{id}/read", inbox.read, scope=_WRITE),
    Route(
        "GET", "/api/notifications/preferences", preferences.preferences, gives=NoticePreferences,
        scope=_READ,
    ),
    Route(
        "PUT", "/api/notifications/preferences", preferences.prefer, takes=NoticePreferences,
        gives=NoticePreferences, scope=_WRITE,
    ),
    # the words of an organisation
    Route(
        "GET", "/api/notifications/templates", preferences.templates, gives=Page[TemplateView],
        scope=_MANAGE,
    ),
    Route(
        "PUT", "/api/notifications/templates/{kind}", preferences.set_template, takes=Template,
        gives=TemplateView, scope=_MANAGE,
    ),
    Route("DELETE", "/api/notifications/templates/{kind}", preferences.drop_template, scope=_MANAGE),
    Route(
        "POST", "/api/notifications/templates/preview", preferences.preview, takes=Draft,
        gives=RenderedNotice, scope=_MANAGE, writes=False,
    ),
    # webhooks, and the record of what was sent
    Route("GET", "/api/webhooks", webhooks.webhooks, gives=Page[Webhook], scope=_MANAGE),
    Route(
        "POST", "/api/webhooks", webhooks.create_webhook, takes=NewWebhook, gives=WebhookWithSecret,
        status=201, scope=_MANAGE, limit=Limit(requests=60), secret=True,
    ),
    Route("GET", "/api/webhooks/{id}", webhooks.show_webhook, gives=Webhook, scope=_MANAGE),
    Route(
        "PATCH", "/api/webhooks/{id}", webhooks.change_webhook, takes=WebhookChange, gives=Webhook,
        scope=_MANAGE,
    ),
    Route("DELETE", "/api/webhooks/{id}", webhooks.remove_webhook, scope=_MANAGE),
    Route(
        "POST", "/api/webhooks/{id}/secret", webhooks.rotate_secret, gives=WebhookWithSecret, scope=_MANAGE,
        limit=Limit(requests=60), secret=True,
    ),
    Route(
        "POST", "/api/webhooks/{id}/test", webhooks.test_webhook, gives=Delivery, status=202, scope=_MANAGE,
        limit=Limit(requests=60),
    ),
    Route(
        "GET", "/api/deliveries", webhooks.deliveries, takes=DeliveryQuery, gives=Page[Delivery],
        scope=_MANAGE,
    ),
    Route("GET", "/api/deliveries/{id}", webhooks.show_delivery, gives=Delivery, scope=_MANAGE),
    Route(
        "POST", "/api/deliveries/{id}/replay", webhooks.replay_delivery, gives=Delivery, status=202,
        scope=_MANAGE,
    ),
)  # fmt: skip
