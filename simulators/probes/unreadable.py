"""Messages that nobody can read: each is refused with a status that says so, and told the same by `validate`; the
window never breaks on one. `validate` refuses a second BaseTransfer, too, of whom nobody has tolerated it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice

from simulators.entry.windows import CallRefused, SandboxClient
from simulators.probes.sending import enveloped, status_of

Damage = Callable[[bytes], bytes]
_TRANSFER = re.compile(rb"<(?:\w+:)?BaseTransfer>.*?</(?:\w+:)?BaseTransfer>", re.DOTALL)
"""No schema lets a message have two; only participants with a tolerance of their own may send them."""
REFUSED = frozenset({400, 413, 415, 422})
"""Statuses of what cannot be read."""


def _cut(tenths: int, body: bytes) -> bytes:
    return body[: len(body) * tenths // 10]


def _inside(put: bytes, body: bytes) -> bytes:
    """The bytes put before the end of the last element."""
    place = body.rindex(b"</")
    return body[:place] + put + body[place:]


def _before_root(put: bytes, body: bytes) -> bytes:
    """The bytes put before the root element."""
    place = body.index(b"<", 2)
    return body[:place] + put + body[place:]


DAMAGES: Mapping[str, Damage] = {
    "nothing": lambda body: b"",
    "white space": lambda body: b" \n\t",
    "a text": lambda body: b"order 1, two apples",
    "only a declaration": lambda body: b'<?xml version="1.0" encoding="UTF-8"?>',
    "only a comment": lambda body: b"<!-- nothing -->",
    "JSON": lambda body: b'{"message": "order"}',
    "a DTD": lambda body: b"<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>",
    "a DTD before the message": lambda body: _before_root(b"<!DOCTYPE x []>", body),
    "an entity of its own": lambda body: _before_root(b"<!DOCTYPE x [<!ENTITY y 'z'>]>", _inside(b"&y;", body)),
    "another encoding": lambda body: (
        b'<?xml version="1.0" encoding="GBK"?>' + body[body.index(b"<", 2) :].decode().encode("gbk", "replace")
    ),
    "UTF-16": lambda body: body[body.index(b"<", 2) :].decode().encode("utf-16"),
    "a document without its root": lambda body: b'<x:Order xmlns:x="http://www.chinaport.gov.cn/ceb"/>',
    "an unknown root": lambda body: b"<NobodyKnows/>",
    "an unknown namespace": lambda body: body.replace(b"www.chinaport.gov.cn", b"www.example.cn"),
    "two roots": lambda body: body + b"<x/>",
    "a text behind the end": lambda body: body + b"end",
    "an unknown entity": partial(_inside, b"&nobody;"),
    "a lone ampersand": partial(_inside, b"a & b"),
    "an element that is not closed": partial(_inside, b"<open>"),
    "a NUL": partial(_inside, b"\x00"),
    "bytes that are no UTF-8": partial(_inside, b"\xff\xfe\xc3"),
    "an unknown encoding": lambda body: b'<?xml version="1.0" encoding="none-such"?>' + body[body.index(b"<", 2) :],
    **{f"{tenths} tenths of it": partial(_cut, tenths) for tenths in range(1, 10)},
}
"""What is done to a message → what it becomes."""


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; each kind of message is damaged in some of the ways."""
    messages = sandbox.sample("import", "unreadable").messages
    yield from _of_another_type(sandbox, messages)
    for turn, (code, body) in enumerate(messages.items()):
        if complaint := _validated(sandbox, _TRANSFER.sub(rb"\g<0>\g<0>", body)):
            yield f"{code}, two BaseTransfers: {complaint}"
        for name, damage in islice(DAMAGES.items(), turn, None, len(messages)):
            for way, sent in (("", damage(body)), (" in an envelope", enveloped(code, damage(body)))):
                if (status := status_of(sandbox, sent)) not in REFUSED:
                    yield f"{code}, {name}{way}: answered with HTTP {status}"
            if complaint := _validated(sandbox, damage(body)):
                yield f"{code}, {name}: {complaint}"


def _of_another_type(sandbox: SandboxClient, messages: Mapping[str, bytes]) -> Iterator[str]:
    """The faults in the answers to messages in an envelope that names another type."""
    for code, other in zip(messages, [*messages][1:], strict=False):
        sent = enveloped(other, messages[code])
        if (status := status_of(sandbox, sent)) not in REFUSED:
            yield f"{code} in an envelope of {other}: answered with HTTP {status}"


def _validated(sandbox: SandboxClient, body: bytes) -> str:
    """The fault in the answer of `validate`."""
    try:
        answer = sandbox.call("POST", "/validate", json={"messages": [b64encode(body).decode()]})
    except CallRefused as refused:
        return "" if refused.status in REFUSED else f"validate answers with HTTP {refused.status}"
    return "validate finds nothing" if answer["valid"] else ""
