"""The whole form of the pages that officers see: every text, field, choice, button and link in its order, without what
is another one in every window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import html

from simulators.scenarios.views.plain import AN_ID, SANDBOX, without_ids
from simulators.scenarios.views.reading import View

UNREAD = frozenset({"script", "style", "template", "head", "svg"})
SHOWN = (
    "action",
    "method",
    "name",
    "value",
    "type",
    "href",
    "title",
    "placeholder",
    "maxlength",
    "min",
    "max",
    "aria-label",
)
"""What is read of an element beside its text."""
SET = ("checked", "selected", "disabled", "required", "hidden", "open", "aria-current")
PAST, ROWS = frozenset({"history", "receipts", "Receipts"}), ("ol", "ul", "tbody")
"""The parts of a page in which what happened at one instant stands in any order, and what holds their rows."""
_PLACE = re.compile(r"^(?:· )?\d{1,6}(?: ·)?$")
"""The place of a receipt in a mailbox."""
OF_THE_MACHINE = frozenset(
    {"csrf_token", "version", "after", "before", "seen", "results", "decision", "told", "done", "took", "asked"}
)
"""Fields, and parameters of addresses, whose values are secrets, ids of rows or the machine's."""
_TICK = re.compile(r"(?<=~)\d+(?=~|$)")
"""The id and the version of a case in its box."""
_HEX = re.compile(r"\b[0-9a-f]{16,64}…?\b|\b[0-9a-f]{4,8}…[0-9a-f]{4}\b")
"""Commitments and digests."""
_IN_NAME = re.compile(r"(?<=-)\d{2,7}\b")
"""The id of a case in the name of a field."""
_NUMBER = re.compile(r"(?<=[/=#-])\d{1,7}(?=[/?#&.]|$)")


class WholeForm:
    """The form of the pages of one sandbox."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox

    def text(self, view: View) -> str:
        """The status of a view and its content, line by line."""
        content = str(view.content)
        lines = self._page(content) if "<html" in content[:500] else iter(content.splitlines())
        told = (_HEX.sub(AN_ID, without_ids(line)) for line in lines)
        return f"{view.status}\n" + "\n".join(filter(None, told)).replace(self._sandbox, SANDBOX)

    def _page(self, page: str) -> Iterator[str]:
        body = html.document_fromstring(page).find("body")
        return iter(()) if body is None else self._texts(body)

    def _texts(self, element: html.HtmlElement) -> Iterator[str]:
        if isinstance(element.tag, str) and element.tag not in UNREAD and not self._is_choice_of_sandboxes(element):
            yield self._element(element)
            yield AN_ID if self._is_message(element) else " ".join((element.text or "").split())
            rows = [list(self._texts(child)) for child in element]
            if element.tag in ROWS and any(
                PAST & {each.get("id"), each.get("aria-label")} for each in element.iterancestors()
            ):
                rows = sorted([line for line in row if not _PLACE.match(line)] for row in rows)
            for row in rows:
                yield from row
        yield " ".join((element.tail or "").split())

    def _is_choice_of_sandboxes(self, element: html.HtmlElement) -> bool:
        """True for what names other sandboxes of the window: a choice, a link, a paragraph of such links."""
        if element.tag == "p":
            return any(self._is_choice_of_sandboxes(child) for child in element.findall("a"))
        elsewhere = dict(parse_qsl(urlsplit(str(element.get("href") or "")).query)).get("sandbox", self._sandbox)
        return element.get("name") == "sandbox" or elsewhere != self._sandbox

    def _is_message(self, element: html.HtmlElement) -> bool:
        """True for a link to a message, whose text is the id of a row."""
        return element.tag == "a" and str(element.get("href") or "").startswith("/messages/") and bool(element.text)

    def _element(self, element: html.HtmlElement) -> str:
        """Return what an element says beside its text; empty where that is nothing."""
        told = [f"{name}={self._value(element, name)}" for name in SHOWN if element.get(name)]
        told += [name for name in SET if name in element.attrib]
        return f"[{element.tag} {' '.join(told)}]" if told else ""

    def _value(self, element: html.HtmlElement, name: str) -> str:
        value = str(element.get(name))
        if name in {"href", "action"}:
            return self._address(value)
        if name == "value" and element.get("name") == "here":
            return self._address(value)
        if name == "name":
            return _IN_NAME.sub(AN_ID, value)
        if name == "value" and element.get("type") == "hidden" and value.isdigit():
            return AN_ID
        if name == "value" and element.get("name") in OF_THE_MACHINE:
            return AN_ID
        return _TICK.sub(AN_ID, value) if name == "value" else value

    def _address(self, address: str) -> str:
        """An address without ids of rows, and without what every address of the sandbox has."""
        parts = urlsplit(address)
        query = [
            (key, AN_ID if key in OF_THE_MACHINE or (key == "id" and value.isdigit()) else value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if key not in {"sandbox", "lang"}
        ]
        path = _NUMBER.sub(AN_ID, parts.path)
        return path + (f"?{urlencode(query)}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
