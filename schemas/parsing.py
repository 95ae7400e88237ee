"""Parses bytes to an XML tree, hardened: UTF-8 only, no DTD, no entities, no network, limited size and depth."""

from __future__ import annotations

import re
import threading
from typing import Any

from lxml import etree

from schemas.edifact.reading import is_edifact
from schemas.findings import Finding
from schemas.interned_names import forget_names
from schemas.wording import finding
from schemas.xml_reasons import xml_reason

CAP = 20_000_000
"""Default maximum size of a message in bytes."""

_PROLOG = 1000
"""Number of bytes searched for a document type declaration if parsing fails, because that is the better explanation."""

_PARSER_LIMIT = 10_000_000
"""Maximum length of a text node in libxml2 without its option `huge_tree`."""

_NAMES_FORGOTTEN_AFTER_BYTES = 1_000_000
"""Number of bytes parsed by a thread after which its interned names are dropped."""

_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "ZIP", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ": "xz"}
"""First bytes of compressed data → name of the format."""
_local = threading.local()
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE = (b"UTF-16", b"UTF16", b"UCS-2", b"UTF-32", b"UTF32", b"UCS-4", b"ISO-10646")
"""Beginnings of the names of encodings in which each character has two or four bytes."""
_ENCODING = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
    etree.ErrorTypes.I18N_CONV_FAILED,
}


class Unreadable(ValueError):
    """Raised for data that cannot be opened; `finding` is the reason, `status` the HTTP status. Permanent."""

    permanent = True

    def __init__(self, finding: Finding, status: int, others: tuple[Finding, ...] = ()) -> None:
        super().__init__(f"{finding.code}: {finding.en}")
        self.finding = finding
        self.findings = (finding, *others)
        """All findings, `finding` first."""
        self.status = status


def _parser(huge: bool, instructions: bool = False) -> Any:
    name = f"{'huge' if huge else 'plain'}{' with instructions' if instructions else ''}"
    parser = getattr(_local, name, None)
    if parser is None:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            remove_comments=True,
            remove_pis=not instructions,
            collect_ids=False,
            huge_tree=huge,
        )
        setattr(_local, name, parser)
    return parser


def parse(body: bytes, *, cap: int = CAP, may_be_huge: bool = False, instructions: bool = False) -> Any:
    """Return the root element of well-formed UTF-8 XML, with or without BOM; a DTD is refused, comments are removed.

    `may_be_huge` lifts the parser's limit on one text (for an envelope's Base64). `instructions` keeps processing
    instructions, which a signature covers. Raises `Unreadable`.
    """
    if len(body) > cap:
        raise _too_large(len(body), cap)
    if packed := next((name for magic, name in _PACKED.items() if body.startswith(magic)), ""):
        raise Unreadable(finding("packed", expected="XML", found=packed, name=packed), 415)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in body[:4]:
        raise _wrong_encoding("UTF-16/UTF-32")
    huge = may_be_huge and len(body) > _PARSER_LIMIT
    # with `huge_tree` the parser may lift its limit on entities as well
    if huge and b"<!DOCTYPE" in body:
        raise _document_type()
    try:
        root = etree.fromstring(body, _parser(huge, instructions))
    except etree.XMLSyntaxError as error:
        raise _not_xml(body, error) from None
    finally:
        _count_parsed(len(body))
    docinfo = root.getroottree().docinfo
    if docinfo.internalDTD is not None or docinfo.externalDTD is not None:
        raise _document_type()
    if (docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise _wrong_encoding(str(docinfo.encoding))
    return root


def _count_parsed(size: int) -> None:
    """Count the bytes parsed by this thread, and drop its interned names after enough of them."""
    _local.parsed = getattr(_local, "parsed", 0) + size
    if _local.parsed >= _NAMES_FORGOTTEN_AFTER_BYTES:
        vars(_local).clear()  # parsers refer to the names, too
        forget_names()


def _not_xml(body: bytes, error: etree.XMLSyntaxError) -> Unreadable:
    """The reason why data are not XML, by their first bytes."""
    head = body[:_PROLOG]
    if b"<!DOCTYPE" in head:
        return _document_type()
    declared = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].upper().startswith(_WIDE) and b"\x00" not in head:
        # its bytes are no UTF-16, though it says so: a parser reads them so and finds no tag
        return _wrong_encoding(f"{declared[1].decode('ascii')}（字节为UTF-8 the bytes are UTF-8）", 1)
    if b'=\\"' in head or head.lstrip().startswith((b'"<', b"\\u003c")):
        return Unreadable(finding("json-escaped", line=1, expected='version="1.0"', found='version=\\"1.0\\"'), 400)
    if is_edifact(head):
        return Unreadable(finding("not-xml-but-edifact", line=1, expected="<?xml …"), 400)
    return _unreadable(error)


def _too_large(size: int, cap: int) -> Unreadable:
    return Unreadable(finding("too-large", size=size, cap=cap, expected=f"≤ {cap}", found=str(size)), 413)


def _wrong_encoding(encoding: str, line: int | None = None) -> Unreadable:
    return Unreadable(finding("wrong-encoding", line=line, expected="UTF-8", found=encoding), 415)


def _document_type() -> Unreadable:
    return Unreadable(finding("document-type", line=1, found="<!DOCTYPE"), 400)


def _unreadable(error: etree.XMLSyntaxError) -> Unreadable:
    line = error.position[0] if error.position else None
    reason = str(error.msg).strip()
    if error.code in _ENCODING:
        return _wrong_encoding(reason, line)
    if error.code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY:
        return Unreadable(finding("not-xml", line=line, expected="<?xml …"), 400)
    if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        if "depth" in reason:
            return Unreadable(finding("too-deep", line=line, expected="≤ 256"), 400)
        return Unreadable(finding("beyond-limits", line=line, reason=reason), 400)
    zh, en = ({"reason": text} for text in xml_reason(error))
    return Unreadable(finding("not-well-formed", line=line, found=reason, zh=zh, en=en), 400)
