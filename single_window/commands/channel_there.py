"""`single-window channel … --url`: channels of a window anywhere, by its HTTP interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Failure


def listed(call: Call, sandbox: SandboxClient) -> list[Mapping[str, Any]]:
    """All channels that the caller may see."""
    channels: list[Mapping[str, Any]] = sandbox.call("GET", "/channels")["channels"]
    return channels


def make_webhook(
    call: Call, sandbox: SandboxClient, mailbox: str, url: str, first: int | None, new_secret: bool
) -> Mapping[str, Any]:
    """Make a webhook, or change it; the answer has its secret where that is new."""
    body = {"url": url, "new_secret": new_secret, **_from(first)}
    return _fields(sandbox.call("PUT", f"/channels/{part(mailbox)}/webhook", json=body))


def make_amqp(call: Call, sandbox: SandboxClient, mailbox: str, first: int | None) -> Mapping[str, Any]:
    """Have queues."""
    return _fields(sandbox.call("PUT", f"/channels/{part(mailbox)}/amqp", json=_from(first)))


def envelopes(call: Call, sandbox: SandboxClient, mailbox: str, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    """Choose envelopes by way; where none is given, they are only read."""
    path = f"/channels/{part(mailbox)}/envelopes"
    return _fields(sandbox.call("PUT", path, json=dict(wanted)) if wanted else sandbox.call("GET", path))


def switch_off(call: Call, sandbox: SandboxClient, mailbox: str, kind: str) -> Mapping[str, Any]:
    """Switch a channel off."""
    return _fields(sandbox.call("DELETE", f"/channels/{part(mailbox)}/{part(kind)}"))


def redeliver(call: Call, sandbox: SandboxClient, mailbox: str, kind: str, first: int | None) -> Mapping[str, Any]:
    """Deliver receipts again."""
    return _fields(sandbox.call("POST", f"/channels/{part(mailbox)}/{part(kind)}/redeliver", json=_from(first)))


def trial(call: Call, sandbox: SandboxClient, mailbox: str) -> None:
    """Try a webhook; fails where it would confirm nothing."""
    tried = sandbox.call("POST", f"/channels/{part(mailbox)}/webhook/test")
    call.give(tried)
    if tried["error"]:
        raise Failure(f"The webhook of {mailbox} would confirm nothing: {tried['error']}")
    call.say(f"The webhook of {mailbox} answered {tried['status']} after {tried['milliseconds']} ms.")


def _from(first: int | None) -> dict[str, int]:
    return {} if first is None else {"from": first}


def _fields(answer: Any) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = answer
    return fields
