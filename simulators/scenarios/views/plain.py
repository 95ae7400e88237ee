"""Brings views into a form that is equal in every window: without names of sandboxes, ids of rows, and times of the
machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import html

from simulators.scenarios.views.reading import View

SANDBOX, AN_ID = "SANDBOX", "#"
UNREAD = frozenset({"script", "style", "template", "head", "nav"})
"""Elements that no person reads, and the rail, which names the sandboxes of the window."""
OF_THE_MACHINE = frozenset({"at", "commitment", "hash", "pool", "previous", "secret", "seen", "version", "sequence"})
"""Names of values that are the machine's: its clock, secrets, ids of rows, and how its work was cut into batches."""
FIELDS = frozenset({"input", "select", "button", "textarea"})
AT_ONE_INSTANT = frozenset({"receipts", "eventList"})
"""Names of lists whose rows of one instant come in any order."""
_IDS = re.compile(r"(?:^|_)id$|^next$")
"""Names of ids of rows; the `next` page begins behind one."""
_ADDRESSED = re.compile(r"(?<=/)\d{1,7}(?=[/?#]|$)|(?<=id=)\d+")
"""Ids of rows in addresses."""
_TOLD = re.compile(
    r"(?<=trigger )\d+|(?<=触发器)\d+|(?<=decision )\d+|(?<=，决定)\d+|(?<=, 决定)\d+|(?<=[a-z]-)\d+(?=\))"
)
"""Ids of triggers and decisions in sentences."""
_BY_HAND = re.compile(r"^(hand\|.*\|)\d+$")
"""The opening of a batch by hand, which ends with the id of its decision."""
_TRACE_CODE = re.compile(r"QD\d\d[BS][0-9A-HJKMNP-TV-Z]{8}[0-9A-Z]")
"""Trace codes, which a secret of the sandbox has mixed."""
_EVENT_ID = re.compile(r"(?<=ni:///sha-256;)[0-9a-f]{64}")
"""Ids of EPCIS events, which follow from the trace codes in them."""
_ALONE = re.compile(r"^\d{1,6}$|^\(copies \d+\)$|^[0-9a-f]{16}…?$")
"""Texts of a page that are places in mailboxes, how many equal receipts stand one after the other there, or the
beginning of a commitment."""
SHORT = 8
"""Hexadecimal digits of a digest: enough, since nobody looks for two views that are alike."""


class PlainForm:
    """The form of the views of one sandbox."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox

    def text(self, view: View) -> str:
        """The status of a view and its content: JSON line by line with its names in order, or a page's texts and
        fields, each once and sorted, since what happened at one instant stands on it in any order."""
        content = _decoded(view.content)
        if not isinstance(content, str):
            lines = json.dumps(self._value("", content), ensure_ascii=False, indent=1, sort_keys=True).split("\n")
        elif "<html" in content[:500]:
            texts = _PageTexts(self._sandbox).texts(content)
            lines = sorted({without_ids(text) for text in texts if not _ALONE.match(text)})
        else:
            lines = [without_ids(content)]
        return f"{view.status}\n" + "\n".join(lines).replace(self._sandbox, SANDBOX)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {each: self._value(each, held) for each, held in value.items() if each not in OF_THE_MACHINE}
        if isinstance(value, list):
            plain = [self._value(name, each) for each in value]
            return sorted(plain, key=str) if name in AT_ONE_INSTANT else plain
        if _IDS.search(name) and str(value).isdigit():
            return AN_ID
        return without_ids(value) if isinstance(value, str) else value


def without_ids(text: str) -> str:
    """A text without ids of rows, and without what secrets of the sandbox have mixed."""
    if text.startswith("/"):
        text = _ADDRESSED.sub(AN_ID, text)
    return _EVENT_ID.sub(AN_ID, _TRACE_CODE.sub(AN_ID, _TOLD.sub(AN_ID, _BY_HAND.sub(rf"\g<1>{AN_ID}", text))))


def _decoded(content: Any) -> Any:
    """The content of a view; an EPCIS document with events, which is sent as text, as what it says."""
    has_events = isinstance(content, str) and content.startswith('{"@context"') and '"eventList":[{' in content
    return json.loads(content) if has_events else content


class _PageTexts:
    """The texts of a page of a sandbox, and the fields and buttons that it offers."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox

    def texts(self, page: str) -> Iterator[str]:
        body = html.document_fromstring(page).find("body")
        return iter(()) if body is None else self._texts(body)

    def _texts(self, element: html.HtmlElement) -> Iterator[str]:
        if isinstance(element.tag, str) and element.tag not in UNREAD and not self._leads_away(element):
            if element.tag in FIELDS and element.get("type") != "hidden":
                yield f"[{element.tag} {element.get('name', '')} {element.get('value', '')}]"
            yield from filter(None, [" ".join((element.text or "").split())])
            for child in element:
                yield from self._texts(child)
        yield from filter(None, [" ".join((element.tail or "").split())])

    def _leads_away(self, element: html.HtmlElement) -> bool:
        """True for a choice of sandboxes, links to others, and links to a message, which bear the id of a row."""
        if element.tag == "p":
            return any(self._leads_away(child) for child in element.findall("a") if _sandbox_of(child))
        address = str(element.get("href") or "")
        elsewhere = _sandbox_of(element) not in {"", self._sandbox}
        return element.get("name") == "sandbox" or elsewhere or address.startswith("/messages/")


def _sandbox_of(link: html.HtmlElement) -> str:
    return dict(parse_qsl(urlsplit(str(link.get("href") or "")).query)).get("sandbox", "")


def digest(text: str) -> str:
    """A short digest of a text."""
    return sha256(text.encode()).hexdigest()[:SHORT]
