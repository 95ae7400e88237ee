"""Canonical bytes for digests and signatures: inclusive C14N 1.0 without comments, of a document without its signature,
and of a SignedInfo with the namespaces of its ancestors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from io import BytesIO
from typing import Any

from lxml import etree

from schemas.signature.algorithms import DSIG

SIGNATURE = f"{{{DSIG}}}Signature"
MAX_GUESSES = 12
"""Maximum number of documents that are tried with less white space beside the signature."""
_XML = "{http://www.w3.org/XML/1998/namespace}"


def document(root: Any) -> bytes:
    """Return the canonical document without the first signature below its root."""
    with _without(root, root.find(SIGNATURE)):
        return _serialize(root.getroottree())


def documents_without_space(root: Any) -> Iterator[bytes]:
    """Yield the canonical document with less white space beside its signature: clients insert the signature with line
    breaks after they have computed the digest. What stood there before is the beginning or the end of what does now."""
    signature = root.find(SIGNATURE)
    before = signature.getprevious()
    own = (before.tail if before is not None else root.text) or ""
    behind = signature.tail or ""
    if own.strip() or behind.strip():
        return
    beginnings = [own[:place] for place in range(len(own), -1, -1) if place in (0, len(own)) or own[place] == "\n"]
    ends = [behind[place:] for place in range(len(behind) + 1) if place in (0, len(behind)) or behind[place] == "\n"]
    kept = dict.fromkeys(beginning + end for beginning in beginnings for end in ends)
    for text in [text for text in kept if text != own + behind][:MAX_GUESSES]:
        with _without(root, signature):
            _end(root, before, text)
            written = _serialize(root.getroottree())
        yield written


def signed_info(element: Any, indented: bool = True) -> bytes:
    """Return a canonical SignedInfo, with all namespaces declared around it, used or not.

    Without `indented`, white space between its elements is removed."""
    alone = etree.Element(element.tag, nsmap=element.nsmap)
    for ancestor in (*element.iterancestors(), element):
        for name, value in ancestor.attrib.items():
            if name.startswith(_XML) or ancestor is element:
                alone.set(name, value)
    alone.text = element.text
    alone.extend(deepcopy(child) for child in element)
    if not indented:
        _close_up(alone)
    return _serialize(alone.getroottree())


def _close_up(element: Any) -> None:
    for part in element.iter():
        if part is not element and not (part.tail or "").strip():
            part.tail = None
        if len(part) and not (part.text or "").strip():
            part.text = None


def _serialize(tree: Any) -> bytes:
    written = BytesIO()
    tree.write_c14n(written, exclusive=False, with_comments=False)
    return written.getvalue()


@contextmanager
def _without(root: Any, element: Any) -> Iterator[None]:
    """Temporarily remove a child of the root, keeping its tail, and restore the tree afterwards."""
    if element is None:
        yield
        return
    place, tail, before = root.index(element), element.tail, element.getprevious()
    own = (before.tail if before is not None else root.text) or ""
    element.tail = None
    root.remove(element)
    _end(root, before, own + (tail or ""))
    try:
        yield
    finally:
        _end(root, before, own)
        root.insert(place, element)
        element.tail = tail


def _end(root: Any, before: Any, text: str) -> None:
    """Set the text after a child, or before all children if `before` is None."""
    if before is not None:
        before.tail = text or None
    else:
        root.text = text or None
