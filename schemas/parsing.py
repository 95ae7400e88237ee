"""Bytes to an XML tree, hardened: UTF-8 only, no DTD, no entities, no network, capped size and depth."""

from __future__ import annotations

import threading
from typing import Any

from lxml import etree

from schemas.findings import Finding

CAP = 20_000_000
"""Bytes that a message may have, unless the caller says otherwise."""

_BOM = b"\xef\xbb\xbf"
_PARSER_LIMIT = 10_000_000
"""libxml2 refuses a longer text node unless told that the tree is huge."""

_local = threading.local()
_ENCODING = {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
             etree.ErrorTypes.ERR_UNKNOWN_ENCODING, etree.ErrorTypes.I18N_CONV_FAILED}


class Unreadable(ValueError):
    """What came cannot be opened. `finding` says why and what to do, `status` is the HTTP status that fits. Permanent."""

    permanent = True

    def __init__(self, finding: Finding, status: int) -> None:
        super().__init__(f"{finding.code}: {finding.en}")
        self.finding = finding
        self.status = status


def _parser(huge: bool) -> Any:
    name = "huge" if huge else "plain"
    parser = getattr(_local, name, None)
    if parser is None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                                 remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=huge)
        setattr(_local, name, parser)
    return parser


def parse(body: bytes, *, cap: int = CAP, may_be_huge: bool = False) -> Any:
    """The root element of well-formed UTF-8 XML without DTD; comments and processing instructions are dropped.

    `may_be_huge` lifts the parser's own limit on one text (for an envelope's Base64). Raises `Unreadable`.
    """
    if len(body) > cap:
        raise _too_large(len(body), cap)
    if body.startswith(_BOM):
        body = body[3:]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in body[:4]:
        raise _wrong_encoding("UTF-16/UTF-32")
    huge = may_be_huge and len(body) > _PARSER_LIMIT
    if huge and b"<!DOCTYPE" in body:
        raise _document_type()
    try:
        root = etree.fromstring(body, _parser(huge))
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from None
    docinfo = root.getroottree().docinfo
    if docinfo.internalDTD is not None or docinfo.externalDTD is not None:
        raise _document_type()
    if (docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise _wrong_encoding(str(docinfo.encoding))
    return root


def _too_large(size: int, cap: int) -> Unreadable:
    return Unreadable(Finding(
        "too-large", f"报文共{size}字节，超过{cap}字节的上限", f"the message has {size} bytes, more than the {cap} allowed",
        expected=f"≤ {cap}", found=str(size), remedy_zh="请将单证分成几个报文发送",
        remedy_en="send the documents in several messages"), 413)


def _wrong_encoding(encoding: str, line: int | None = None) -> Unreadable:
    return Unreadable(Finding(
        "wrong-encoding", "报文不是UTF-8编码", "the message is not encoded in UTF-8", line=line, expected="UTF-8",
        found=encoding, remedy_zh="请以UTF-8编码保存，并在XML声明中写encoding=\"UTF-8\"",
        remedy_en='save it as UTF-8 and declare encoding="UTF-8"'), 415)


def _document_type() -> Unreadable:
    return Unreadable(Finding(
        "document-type", "报文含有DTD或实体定义，不予接收", "the message holds a document type declaration, which is refused",
        line=1, found="<!DOCTYPE", remedy_zh="请删除<!DOCTYPE …>", remedy_en="remove <!DOCTYPE …>"), 400)


def _unreadable(error: etree.XMLSyntaxError) -> Unreadable:
    kinds = etree.ErrorTypes
    line = error.position[0] if error.position else None
    if error.code in _ENCODING:
        return _wrong_encoding(str(error.msg), line)
    if error.code == kinds.ERR_RESOURCE_LIMIT:
        return _beyond_limits(str(error.msg), line)
    if error.code == kinds.ERR_DOCUMENT_EMPTY:
        return _not_xml(line)
    return Unreadable(Finding(
        "not-well-formed", f"报文不是完整、正确的XML：{error.msg}", f"the message is not well-formed XML: {error.msg}",
        line=line, found=str(error.msg), remedy_zh="请检查该行附近的标签是否配对、报文是否被截断、&与<是否已转义",
        remedy_en="check near that line whether tags match, the message was cut off, & and < are escaped"), 400)


def _not_xml(line: int | None) -> Unreadable:
    return Unreadable(Finding(
        "not-xml", "收到的内容不是XML", "what came is not XML", line=line, expected="<?xml …",
        remedy_zh="请发送CEB报文，或内含CEB报文的DxpMsg", remedy_en="send a CEB message, or a DxpMsg around one"), 400)


def _beyond_limits(message: str, line: int | None) -> Unreadable:
    if "depth" in message:
        return Unreadable(Finding(
            "too-deep", "报文的元素嵌套过深", "the elements of the message are nested too deeply", line=line,
            expected="≤ 256", remedy_zh="请按标准的结构组织报文", remedy_en="build the message as the standard lays it out"), 400)
    return Unreadable(Finding(
        "beyond-limits", f"报文超出解析限制：{message}", f"the message goes beyond the limits of parsing: {message}", line=line,
        remedy_zh="请缩短过长的文本，不要使用实体", remedy_en="shorten overlong texts and use no entities"), 400)
