"""Opens messages (recognises the type, parses) and reads them (validates by the schema, extracts texts).

Opening raises `Unreadable`; reading never does, but returns faults as findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from schemas import bounds, catalogue, envelope, extraction, parsing, schema_pool
from schemas.envelope import Envelope
from schemas.findings import Finding
from schemas.message import DocumentTexts, Message
from schemas.message_types import EDITION, MessageType
from schemas.opened import Opened
from schemas.parsing import CAP, Unreadable
from schemas.wording import finding

BYTES_SEARCHED_FOR_ENVELOPE = 1_000
"""Number of bytes of a message searched for an envelope's name."""
ENVELOPES = (envelope.DXP_MESSAGE, envelope.DXP_MESSAGE_SV)
_ENVELOPE_NAMES = frozenset({"DxpMsg", "DxpMsgSv"})
MIN_SIMILARITY = 0.8
"""Minimum similarity of a misspelled root to a known one."""
_OTHER_CEB = re.compile(r"CEB\d+Message")
"""A well-formed root name that is not in the catalogue; suggesting the nearest number would be misleading."""


_CHILDREN_SEARCHED = 100
"""Number of children of an unknown root that are searched for documents."""


def open_message(body: bytes, *, cap: int = CAP) -> Opened:
    """Open plain XML, or XML in a DxpMsg or DxpMsgSv. Raises `Unreadable`: too large, no XML, no known message."""
    wrapped = None
    if enveloped := b"DxpMsg" in body[:BYTES_SEARCHED_FOR_ENVELOPE] and len(body) <= cap:
        bounds.check_envelope(body)
    root = _parse(body, cap, enveloped)
    if root.tag in ENVELOPES:
        wrapped = envelope.unwrap(root)
        body = wrapped.data
        envelope.check_data(body)
        root = _parse(body, cap)
    elif root.tag.rpartition("}")[2] in _ENVELOPE_NAMES:
        raise _envelope_namespace(root)
    entry = _message_type_of(root)
    _check_documents(root, entry)
    if wrapped is not None and wrapped.message_type != entry.root:
        raise _type_differs(wrapped.message_type, entry.root)
    return of_tree(root, entry, body, wrapped)


def envelope_of(body: bytes) -> Envelope | None:
    """Return the envelope of a message, regardless of its content; None if there is none, or if it cannot be read."""
    if b"DxpMsg" not in body[:BYTES_SEARCHED_FOR_ENVELOPE]:
        return None
    try:
        bounds.check_envelope(body)
        root = _parse(body, CAP, True)
        return envelope.unwrap(root) if root.tag in ENVELOPES else None
    except Unreadable:
        return None


def _parse(body: bytes, cap: int, enveloped: bool = False) -> Any:
    """Parse a message and check its limits; return the root."""
    if not enveloped and len(body) <= cap:
        bounds.check_bytes(body)
    root = parsing.parse(body, cap=cap, may_be_huge=enveloped)
    bounds.check_tree(root, b"" if enveloped else body)
    return root


def of_tree(root: Any, entry: MessageType, body: bytes, wrapped: Envelope | None = None) -> Opened:
    """Return an `Opened` for a tree that is parsed already."""
    count = sum(1 for _ in root.iterchildren(f"{{{entry.namespace}}}{entry.document}"))
    return Opened(entry, root.get("guid") or "", body, wrapped, root, count)


def _message_type_of(root: Any) -> MessageType:
    namespace, _, name = root.tag.rpartition("}")
    namespace = namespace[1:]
    try:
        entry = catalogue.by_root(name)
    except catalogue.UnknownMessage:
        raise _no_root(root, name) from None
    if namespace != entry.namespace:
        raise _wrong_namespace(name, namespace, entry.namespace)
    return entry


def _no_root(root: Any, name: str) -> Unreadable:
    unknown = _unknown_root(name)
    nearly = unknown.finding.code == "unknown-root-nearly"
    return (None if nearly else _holds_documents(root, name)) or unknown


def _check_documents(root: Any, entry: MessageType) -> None:
    """Raise `Unreadable` for a message that only contains documents of another type than its root's."""
    refused = _holds_documents(root, entry.root) if root.find(f"{{*}}{entry.document}") is None else None
    try:
        if refused is not None:
            raise refused
    finally:
        del refused  # break the reference cycle of exception and frame, which would keep the message in memory


