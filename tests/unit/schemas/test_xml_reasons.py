"""Why a message is no well-formed XML is said in both languages, whatever stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.parsing import Unreadable, parse
from schemas.xml_reasons import MOST_OF_A_TEXT, xml_reason
from tests.tables import each


@each(
    ("body", "zh", "en"),
    [
        ("<a><b></a>", "第1行的开始标签b与结束标签a不配对", "the start tag b of line 1 is followed by the end tag a"),
        ("<a>\n<b>", "第2行的标签b没有结束", "the tag b of line 2 is still open"),
        ("<a/><b/>", "根元素结束之后还有内容", "more behind the end of the root"),
        ("\n<?xml version='1.0'?><a/>", "XML声明之前有空行", "before the XML declaration"),
        ("<a>茶 & 咖啡</a>", "&写作&amp;", "& is written &amp;"),
        ("<a>1 < 2</a>", "<写作&lt;", "< is written &lt;"),
        ("<a>&amp</a>", "没有以分号结束", "does not end with a semicolon"),
        ("<a>&nbsp;</a>", "实体nbsp没有定义", "the entity nbsp is not defined"),
        ("<a>\x01</a>", "（代码1）", "(code 1)"),
        ("<a>&#0;</a>", "（代码0）", "(code 0)"),
        ("<a b=c/>", "没有加引号", "has no quotes"),
        ("<a b='1' b='2'/>", "属性b重复", "the attribute b stands there twice"),
        ("<x:a/>", "前缀x没有用xmlns声明", "the prefix x is not declared"),
        ("<a", "标签a没有以>结束", "the tag a does not end with >"),
        ("<a><![CDATA[x</a>", "CDATA没有结束", "a CDATA section does not end"),
        ("<a b='<'/>", "属性值里的<", "in the value of an attribute"),
    ],
)
def test_a_reason_is_told_in_both_languages(body, zh, en):
    with pytest.raises(Unreadable) as refused:
        parse(body.encode())
    told = refused.value.finding
    assert zh in told.zh and "（第" in told.zh
    assert en in told.en and "(column " in told.en
    assert (told.code, told.line) == ("not-well-formed", body.count("\n") + 1)


@given(st.text(st.sampled_from("<>&;{}'\"=/!-[]?ax:0# \n"), max_size=40), st.text(max_size=4_000))
def test_whatever_comes_the_reason_is_short_and_no_crash(begun, name):
    for body in (f"<a>{begun}</b>", f"<{{0}}{name}><b/>", f"<a><!-- {name} -- --></a>"):
        try:
            etree.fromstring(body.encode("utf-8", "replace"))
        except etree.XMLSyntaxError as error:
            assert all(len(text) <= 2 * MOST_OF_A_TEXT for text in xml_reason(error))
