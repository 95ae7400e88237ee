"""The OpenAPI document: settings of its generation, and the parts common to all calls."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from schemas.message_types import EDITIONS
from single_window.api import async_documentation
from single_window.cases.folders import folders
from single_window.frame import typed
from single_window.frame.http.documentation import ACCOUNT, BODIES, BY_ACCOUNT, KEY, MAKE_MESSAGES, TRIAL, schema_of

CONFIG: dict[str, Any] = {
    "VALIDATION_ERROR_STATUS_CODE": 400,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "AUTO_404_RESPONSE": False,
    "AUTO_200_RESPONSE": False,
    "AUTO_OPERATION_ID": True,
    "AUTO_AUTH_ERROR_RESPONSE": False,
    "DESCRIPTION": "The single window's API for integrators. Send messages of the customs unified edition for imports "
    "and exports, and receive receipts. Every call works in the sandbox named by X-Sandbox.",
}
TAGS = [
    {"name": "messages", "description": "报文"},
    {"name": "receipts", "description": "回执"},
    {"name": "signatures", "description": "签名"},
    {"name": "channels", "description": "推送通道"},
    {"name": "webhooks", "description": "推送到企业地址的回执"},
    {"name": "rules", "description": "规则和代码"},
    {"name": "declarations", "description": "清单（进口、出口）"},
    {"name": "notes", "description": "运输单证"},
    {"name": "batches", "description": "批次"},
    {"name": "summaries", "description": "汇总申报"},
    {"name": "refunds", "description": "出口退（免）税"},
    *({"name": name, "description": text} for folder in folders().values() for name, text in folder.tags.items()),
    {"name": "epcis", "description": "追溯事件（EPCIS 2.0）"},
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
]
"""The tags of blueprints, in the order of the document."""
_BODIES = ("/api/v1/messages", "/api/v1/validate", "/api/v1/signatures/verify")
_BODILESS = frozenset({"get", "head", "delete", "options"})
SECURITY: dict[str, Any] = {
    "officer": {
        "type": "http",
        "scheme": "basic",
        "description": "an officer's account; at a window that is only reachable from its own machine, calls without "
        "credentials are the operator's",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "a program's key (single-window key issue); may also be sent in X-Api-Key",
    },
}
REFUSED_CALLS = {
    "400": "the request is not as described",
    "401": "credentials are missing or invalid",
    "403": "the key or the account has no right to it",
    "404": "it does not exist, or belongs to another participant",
    "405": "the path does not allow this method; Allow lists the methods",
    "413": "the body exceeds the limit of this call",
    "429": "too many calls with this key; retry after Retry-After seconds",
    "500": "an internal error; find it in the log by X-Request-Id",
    "503": "nothing was done: no database, overloaded, or sandbox being reset; retry after Retry-After seconds",
}
"""Status -> description, for refusals that are possible for every call."""
SHARED_PREFIX = "Refused"
"""Prefix of the component names of these responses, followed by the status."""
_SANDBOX = {"name": "X-Sandbox", "in": "header", "schema": {"type": "string", "default": "main"}}
_EDITION = {
    "name": "edition",
    "in": "query",
    "schema": {"type": "string", "enum": list(EDITIONS)},
    "description": "overrides the edition chosen for the sender",
}
_SCENARIO = {
    "name": "X-Scenario",
    "in": "header",
    "schema": {"type": "string"},
    "description": "a predefined outcome (GET /scenarios), forced on the documents of this call",
}
_TRIAL = {
    "name": TRIAL,
    "in": "query",
    "schema": {"type": "boolean", "default": False},
    "description": "file nothing, and tell what would come of it (200): the findings and receipts of each message",
}
_REQUEST_ID = {"description": "the id sent with the request, else a new one", "schema": {"type": "string"}}


def complete_document(spec: Any) -> Any:
    """Complete the document with the common parts: sandbox, edition, refusals, and the forms of a message body."""
    spec["tags"] = TAGS
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
                _finish_body(call, method, path)
    _conform(spec)
    return spec


def _finish_components(spec: Any) -> None:
    """Add shared refusals and headers, and the schemas of answers."""
    components, answers = spec["components"], typed.schemas()
    for shape in answers.values():
        # clients generated from this must accept fields that are added later
        shape.pop("additionalProperties", None)
    components["schemas"] |= answers | deepcopy(_BODY_FORMS)
    components.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID
    refused = spec["paths"]["/api/v1/messages"]["post"]["responses"]["400"]["content"]
    components["responses"] = {
        f"{SHARED_PREFIX}{status}": {"description": meaning, "content": refused}
        for status, meaning in REFUSED_CALLS.items()
    }


def _conform(part: Any) -> None:
    """Write every schema below in the words of OpenAPI 3.1, and so that generators of clients can read it: an array of
    a fixed number of values without `items: false`, every array with `items`, nothing `nullable`."""
    if isinstance(part, list):
        for member in part:
            _conform(member)
    if not isinstance(part, dict):
        return
    if "prefixItems" in part:
        kinds = [member.get("type") or member["$ref"].rpartition("/")[2] for member in part.pop("prefixItems")]
        part |= {"items": {}, "description": f"in this order: {', '.join(kinds)}"}
    elif part.get("type") == "array":
        part.setdefault("items", {})
    if {"type": "array"} in part.get("anyOf", ()) and all(list(member) == ["type"] for member in part["anyOf"]):
        # a union with an array of anything becomes a class that Java cannot compile
        part |= {"type": [member["type"] for member in part.pop("anyOf")], "items": {}}
    if part.get("nullable") is True and isinstance(part.get("type"), str):
        del part["nullable"]
        part["type"] = [part["type"], "null"]
    for member in part.values():
        _conform(member)


def _finish_call(call: Any, first: str) -> None:
    """Add sandbox, security and refusals to a call; `first` is the first segment of its path."""
    call.setdefault("parameters", []).append(_SANDBOX)
    if "security" in call:
        call["responses"] = {**{str(status): response for status, response in BY_ACCOUNT.items()}, **call["responses"]}
        if first != "keys":
            call["security"].append({KEY: []})
    for response in call["responses"].values():
        for media_type, content in response.get("content", {}).items():
            content.setdefault("schema", schema_of(media_type))
    for status in REFUSED_CALLS:
        call["responses"].setdefault(status, {"$ref": f"#/components/responses/{SHARED_PREFIX}{status}"})


def _finish_body(call: Any, method: str, path: str) -> None:
    """Add the body and its parameters to a call that accepts messages, or reads its body as it is."""
    if path in _BODIES:
        call["parameters"].append(_EDITION)
        call["requestBody"] = _body()
    elif "requestBody" in call:
        call["requestBody"]["required"] = True
    if own := BODIES.get((method, path)):
        call["requestBody"] = own
    if path in _BODIES[:2] and "requestBody" in call:
        call["parameters"].append(_SCENARIO)
    if (method, path) in MAKE_MESSAGES:
        call["parameters"].append(_TRIAL)
        tried = {"$ref": "#/components/schemas/ValidationsOut"}
        call["responses"]["200"] = {
            "description": "with `trial`: what would come of the messages, none of which was filed",
            "content": {"application/json": {"schema": tried}},
        }


def _body() -> dict[str, Any]:
    forms = [{"$ref": f"#/components/schemas/{name}"} for name in ("MessageJson", "HaikouJson")]
    return {
        "required": True,
        "content": {
            "application/xml": {"schema": {"type": "string", "description": "CEBnnnMessage, or a DxpMsg around one"}},
            "application/json": {"schema": {"oneOf": forms}},
        },
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_BODY_FORMS = {
    "MessageJson": {
        **_object(data={"type": "string", "format": "byte", "description": "the message in Base64"}),
        "description": "A message in JSON.",
    },
    "HaikouMessage": _object(MessageBody={"$ref": "#/components/schemas/MessageJson"}),
    "HaikouJson": {
        **_object(Message={"$ref": "#/components/schemas/HaikouMessage"}),
        "description": "A message in the JSON of Haikou's data centre.",
    },
}