def _holds_documents(root: Any, name: str) -> Unreadable | None:
    """The error if a root is a document itself, or does not belong to the documents below it; else None."""
    below = [child.tag.rpartition("}")[2] for child in islice(root.iterchildren("{*}*"), _CHILDREN_SEARCHED)]
    for document in (name, *below):
        if roots := [entry.root for entry in catalogue.entries() if entry.document == document and not entry.receipt]:
            expected = " / ".join(dict.fromkeys(roots))
            words = {"name": name, "held": document, "expected": expected, "found": name}
            code = "document-as-root" if document == name else "root-of-other-documents"
            return Unreadable(finding(code, path=f"/{name}", line=root.sourceline, **words), 422)
    return None


def _unknown_root(name: str) -> Unreadable:
    receipts = {entry.root: entry.receipt for entry in catalogue.entries()}
    path = f"/{name}"
    close = _alike(name, list(receipts))
    if close and not _OTHER_CEB.fullmatch(name):
        nearest = close[0]
        code, expected = ("unknown-root-of-port", "") if receipts[nearest] else ("unknown-root-nearly", nearest)
        found = finding(code, path=path, line=1, expected=expected, found=name, name=name, nearest=nearest)
        return Unreadable(found, 422)
    known = ", ".join(entry.root for entry in catalogue.entries() if not entry.receipt)
    return Unreadable(finding("unknown-root", path=path, line=1, found=name, name=name, known=known), 422)


def _alike(name: str, roots: Sequence[str]) -> list[str]:
    """The known root most similar to a misspelled one, ignoring case."""
    folded = {root.casefold(): root for root in roots}
    return [folded[close] for close in get_close_matches(name.casefold(), folded, 1, MIN_SIMILARITY)]


def _type_differs(value: str, root: str) -> Unreadable:
    return Unreadable(
        finding(
            "message-type-differs",
            path="/DxpMsg/TransInfo/MsgType",
            expected=root,
            found=value,
            found_type=value,
            root=root,
        ),
        422,
    )


def _envelope_namespace(root: Any) -> Unreadable:
    name = root.tag.rpartition("}")[2]
    found = root.tag.rpartition("}")[0].strip("{") or "(none)"
    words = {"name": name, "expected": envelope.DXP, "found": found}
    return Unreadable(finding("envelope-namespace", path=f"/{name}", line=root.sourceline, **words), 422)


def _wrong_namespace(name: str, namespace: str, expected: str) -> Unreadable:
    return Unreadable(
        finding("wrong-namespace", path=f"/{name}", line=1, expected=expected, found=namespace or "(none)", name=name),
        422,
    )


def read(
    opened: Opened, edition: str = EDITION, explain: Callable[[Opened, str], tuple[Finding, ...]] | None = None
) -> Message:
    """Return the texts of a message's documents, or the findings that refuse it (at most 1,000).

    A type that does not exist in the edition is refused with a finding that names an edition which has it. `explain`
    returns the findings about a message that the schema refuses, by default `findings_of`. The schema only requires the
    presence of a signature; `schemas.signature` verifies it.
    """
    entry, tree = opened.entry, opened.tree
    if edition not in entry.editions:
        return _message(opened, entry.editions[0], (), (_not_in(edition, opened),))
    if entry.most and opened.count > entry.most:
        return _message(opened, edition, (), (_too_many(opened),))
    if schema_pool.errors(tree, entry.code, edition):
        return _message(opened, edition, (), (explain or findings_of)(opened, edition))
    return _message(opened, edition, extraction.blocks(tree, entry, edition), ())


def findings_of(opened: Opened, edition: str) -> tuple[Finding, ...]:
    """Return the findings about a message that the schema refuses."""
    from schemas import validation

    return tuple(validation.explain(opened, edition))


def _message(opened: Opened, edition: str, blocks: tuple[DocumentTexts, ...], findings: tuple[Finding, ...]) -> Message:
    tree, namespace = opened.tree, opened.entry.namespace
    return Message(
        code=opened.entry.code,
        edition=edition,
        guid=opened.guid,
        version=tree.get("version") or "",
        transfer=extraction.transfer(tree, namespace),
        subscribes=extraction.subscribes(tree, namespace),
        blocks=blocks,
        findings=findings,
    )


def _not_in(edition: str, opened: Opened) -> Finding:
    root, since = opened.entry.root, opened.entry.editions[0]
    return finding(
        "not-in-edition",
        path=f"/{root}",
        line=1,
        expected=since,
        found=edition,
        name=root,
        edition=edition,
        since=since,
    )


def _too_many(opened: Opened) -> Finding:
    entry, count = opened.entry, opened.count
    return finding(
        "too-many-documents",
        path=f"/{entry.root}/{entry.document}",
        expected=f"≤ {entry.most}",
        found=str(count),
        shown_as=entry.too_many,
        count=count,
        most=entry.most,
    )
