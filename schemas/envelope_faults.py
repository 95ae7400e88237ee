"""Finds all faults of an envelope: each with its place, the expected value and a remedy."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

from schemas import elements, schema_pool
from schemas.elements import ElementField
from schemas.findings import Finding
from schemas.message_types import EDITION
from schemas.wording import finding

_NS = "{http://www.chinaport.gov.cn/dxp}"
MAX_FINDINGS = 100
"""Maximum number of findings of one envelope, and of children of one element that are checked."""
_INSIDE = {"TransInfo": "TransInfo", "SvNo": "SvNo"}
"""Element → name of its complex type in the schema."""
_TIME = "2026-11-22T10:00:00"
_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_SIZE = re.compile(r"C(\d*)\.\.(\d+)")


def faults(root: Any) -> tuple[Finding, ...]:
    """Return all faults of an envelope that violates its schema; at least one."""
    errors = schema_pool.errors(root, schema_pool.DXP)
    found = list(_of_message(root))[:MAX_FINDINGS]
    if not found:
        found = [
            finding("envelope-broken", path=str(error.path), line=error.line, reason=error.message)
            for error in errors[:MAX_FINDINGS]
        ]
    return tuple(found)


def _of_message(root: Any) -> Iterator[Finding]:
    path = f"/{_local(root)}"
    if root.get("ver") != "1.0":
        found = root.get("ver") or ""
        yield _at(root, "envelope-version", f"{path}/@ver", expected="1.0", found=found, root=_local(root))
    inner = root.find(f"{_NS}DxpMsg")
    if _local(root) == "DxpMsgSv":
        yield from _children(root, path, ("SvNo", "DxpMsg"))
        if inner is not None:
            yield from _children(inner, f"{path}/DxpMsg", ("TransInfo", "Data"), ("AddInfo",))
    else:
        yield from _children(root, path, ("TransInfo", "Data"), ("AddInfo",))
    for data in root.iter(f"{_NS}Data"):
        yield from _data(data)
    for name, type_name in _INSIDE.items():
        for block in root.iter(f"{_NS}{name}"):
            yield from _block(block, _path(block), _fields(type_name))


def _data(data: Any) -> Iterator[Finding]:
    if len(data) or (data.text or "").lstrip().startswith("<"):
        yield _at(data, "envelope-data-xml", _path(data), expected="Base64", found=_beginning(data))
        return
    try:
        b64decode("".join((data.text or "").split()), validate=True)
    except (NoBase64, ValueError) as error:
        yield _at(data, "envelope-base64", _path(data), expected="Base64", found=str(error))


def _beginning(data: Any) -> str:
    return f"<{_local(data[0])}>" if len(data) else str(data.text).strip()[:40]


def _block(block: Any, path: str, fields: Sequence[ElementField]) -> Iterator[Finding]:
    required = tuple(field.name for field in fields if field.required)
    optional = tuple(field.name for field in fields if not field.required)
    yield from _children(block, path, required, optional, [field.name for field in fields])
    for field in fields:
        for element in block.findall(f"{_NS}{field.name}")[:MAX_FINDINGS]:
            if field.name == "ReceiverIds":
                yield from _receivers(element, f"{path}/{field.name}")
            else:
                yield from _value(element, f"{path}/{field.name}", field)


def _children(
    parent: Any, path: str, required: Sequence[str], optional: Sequence[str] = (), order: Sequence[str] = ()
) -> Iterator[Finding]:
    """Check for children that are missing, unknown, repeated or in the wrong order; `order`: that of the schema, by
    default the required ones, then the optional ones."""
    there = [_local(child) for child in parent[:MAX_FINDINGS] if isinstance(child.tag, str)]
    known = (*required, *optional)
    missing = [name for name in required if name not in there]
    for child in parent[:MAX_FINDINGS]:
        if not isinstance(child.tag, str) or child.tag.endswith("}Signature"):
            continue
        name = _local(child)
        if name not in known:
            meant = (get_close_matches(name, missing, 1) or [""])[0]
            missing = [absent for absent in missing if absent != meant]
            yield _unknown_child(child, f"{path}/{name}", name, meant, known)
        elif not child.tag.startswith(_NS):
            yield _at(child, "envelope-namespace", f"{path}/{name}", name=name, expected=_NS.strip("{}"))
    for name in missing:
        words = {"name": name, "parent": _local(parent), "children": ", ".join(order or known)}
        yield _at(parent, "envelope-missing", f"{path}/{name}", expected=_expected(name), **words)
    ours = [name for name in there if name in known]
    expected = [name for name in order or known if name in ours]
    if ours != expected:
        yield _at(parent, "envelope-order", path, expected=", ".join(expected), found=", ".join(ours))


def _unknown_child(child: Any, path: str, name: str, meant: str, known: Sequence[str]) -> Finding:
    return _at(child, "envelope-unknown", path, name=name, expected=meant or ", ".join(known), found=name)


def _receivers(block: Any, path: str) -> Iterator[Finding]:
    receivers = block.findall(f"{_NS}ReceiverId")
    if not 1 <= len(receivers) <= 5:
        yield _at(block, "envelope-receivers", path, expected="1 … 5 × ReceiverId", found=str(len(receivers)))
    for receiver in receivers[:MAX_FINDINGS]:
        yield from _value(receiver, f"{path}/ReceiverId", _RECEIVER)


def _value(element: Any, path: str, field: ElementField) -> Iterator[Finding]:
    text = element.text or ""
    size = _SIZE.fullmatch(field.type)
    if field.type == "dateTime":
        if not _is_time(text.strip()):
            yield _at(element, "envelope-time", path, name=field.name, expected=_TIME, found=text)
    elif size and not text and size.group(1):
        yield _at(element, "envelope-empty", path, name=field.name, expected=_example_of(field.name))
    elif size and len(text) > int(size.group(2)):
        shown = f"{len(text)}: {text}"
        yield _at(element, "envelope-too-long", path, name=field.name, expected=f"≤ {size.group(2)}", found=shown)


_RECEIVER = ElementField("ReceiverId", "接收方编号", "DXP id of a receiver", "C1..16", True)


def _is_time(text: str) -> bool:
    """True if a text is an xs:dateTime with a year of four digits."""
    if not _TIME_FORM.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19].replace("T24:00:00", "T00:00:00"))
    except ValueError:
        return False
    return True


def _example_of(name: str) -> str:
    return {"CreatTime": _TIME, "SendTime": _TIME, "MsgType": "CEB621Message", "SenderId": "DXPENT0000000001"}.get(
        name, name
    )


def _expected(name: str) -> str:
    """Return what to write for a missing element: an example of its value, or the elements in it."""
    if name not in _INSIDE:
        return _example_of(name)
    return f"{name} ({', '.join(field.name for field in _fields(_INSIDE[name]) if field.required)})"


@cache
def _fields(type_name: str) -> tuple[ElementField, ...]:
    return elements.types(schema_pool.schema_file(schema_pool.DXP, EDITION))[type_name]


def _path(element: Any) -> str:
    steps = [_local(element), *(_local(ancestor) for ancestor in element.iterancestors())]
    return "/" + "/".join(reversed(steps))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _at(element: Any, code: str, path: str, **words: Any) -> Finding:
    return finding(code, path=path, line=element.sourceline, **words)
