"""What a person reads on a page: its text without markup, and without what is shown for machines."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

UNREAD = frozenset({"pre", "code", "script", "style", "template", "textarea"})
"""Elements whose text is shown as it was sent or typed, or not at all."""
SMALL_PRINT = "codes"
"""The class of what stands there for whoever talks to integrators."""


def texts(page: str) -> Iterator[str]:
    """The texts of a page, one for each piece between two tags; without what says that it is in another language."""
    body = html.document_fromstring(page).find("body")
    return _texts(body) if body is not None else iter(())


def links(page: str) -> Iterator[str]:
    """The addresses within the same site to which a page links, without their fragments."""
    for where in html.document_fromstring(page).xpath("//a/@href"):
        if str(where).startswith("/") and not str(where).startswith("//"):
            yield str(where).partition("#")[0]


def _texts(element: html.HtmlElement) -> Iterator[str]:
    read = isinstance(element.tag, str) and element.tag not in UNREAD and element.get("lang") is None
    if read and SMALL_PRINT not in (element.get("class") or "").split():
        yield from filter(None, [(element.text or "").strip()])
        for child in element:
            yield from _texts(child)
    yield from filter(None, [(element.tail or "").strip()])
