"""Canonical ids of EPCIS events: the same event has the same id, whoever writes it down.

Source: Core Business Vocabulary 2.0 (GS1, June 2022), 8.9: what an event says is put in one order and one form, joined
without separators, and hashed (SHA-256, as `ni` URI of RFC 6920). Where the published vectors order lists of parties
otherwise than the text, the vectors count; the version is pinned in the id. Left out: the id itself, the time of
recording, an error declaration (a correction keeps the id of what it corrects) and comments.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from schemas.epcis.facts import milliseconds_of
from schemas.epcis.identifiers import canonical

VERSION = "CBV2.0"
_LEFT_OUT = frozenset(
    ("type", "eventID", "recordTime", "errorDeclaration", "comment", "rdfs:comment", "@context", "#text")
)
_QUANTITY = ("epcClass", "quantity", "uom")
_REPORT = [
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
]
_METADATA = [
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
]
_EVENT = [
    "eventTime",
    "eventTimeZoneOffset",
    "certificationInfo",
    "parentID",
    "epcList",
    "inputEPCList",
    "childEPCs",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "action",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    "sensorElementList",
]
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "persistentDisposition": ("set", "unset"),
    "readPoint": ("id",),
    "bizLocation": ("id",),
    "quantityElement": _QUANTITY,
    "sensorElement": ("sensorMetadata", "sensorReport"),
    "sensorMetadata": tuple(_METADATA),
    "sensorReport": tuple(_REPORT),
    "bizTransaction": ("type", "bizTransaction"),
    "source": ("type", "source"),
    "destination": ("type", "destination"),
}
_ELEMENTS = {
    "epcList": "epc",
    "inputEPCList": "epc",
    "outputEPCList": "epc",
    "childEPCs": "epc",
    "quantityList": "quantityElement",
    "childQuantityList": "quantityElement",
    "inputQuantityList": "quantityElement",
    "outputQuantityList": "quantityElement",
    "sensorElementList": "sensorElement",
}
_PARTIES = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_CBV, _WEB_VOCABULARY = "https://ref.gs1.org/cbv/", "https://gs1.org/voc/"
_PREFIXES = {"cbv": _CBV, "gs1": _WEB_VOCABULARY}
_WORDS = {
    ("event", "bizStep"): f"{_CBV}BizStep-",
    ("event", "disposition"): f"{_CBV}Disp-",
    ("persistentDisposition", "set"): f"{_CBV}Disp-",
    ("persistentDisposition", "unset"): f"{_CBV}Disp-",
    ("bizTransaction", "type"): f"{_CBV}BTT-",
    ("source", "type"): f"{_CBV}SDT-",
    ("destination", "type"): f"{_CBV}SDT-",
    ("sensorReport", "component"): f"{_CBV}Comp-",
    ("sensorReport", "type"): _WEB_VOCABULARY,
    ("sensorReport", "exception"): _WEB_VOCABULARY,
}
_URNS = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-", "er": "ER-"}
_OLD_WORD = re.compile(r"urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_TIMES = frozenset(("eventTime", "time", "startTime", "endTime"))


def event_id(event: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the canonical id of a checked event; `document` is where it stands, for the prefixes of its context.

    Fields that the document names in `…:ignoreFields` are left out, too.
    """
    digest = hashlib.sha256(pre_hash(event, document).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver={VERSION}"


def pre_hash(event: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the text of an event that is hashed."""
    own, ignored = {**_prefixes(document), **_prefixes(event)}, _ignored(document)
    hashed = _HashedText({**_PREFIXES, **own}, ignored) if own or ignored else _standard()
    return hashed.event(event)


def _prefixes(holder: Mapping[str, Any]) -> dict[str, str]:
    context = holder.get("@context", [])
    parts = context if isinstance(context, list) else [context]
    return {name: uri for part in parts if isinstance(part, dict) for name, uri in part.items() if isinstance(uri, str)}


def ignored_fields(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the fields of a document that name what its ids leave out."""
    return {
        name: names
        for holder in (document, *_results(document))
        for name, names in holder.items()
        if name.endswith(":ignoreFields") and isinstance(names, list)
    }


def _results(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [document["epcisBody"]["queryResults"]] if document.get("type") == "EPCISQueryDocument" else []


def _ignored(document: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for names in ignored_fields(document).values() for name in names if isinstance(name, str))


class _HashedText:
    def __init__(self, prefixes: Mapping[str, str], ignored: frozenset[str], kept: int = 0) -> None:
        """`kept`: how many forms of texts are kept, since the events of one thing name the same."""
        self._prefixes, self._ignored = prefixes, ignored | _LEFT_OUT
        self._form = lru_cache(maxsize=kept)(self._form_of) if kept else self._form_of

    def event(self, event: Mapping[str, Any]) -> str:
        ordered = "".join(self._field("event", name, event[name]) for name in _EVENT if name in event)
        rest = sorted(
            text for name, value in event.items() if name not in _EVENT for text in self._rest("event", name, value)
        )
        return f"eventType={event['type']}{ordered}{''.join(rest)}"

    def _field(self, part: str, name: str, value: Any) -> str:
        """Return a field of the standard: its name, then its values in their order."""
        if name in _ELEMENTS:
            inner = [self._field(name, _ELEMENTS[name], one) for one in value]
            return name + "".join(sorted(inner)) if any(inner) else ""
        if isinstance(value, list):
            return "".join(sorted(self._field(part, name, one) for one in value))
        if isinstance(value, dict):
            inner_text = self._part(name, value)
            return name + inner_text if inner_text else ""
        text = _time(value) if name in _TIMES else self._text(value, _WORDS.get((part, name), ""))
        return f"{name}={text}" if text else ""

    def _part(self, part: str, value: Mapping[str, Any]) -> str:
        order = _ORDERS.get(part, ())
        ordered = "".join(self._field(part, name, value[name]) for name in order if name in value)
        rest = (text for name, held in value.items() if name not in order for text in self._rest(part, name, held))
        return ordered + "".join(sorted(rest))

    def _rest(self, part: str, name: str, value: Any) -> Iterator[str]:
        """Yield the texts of a field that the order does not name: lists of parties, master data, fields of others."""
        if name in self._ignored and not (name == "type" and part != "event"):
            return
        if name in _PARTIES and part == "event":
            inner = sorted(self._part(_PARTIES[name], one) for one in value)
            yield name + "".join(inner)
            return
        for one in value if isinstance(value, list) else [value]:
            yield from self._other(name, one)

    def _other(self, name: str, value: Any) -> Iterator[str]:
        key = self._expanded(name, lambda uri, word: f"{{{uri}}}{word}")
        if isinstance(value, list):
            for one in value:
                yield from self._other(name, one)
        elif isinstance(value, dict):
            held = f"={self._text(value['#text'], '')}" if "#text" in value else ""
            inner = sorted(text for inner, one in value.items() for text in self._rest("other", inner, one))
            yield f"{key}{held}{''.join(inner)}"
        else:
            text = self._text(value, "")
            yield f"{key}={text}" if text else key

    def _text(self, value: Any, word: str) -> str:
        """Return a value in its one form: words as URIs, numbers without needless digits, keys as Digital Links."""
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: ""}[value]
        return self._form(str(value), word)

    def _form_of(self, text: str, word: str) -> str:
        text = text.strip()
        if _NUMBER.fullmatch(text):
            return _number(text)
        text = _OLD_WORD.sub(lambda match: _CBV + _URNS[match[1]], text)
        if word and ":" not in text:
            return word + text
        text = self._expanded(text, lambda uri, rest: uri + rest)
        return canonical(text) or text

    def _expanded(self, text: str, join: Callable[[str, str], str]) -> str:
        prefix, colon, rest = text.partition(":")
        return join(self._prefixes[prefix], rest) if colon and prefix in self._prefixes else text


@cache
def _standard() -> _HashedText:
    """Texts of events that use no prefixes beyond those of the standard, and leave no fields out."""
    return _HashedText(_PREFIXES, frozenset(), kept=4_096)


@lru_cache(maxsize=1_024)
def _time(value: str) -> str:
    """Return a time in UTC to the millisecond, halves rounded up. The events of one change have the same."""
    seconds, milliseconds = divmod(milliseconds_of(value), 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03}Z"


def _number(text: str) -> str:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        return text
    return str(int(number)) if number == int(number) else str(number)
