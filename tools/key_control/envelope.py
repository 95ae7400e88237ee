"""The envelope of calls and answers: requests use `args`, answers `_args`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tools.key_control.blocks import BadFrame

OPEN, NEXT_BLOCK, ERROR = "open", "_nextBlock", "error"


class ControlCall(NamedTuple):
    """A call: its id as repeated in the answer, its method, its arguments."""

    id: int | str
    method: str
    arguments: Mapping[str, Any]


def read(frame: str) -> ControlCall:
    """Parse the call in a frame; raises `BadFrame`."""
    if not frame.startswith("{"):
        raise BadFrame("数据格式非法")
    try:
        content = json.loads(frame)
        arguments = content.get("args", {})
        arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
    except (ValueError, RecursionError):
        raise BadFrame("数据格式非法") from None
    method = content.get("_method")
    if not isinstance(method, str) or not isinstance(arguments, dict):
        raise BadFrame("数据格式非法")
    return ControlCall(_id(content.get("_id", 1)), method, arguments)


def _id(given: Any) -> int | str:
    """The id for the answer: an integer if the call's id was one, also as a string of digits."""
    if isinstance(given, str):
        return int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else given[:100]
    return given if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 1 << 63 else 0


def hello() -> str:
    """The control's greeting, sent before any call."""
    return answer(ControlCall(0, OPEN, {}), [])


def answer(call: ControlCall, data: list[Any], error: list[str] | None = None) -> str:
    """The answer to a call: its data, or an error without data."""
    arguments = {"Result": error is None, "Data": data if error is None else [], "Error": error or []}
    return json.dumps(
        {"_id": call.id, "_method": call.method, "_status": "00", "_args": arguments},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def next_block(group: str, number: int, finish: bool, taken: bool) -> str:
    """Request the next block, or the same one again if it was not `taken`."""
    reply = answer(ControlCall(0, NEXT_BLOCK, {}), [{"guid": group, "next": number, "finish": finish}])
    return reply if taken else reply.replace('"Result":true', '"Result":false', 1)
