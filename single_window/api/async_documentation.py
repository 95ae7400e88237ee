"""Documentation of AMQP and webhooks, as AsyncAPI 3 and as webhooks of OpenAPI, generated from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas import catalogue
from schemas.message_types import MessageType
from single_window.channels.participant_queues import MAIN, PARTICIPANTS, queues_of
from single_window.messaging.wakeups import NAMESPACE

_XML, _JSON = "application/xml", "application/json"
ABOUT = {
    "X-Single-Window-Sandbox": "the sandbox of the receipts, percent-encoded",
    "X-Single-Window-Mailbox": "the DXP id of the receipts",
    "X-Single-Window-Sequence": "numbers of the first and the last receipt in the body, such as 5-7",
    "X-Single-Window-Code": "the message type, such as 622; test for a test delivery",
    "X-Single-Window-Delivery": "an id that stays the same when this delivery is repeated",
    "X-Single-Window-Timestamp": "seconds since 1970",
    "X-Single-Window-Signature": "sha256= and the HMAC-SHA256 of timestamp, full stop and body, under the secret",
}


def document(version: str) -> dict[str, Any]:
    """Return the AsyncAPI document."""
    queues = queues_of(MAIN, "{dxpId}")
    sent = {entry.root: _message(entry) for entry in catalogue.entries() if entry.handling is not None}
    received = {entry.root: _message(entry) for entry in catalogue.entries() if entry.receipt}
    channels = {
        "messages": {
            "address": queues.inbox,
            "description": "messages of a participant; publish to the exchange "
            f"{NAMESPACE}.{PARTICIPANTS} with this routing key",
            "parameters": _PARAMETERS,
            "messages": {root: {"$ref": f"#/components/messages/{root}"} for root in sent},
        },
        "receipts": {
            "address": queues.outbox,
            "description": "receipts for a participant, each message persistent and confirmed",
            "parameters": _PARAMETERS,
            "messages": {root: {"$ref": f"#/components/messages/{root}"} for root in received},
        },
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Single Window", "version": version, "description": "AMQP 0-9-1 and webhooks"},
        "defaultContentType": _XML,
        "channels": channels,
        "operations": {
            "send": {"action": "send", "channel": {"$ref": "#/channels/messages"}},
            "receive": {"action": "receive", "channel": {"$ref": "#/channels/receipts"}},
        },
        "components": {"messages": {**sent, **received}},
    }


_PARAMETERS = {"dxpId": {"description": "DXP id; for a sandbox other than main, preceded by its name and a full stop"}}


def _message(entry: MessageType) -> dict[str, Any]:
    return {
        "name": entry.root,
        "title": entry.title_en,
        "summary": entry.title_zh,
        "contentType": _XML,
        "payload": {"schemaFormat": "application/xml", "schema": {"type": "string", "title": entry.root}},
    }


def webhooks() -> dict[str, Any]:
    """Return the webhooks section of the OpenAPI document."""
    parameters = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": description}
        for name, description in ABOUT.items()
    ]
    return {
        "receipts": {
            "post": {
                "operationId": "webhook_receipts",
                "tags": ["webhooks"],
                "summary": "Receipts of a mailbox",
                "description": "Posted to the address of a webhook, in the order of the mailbox; answered with any 2xx "
                "once they are stored. Types: " + ", ".join(_receipts()),
                "parameters": parameters,
                "requestBody": {"required": True, "content": {_XML: {"schema": {"type": "string"}}}},
                "responses": {"2XX": {"description": "stored"}, "default": {"description": "posted again later"}},
            }
        }
    }


def _receipts() -> Iterator[str]:
    return (entry.root for entry in catalogue.entries() if entry.receipt)
