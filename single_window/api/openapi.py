"""The OpenAPI document as a whole: how it is generated, and what is common to all calls."""

from __future__ import annotations

from typing import Any

from schemas import catalogue
from single_window.api import async_documentation
from single_window.frame import typed
from single_window.frame.http.documentation import ACCOUNT, KEY

CONFIG: dict[str, Any] = {
    "VALIDATION_ERROR_STATUS_CODE": 400,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "AUTO_404_RESPONSE": False,
    "AUTO_200_RESPONSE": False,
    "AUTO_OPERATION_ID": True,
    "AUTO_AUTH_ERROR_RESPONSE": False,
    "DESCRIPTION": "The single window as integrators meet it. Messages of the customs unified edition, of imports and "
    "exports, go in, receipts come out. Every call works in the sandbox that X-Sandbox names.",
    "TAGS": [
        {"name": "messages", "description": "报文"},
        {"name": "receipts", "description": "回执"},
        {"name": "signatures", "description": "签名"},
        {"name": "channels", "description": "推送通道"},
        {"name": "rules", "description": "规则和代码"},
        {"name": "declarations", "description": "清单（进口、出口）"},
        {"name": "notes", "description": "运输单证"},
        {"name": "batches", "description": "批次"},
        {"name": "summaries", "description": "汇总申报"},
        {"name": "refunds", "description": "出口退（免）税"},
        {"name": "forex", "description": "外汇收支"},
        {"name": "registrations", "description": "企业登记"},
        {"name": "tax", "description": "税款试算"},
        {"name": "decisions", "description": "关员办理：可办事项、办理和结果"},
        {"name": "proposals", "description": "待复核的决定"},
        {"name": "payment-data", "description": "支付相关原始数据（179号公告）"},
        {"name": "parked", "description": "异常报文"},
        {"name": "sandboxes", "description": "沙箱和时钟"},
        {"name": "triggers", "description": "测试触发器"},
        {"name": "master-data", "description": "基础数据"},
        {"name": "keys", "description": "程序密钥"},
        {"name": "state", "description": "运行状态"},
    ],
}
_BODIES = ("/api/v1/messages", "/api/v1/validate", "/api/v1/signatures/verify")
_BODILESS = frozenset({"get", "head", "delete", "options"})
_INJECTED = "/api/v1/mailboxes/{mailbox}/receipts"
_TAGS = {
    "cases": "decisions",
    "validate": "messages",
    "find": "messages",
    "stories": "messages",
    "accounts": "keys",
    "parameters": "rules",
    "mailboxes": "receipts",
    "refund-exports": "refunds",
    "conformance": "messages",
    "schemas": "rules",
    "audit": "state",
    "digest": "state",
    "pruning": "state",
}
"""Calls whose tag is not the first word of their path."""
SECURITY: dict[str, Any] = {
    "officer": {
        "type": "http",
        "scheme": "basic",
        "description": "an officer's account; at a window that hears its own machine only, calls without one are the "
        "operator's",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "a program's key (single-window key issue); X-Api-Key takes it too",
    },
}
REFUSED_CALLS = {
    "400": "the request is not as described",
    "401": "the window asks for a key or an account, and neither came, or one that opens nothing",
    "403": "the key or the account has no right to it",
    "404": "there is no such thing, or it is another's",
    "405": "the path does not take this method; Allow names those that it takes",
    "413": "the body is larger than any that this call takes",
    "429": "too many calls of this key; Retry-After says when to call again",
    "500": "a fault of the window; the log tells it by X-Request-Id",
    "503": "nothing was taken: database away, too busy, sandbox being reset; come again after Retry-After seconds",
}
"""How every call may be refused."""
SHARED = "Refused"
"""How the names of these answers begin among the components; the status follows."""
_SANDBOX = {"name": "X-Sandbox", "in": "header", "schema": {"type": "string", "default": "main"}}
_EDITION = {
    "name": "edition",
    "in": "query",
    "schema": {"type": "string", "enum": list(catalogue.EDITIONS)},
    "description": "overrides the edition that the sender's participant has chosen",
}
_SCENARIO = {
    "name": "X-Scenario",
    "in": "header",
    "schema": {"type": "string"},
    "description": "a ready-made outcome (GET /scenarios), forced on the documents of this call",
}
_REQUEST_ID = {"description": "the request's own id, else one of the window", "schema": {"type": "string"}}


def finished(spec: Any) -> Any:
    """The document with what concerns many calls: sandbox, edition, refusals, and the body in its three forms."""
    spec["webhooks"] = async_documentation.webhooks()
    spec["security"] = [{KEY: []}, {ACCOUNT: []}, {}]
    for server in spec.get("servers", ()):
        server["url"] = server["url"].rstrip("/")
    _finish_components(spec)
    for path, calls in spec["paths"].items():
        first = path.removeprefix("/api/v1/").partition("/")[0]
        for method, call in calls.items():
            _finish_call(call, first)
            if method not in _BODILESS:
                _finish_body(call, path)
    return spec


def _finish_components(spec: Any) -> None:
    """Shared refusals and headers, and schemas of answers that may have further properties one day."""
    components, answers = spec["components"], typed.schemas()
    for shape in answers.values():
        # answers may get more fields one day: a client generated from this must accept them
        shape.pop("additionalProperties", None)
    components["schemas"] |= answers
    components.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID
    refused = spec["paths"]["/api/v1/messages"]["post"]["responses"]["400"]["content"]
    components["responses"] = {
        f"{SHARED}{status}": {"description": meaning, "content": refused} for status, meaning in REFUSED_CALLS.items()
    }


def _finish_call(call: Any, first: str) -> None:
    """Tag, sandbox, the rights that the call needs, and how it may be refused; `first` is the first word of its
    path."""
    call.setdefault("tags", [_TAGS.get(first, first)])
    call.setdefault("parameters", []).append(_SANDBOX)
    if "security" in call and first != "keys":
        call["security"].append({KEY: []})
    for status in REFUSED_CALLS:
        call["responses"].setdefault(status, {"$ref": f"#/components/responses/{SHARED}{status}"})


def _finish_body(call: Any, path: str) -> None:
    """The body of a call that takes messages or XML, and what may be given beside it."""
    if path in _BODIES:
        call["parameters"].append(_EDITION)
        call["requestBody"] = _body()
    elif "requestBody" in call:
        call["requestBody"]["required"] = True
    if path == _INJECTED:
        xml = {"schema": {"type": "string", "description": "any well-formed XML"}}
        call["requestBody"] = {"required": True, "content": {"application/xml": xml}}
    if path == _BODIES[0] and "requestBody" in call:
        call["parameters"].append(_SCENARIO)


def _body() -> dict[str, Any]:
    data = {"type": "object", "properties": {"data": {"type": "string", "format": "byte"}}}
    haikou = {"type": "object", "properties": {"Message": {"type": "object", "properties": {"MessageBody": data}}}}
    return {
        "required": True,
        "content": {
            "application/xml": {"schema": {"type": "string", "description": "CEBnnnMessage, or a DxpMsg around one"}},
            "application/json": {"schema": {"oneOf": [data, haikou]}},
        },
    }
