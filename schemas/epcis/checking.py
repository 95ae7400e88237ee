"""Findings about an EPCIS document: its parts and fields, the forms of values, and what an event must tell.

Sources: EPCIS 2.0 (GS1, June 2022), sections 7 and 10, and its JSON schema with format assertion; words of the Core
Business Vocabulary 2.0. Fields of others need a name with a prefix or a URI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from schemas.epcis.demands import untold
from schemas.epcis.identifiers import is_malformed, right_check_digit
from schemas.epcis.tables import (
    EVENT_TYPES,
    OWN_EVENT,
    EventField,
    Further,
    Number,
    bare_word,
    fields_of,
    further_of,
    is_part,
    words_of,
)
from schemas.epcis.values import example, has_form, is_measurement_of_later_versions, is_uri
from schemas.findings import Finding
from schemas.wording import finding

MOST_FINDINGS, _MOST_REMARKS = 1_000, 100
"""Findings that are listed of a document, and beside them warnings. Beyond the first nothing more is looked at."""
_EPCIS = re.compile(r"epcis:|https?://(ref|ns)\.gs1\.org/epcis/|urn:epcglobal:epcis")
"""Names of GS1's own: events of the standard's types have the bare name."""
_GS1_HOSTS = ("https://id.gs1.org/", "http://id.gs1.org/")
_MOST_SHOWN = 200
"""Characters of a wrong value that a finding shows."""
_LONGEST_WORD, _LONGEST_URI = 40, 100
"""Characters of a wrong word that are compared with those of the vocabulary; the longest has 23."""
_DOCUMENTS = {"EPCISDocument": "document", "EPCISQueryDocument": "query_document"}


def check(document: dict[str, Any]) -> list[Finding]:
    """Return what is wrong with a document, a query document or a single event with its context.

    `path` is a JSON pointer, `document` the number of the event from 1. At most 1,000 findings and 100 warnings; a
    document that has warnings alone is taken.
    """
    found: list[Finding] = []
    remarks = 0
    for one in _whole(document):
        remarks += one.warning
        if not one.warning or remarks <= _MOST_REMARKS:
            found.append(one)
        if len(found) - min(remarks, _MOST_REMARKS) == MOST_FINDINGS:
            break
    return found


def is_event(document: dict[str, Any]) -> bool:
    """Return True for a single event with its context, whatever it has beside."""
    kind = document.get("type")
    return not (isinstance(kind, str) and kind in _DOCUMENTS)


def events_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of a document without findings, in their order."""
    if is_event(document):
        return [document]
    body = document["epcisBody"]
    holder = body["queryResults"]["resultsBody"] if "queryResults" in body else body
    events: list[dict[str, Any]] = holder["eventList"]
    return events


def _whole(document: dict[str, Any]) -> Iterator[Finding]:
    if not is_event(document):
        yield from _part(document, _DOCUMENTS[document["type"]], "", None)
        return
    if "@context" not in document:
        yield finding("epcis-missing", path="/@context", name="@context")
    yield from _event(document, "", 1)


def _event(event: Any, path: str, number: int) -> Iterator[Finding]:
    if not isinstance(event, dict):
        yield finding("epcis-no-object", path=path, document=number, found=_shown(event))
        return
    kind = event.get("type")
    known = isinstance(kind, str) and kind in EVENT_TYPES
    if "type" in event and not known and (not is_uri(kind) or _EPCIS.match(str(kind))):
        yield _wrong(f"{path}/type", number, kind, " / ".join(EVENT_TYPES))
        return
    yield from _part(event, str(kind) if known else OWN_EVENT, path, number)
    if known:
        for code, place in untold(event):
            yield finding(code, path=f"{path}/{place}" if place else path, document=number, name=place)


