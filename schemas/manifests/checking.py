"""Checks a manifest: namespace, the elements that there must be, lengths and forms, bills that stand twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from schemas.identifiers import is_locode, is_valid_container_no, is_valid_date, is_valid_imo_no, is_valid_instant
from schemas.manifests.manifest import CustomsManifest
from schemas.manifests.tables import REPEATED, ManifestElement, elements_of, types_of
from schemas.wording import finding

MAX_FINDINGS, MAX_ELEMENTS = 1_000, 100_000
UNREAD = "manifest-unread"
"""What is only remarked on: an element that the table does not have."""
DELETES = "3"
_NEEDED_TO_DELETE = ("BorderTransportMeans/JourneyID", "BorderTransportMeans/ID", "TransportContractDocument/ID")
"""What a manifest that deletes must have besides its head: ship, voyage, bills."""
_SITE = re.compile(r"[A-Z0-9]{0,10}(/[0-9]{4})?")
_DECIMAL = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?")
_FORMS: Mapping[str, Callable[[str], object]] = {
    "number": re.compile(r"[0-9]+").fullmatch,
    "count": re.compile(r"0*[1-9][0-9]*").fullmatch,
    "decimal": _DECIMAL.fullmatch,
    "weight": lambda text: _DECIMAL.fullmatch(text) and text.strip("0."),
    "office": re.compile(r"[0-9]{4}").fullmatch,
    "sender": re.compile(r"[0-9]{4}[A-Z0-9]{9,26}").fullmatch,
    "un_imo": lambda text: text.startswith("UN") and is_valid_imo_no(text[2:]),
    "container": is_valid_container_no,
    "place": lambda text: is_locode(text[:5]) and _SITE.fullmatch(text[5:]),
    "day": is_valid_date,
    "instant": lambda text: len(text) in (14, 17) and is_valid_instant(text[:14]) and text.isascii() and text.isdigit(),
}
_SHOWN = {
    "number": "n",
    "count": "n > 0",
    "decimal": "n..10,4",
    "weight": "n..10,4 > 0",
    "office": "4227",
    "sender": "4227 + 9 A–Z 0–9",
    "un_imo": "UN + IMO",
    "container": "ISO 6346",
    "place": "UN/LOCODE[site]/4227",
    "day": "yyyyMMdd",
    "instant": "yyyyMMddHHmmss[SSS]",
}


class _At(NamedTuple):
    """An element as it stands: its path without and with its places, and its text (None: it has elements)."""

    path: str
    place: str
    line: int | None
    text: str | None


def check_manifest(read: CustomsManifest, root: Any) -> None:
    """Add what is wrong with a manifest to its findings, in the order of the document, up to a number."""
    _check_namespace(read, root)
    found = list(_elements(root))
    if len(found) > MAX_ELEMENTS:
        _add(read, "manifest-too-many", most=MAX_ELEMENTS)
        return
    known, unread = elements_of(read.type), set[str]()
    for one in found:
        if one.text is None:
            continue
        if one.path in known:
            _check_text(read, one, known[one.path])
        elif read.type in types_of() and one.path not in unread and not _holds_known(one.path, known):
            unread.add(one.path)
            _add(read, UNREAD, path=one.place, line=one.line, found=one.path)
    _check_missing(read, found)
    _check_doubles(read, found)
    if len(read.findings) > MAX_FINDINGS:
        read.findings[MAX_FINDINGS - 1 :] = [finding("too-many-findings", most=MAX_FINDINGS - 1)]


def _holds_known(path: str, known: Iterable[str]) -> bool:
    """True for an element that stands above others of the table: it is only empty here."""
    return any(one.startswith(f"{path}/") for one in known)


def _check_namespace(read: CustomsManifest, root: Any) -> None:
    space = str(root.tag).rpartition("}")[0].lstrip("{")
    accepted = [f"urn:Declaration:datamodel:standard:{cn}{read.type}:1" for cn in ("CN:", "")]
    if read.type in types_of() and space not in accepted:
        _add(read, "manifest-namespace", path="/Manifest", line=root.sourceline, found=space, expected=accepted[0])


def _elements(root: Any) -> Iterator[_At]:
    """Yield the elements below a manifest in the order of the document, one more than are read at most."""
    waiting, told = [(root, "", "")], 0
    while waiting:
        node, path, place = waiting.pop()
        if path:
            yield _At(path, f"/Manifest/{place}", node.sourceline, None if len(node) else (node.text or "").strip())
            told += 1
        if told > MAX_ELEMENTS:
            return
        counted: dict[str, int] = {}
        below = []
        for one in node:
            name = str(one.tag).rpartition("}")[2]
            counted[name] = counted.get(name, 0) + 1
            shown = f"{name}[{counted[name]}]" if name in REPEATED else name
            below.append((one, f"{path}/{name}".lstrip("/")[:200], f"{place}/{shown}".lstrip("/")[:200]))
        waiting.extend(reversed(below))


def _check_text(read: CustomsManifest, one: _At, known: ManifestElement) -> None:
    text = one.text or ""
    if not text:
        return
    if len(text) > known.length:
        _told(read, "manifest-length", one, known, length=len(text))
    elif not _fits(text, known):
        _told(read, "manifest-value", one, known)


def _fits(text: str, known: ManifestElement) -> bool:
    if known.form in _FORMS:
        return bool(_FORMS[known.form](text))
    return not known.form or text in known.form.split()


def _check_missing(read: CustomsManifest, found: list[_At]) -> None:
    """Each mandatory element must stand, with a text, within each occurrence of what may be repeated above it."""
    filled = {(one.path, _above(one)) for one in found if one.text}
    for known in elements_of(read.type).values():
        if not known.mandatory or (read.function == DELETES and not _is_needed_to_delete(known.path)):
            continue
        whole = [one.place for one in found if one.path == known.parent] or [""] if known.parent else [""]
        for above in whole:
            if len(read.findings) > MAX_FINDINGS:
                return
            if (known.path, above) not in filled:
                rest = known.path.removeprefix(known.parent).strip("/") if above else known.path
                path = f"{above or '/Manifest'}/{rest}"
                zh, en = {"name": known.zh}, {"name": known.en}
                read.findings.append(finding("manifest-missing", path=path, zh=zh, en=en))


def _is_needed_to_delete(path: str) -> bool:
    return path.startswith("Head/") or path.endswith(_NEEDED_TO_DELETE)


def _above(one: _At) -> str:
    """The place of what may be repeated above an element; empty: nothing."""
    parts = one.place.split("/")
    places = [number for number, part in enumerate(parts) if part.endswith("]")]
    return "/".join(parts[: places[-1] + 1]) if places else ""


def _check_doubles(read: CustomsManifest, found: list[_At]) -> None:
    """Bills of lading, master and house, stand once in a manifest."""
    bills: dict[str, dict[str, str]] = {}
    for one in found:
        if one.path.endswith("Document/ID") and one.text:
            bills.setdefault(_above(one), {})[one.path.split("/")[-2]] = one.text
    seen = set()
    for place, named in bills.items():
        numbers = named.get("TransportContractDocument", ""), named.get("AssociatedTransportDocument", "")
        if numbers in seen:
            _add(read, "manifest-twice", path=place, found=" ".join(filter(None, numbers)))
        seen.add(numbers)


def _told(read: CustomsManifest, code: str, one: _At, known: ManifestElement, **values: Any) -> None:
    expected = f"an..{known.length} {_SHOWN.get(known.form, known.form)}".strip()
    zh, en = {"name": known.zh}, {"name": known.en}
    read.findings.append(
        finding(code, path=one.place, line=one.line, found=one.text or "", expected=expected, zh=zh, en=en, **values)
    )


def _add(read: CustomsManifest, code: str, **values: Any) -> None:
    read.findings.append(finding(code, **values)._replace(warning=code == UNREAD))
