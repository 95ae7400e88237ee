"""Why bytes are no well-formed XML, in both languages, by the error codes of libxml2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

MOST_OF_A_NAME, MOST_OF_A_TEXT = 60, 200
"""Characters of a name, and of the parser's own words, that are shown."""
_PLACE = re.compile(r",? line \d+, column (\d+)$")
_NAME = r"(\S{1,200})"


class XmlReason(NamedTuple):
    """A reason in both languages."""

    zh: str
    en: str


class _Wording(NamedTuple):
    """Texts of a reason; what `names` finds in the words of the parser stands for {0}, {1} …"""

    zh: str
    en: str
    names: str = ""


_CODES = etree.ErrorTypes
_REASONS: Mapping[int, _Wording] = MappingProxyType(
    {
        _CODES.ERR_TAG_NAME_MISMATCH: _Wording(
            "第{1}行的开始标签{0}与结束标签{2}不配对",
            "the start tag {0} of line {1} is followed by the end tag {2}",
            rf"mismatch: {_NAME} line (\d+) and {_NAME}",
        ),
        _CODES.ERR_TAG_NOT_FINISHED: _Wording(
            "报文到此为止，第{1}行的标签{0}没有结束",
            "the message ends here, and the tag {0} of line {1} is still open",
            rf"in tag {_NAME} line (\d+)",
        ),
        _CODES.ERR_DOCUMENT_END: _Wording("根元素结束之后还有内容", "there is more behind the end of the root element"),
        _CODES.ERR_RESERVED_XML_NAME: _Wording(
            "XML声明之前有空行或其他内容", "something stands before the XML declaration, such as an empty line"
        ),
        _CODES.ERR_NAME_REQUIRED: _Wording(
            "&或<之后没有名称；文本中的&写作&amp;，<写作&lt;",
            "no name follows & or <; in a text & is written &amp; and < is written &lt;",
        ),
        _CODES.ERR_ENTITYREF_SEMICOL_MISSING: _Wording(
            "&之后的名称没有以分号结束；文本中的&写作&amp;",
            "the name behind & does not end with a semicolon; in a text & is written &amp;",
        ),
        _CODES.ERR_UNDECLARED_ENTITY: _Wording(
            "实体{0}没有定义；可用的只有&amp; &lt; &gt; &quot; &apos;",
            "the entity {0} is not defined; there are &amp; &lt; &gt; &quot; &apos; alone",
            rf"Entity '{_NAME}' not",
        ),
        _CODES.ERR_INVALID_CHAR: _Wording(
            "含有XML不允许的字符（代码{0}）",
            "there is a character that XML does not allow (code {0})",
            r"[Vv]alue (\d+)",
        ),
        _CODES.ERR_ATTRIBUTE_NOT_STARTED: _Wording("属性值没有加引号", "the value of an attribute has no quotes"),
        _CODES.ERR_ATTRIBUTE_REDEFINED: _Wording(
            "属性{0}重复", "the attribute {0} stands there twice", rf"Attribute {_NAME} redefined"
        ),
        _CODES.NS_ERR_UNDEFINED_NAMESPACE: _Wording(
            "前缀{0}没有用xmlns声明", "the prefix {0} is not declared by xmlns", rf"prefix {_NAME} on"
        ),
        _CODES.ERR_GT_REQUIRED: _Wording("标签{0}没有以>结束", "the tag {0} does not end with >", rf"Tag {_NAME} line"),
        _CODES.ERR_CDATA_NOT_FINISHED: _Wording("CDATA没有结束", "a CDATA section does not end"),
        _CODES.ERR_LT_IN_ATTRIBUTE: _Wording("属性值里的<须写作&lt;", "in the value of an attribute < is written &lt;"),
    }
)


def xml_reason(error: etree.XMLSyntaxError) -> XmlReason:
    """Return why the parser refused; in its own words where it says something that is not known here."""
    said = " ".join(str(error.msg).split())
    text, column = _PLACE.sub("", said), _PLACE.search(said)
    wording = _REASONS.get(error.code)
    found = re.search(wording.names, text) if wording and wording.names else None
    if wording is None or (wording.names and found is None):
        return XmlReason(said[:MOST_OF_A_TEXT], said[:MOST_OF_A_TEXT])
    names = [name[:MOST_OF_A_NAME] for name in found.groups()] if found else []
    zh, en = wording.zh.format(*names), wording.en.format(*names)
    at = column.group(1) if column else ""
    return XmlReason(f"{zh}（第{at}列）" if at else zh, f"{en} (column {at})" if at else en)