def _part(value: Any, part: str, path: str, number: int | None) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield finding("epcis-no-object", path=path, document=number, found=_shown(value))
        return
    fields = fields_of(part)
    for field in fields.values():
        if field.is_missing(value):
            yield finding("epcis-missing", path=f"{path}/{field.name}", document=number, name=field.name)
    for name, held in value.items():
        place = f"{path}/{_escaped(name)}"
        if name in fields:
            yield from _field(held, fields[name], place, number)
        elif not _is_taken(name, further_of(part)):
            yield finding("epcis-unknown-field", path=place, document=number, name=_cut(name))


def _is_taken(name: str, further: Further) -> bool:
    return further is Further.ANY or (further is Further.NAMED and is_uri(name))


def _field(value: Any, field: EventField, path: str, number: int | None) -> Iterator[Finding]:
    if field.number is Number.ONE_OR_LIST and not isinstance(value, list):
        yield from _value(value, field.kind, path, number)
        return
    if not field.number.is_list and field.number is not Number.ONE_OR_LIST:
        yield from _value(value, field.kind, path, number)
        return
    if not isinstance(value, list):
        yield finding("epcis-no-list", path=path, document=number, found=_shown(value))
        return
    if field.number.must_be_filled and not value:
        yield finding("epcis-empty-list", path=path, document=number)
    if field.number.must_be_distinct and len({repr(one) for one in value}) < len(value):
        yield finding("epcis-not-distinct", path=path, document=number)
    for index, one in enumerate(value):
        inner = index + 1 if field.kind == "event" else number
        yield from _value(one, field.kind, f"{path}/{index}", inner)


def _value(value: Any, kind: str, path: str, number: int | None) -> Iterator[Finding]:
    if kind == "event":
        yield from _event(value, path, number or 1)
    elif kind == "context":
        yield from _context(value, path, number)
    elif is_part(kind):
        yield from _part(value, kind, path, number)
    elif words_of(kind) and not has_form(value, kind):
        word = _wrong_word(path, number, value, kind)
        yield word._replace(warning=kind == "measurement" and is_measurement_of_later_versions(value))
    elif not has_form(value, kind):
        yield _wrong(path, number, value, example(kind))
    elif kind == "uri":
        yield from _key(value, path, number)


def _key(value: str, path: str, number: int | None) -> Iterator[Finding]:
    """What is wrong with a GS1 key. An address of another host may be no Digital Link at all: it is warned about."""
    if is_malformed(value):
        yield finding("epcis-malformed-key", path=path, document=number, found=_cut(value))
    elif right := right_check_digit(value):
        found = finding("epcis-check-digit", path=path, document=number, found=_cut(value), digit=right)
        yield found._replace(warning=not value.startswith(_GS1_HOSTS))


def _wrong_word(path: str, number: int | None, value: Any, kind: str) -> Finding:
    words, shown = sorted(words_of(kind)), _shown(value)
    nearest = nearest_word(kind, shown)
    return finding(
        "epcis-wrong-word", path=path, document=number, expected=", ".join(words), found=shown, nearest=nearest
    )


@lru_cache(maxsize=1024)
def nearest_word(kind: str, word: str) -> str:
    """Return the word of a list of the vocabulary that one is most like, whatever GS1's namespace it is in."""
    words, bare = sorted(words_of(kind)), bare_word(word[:_LONGEST_URI], kind).strip("?") or word
    return (get_close_matches(bare[:_LONGEST_WORD], words, n=1, cutoff=0) or words)[0]


def _context(value: Any, path: str, number: int | None) -> Iterator[Finding]:
    for index, one in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(one, dict) and not is_uri(one):
            place = f"{path}/{index}" if isinstance(value, list) else path
            yield _wrong(place, number, one, "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")


def _wrong(path: str, number: int | None, value: Any, expected: str) -> Finding:
    return finding("epcis-wrong-value", path=path, document=number, expected=expected, found=_shown(value))


def _shown(value: Any) -> str:
    """Return a value as the sender knows it: a text as it is, an object or list by its kind."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _escaped(name: str) -> str:
    """Return a name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
