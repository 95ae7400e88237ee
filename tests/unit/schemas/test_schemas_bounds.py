"""What is beyond a bound of shape is refused when it is opened; what the standard allows is far within all of them."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from composing import CEB
from golden import sample_text
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import bounds
from schemas.envelope import DXP, Envelope, wrap
from schemas.parsing import Unreadable
from schemas.reading import open_message
from tests.tables import each

GOOD = sample_text("CEB411Message")
OFFICIAL = Path(__file__).parents[4] / "shared" / "samples"


def with_attributes(count: int, where: str = "<ceb:BaseTransfer") -> str:
    return GOOD.replace(where, where + "".join(f' a{number}="1"' for number in range(count)), 1)


def many_attributes(count: int) -> str:
    return GOOD.replace("<ceb:BaseTransfer>", '<ceb:note a="1"/>' * count + "<ceb:BaseTransfer>", 1)


def with_namespaces(count: int) -> str:
    declared = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(count))
    return GOOD.replace("<ceb:BaseTransfer", f"<ceb:BaseTransfer{declared}", 1)


@each(
    ("body", "code"),
    [
        (with_attributes(bounds.MAX_ATTRIBUTES_OF_ELEMENT + 1), "too-many-attributes"),
        (many_attributes(bounds.MAX_ATTRIBUTES + 1), "too-many-attributes"),
        (with_namespaces(bounds.MAX_NAMESPACES + 1), "too-many-namespaces"),
        (
            GOOD.replace("<ceb:BaseTransfer>", "<a/>" * (bounds.MAX_ELEMENTS + 1) + "<ceb:BaseTransfer>", 1),
            "too-many-elements",
        ),
        (GOOD.replace("青岛", "单" * (bounds.MAX_TEXT_BYTES // 3 + 1), 1), "text-too-long"),
        (
            GOOD.replace("<ceb:BaseTransfer>", f"<!--{'c' * bounds.MAX_TEXT_BYTES}--><ceb:BaseTransfer>", 1),
            "text-too-long",
        ),
    ],
)
def test_beyond_a_bound_a_message_is_refused_and_the_bound_is_named(body: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_message(body.encode())
    assert (refused.value.finding.code, refused.value.status) == (code, 422)
    assert refused.value.finding.expected.startswith("≤ ")
    assert refused.value.finding.remedy_zh and refused.value.finding.remedy_en


@each(
    "body",
    [
        with_attributes(bounds.MAX_ATTRIBUTES_OF_ELEMENT),
        many_attributes(bounds.MAX_ATTRIBUTES - 10),
        with_namespaces(bounds.MAX_NAMESPACES - 10),
    ],
)
def test_at_a_bound_a_message_is_opened(body: str) -> None:
    assert open_message(body.encode()).entry.code == "411"


@each(
    "around",
    [
        f'<DxpMsg xmlns="{DXP}" ver="1.0">{"<a/>" * 40_000}',
        f'<!-- DxpMsg --><ceb:CEB411Message xmlns:ceb="{CEB}"' + "".join(f' a{n}="x"' for n in range(60_000)) + "/>",
        f'<DxpMsg xmlns="{DXP}" ver="1.0"><Data>{"<a/>" * 40_000}</Data></DxpMsg>',
    ],
)
def test_a_large_envelope_is_little_but_its_data(around: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_message(around.encode())
    assert refused.value.finding.code == "envelope-too-large"


def test_the_message_inside_an_envelope_has_the_same_bounds() -> None:
    inside = with_attributes(bounds.MAX_ATTRIBUTES_OF_ELEMENT + 1).encode()
    with pytest.raises(Unreadable) as refused:
        open_message(
            wrap(
                Envelope(
                    "id", "DXPENT0000000003", ("DXPEDCCEB0000002",), "2022-06-01T09:01:00", "CEB411Message", inside
                )
            )
        )
    assert refused.value.finding.code == "too-many-attributes"


def test_a_large_message_in_an_envelope_is_opened() -> None:
    inside = GOOD.replace("<ceb:BaseTransfer>", "<!--c-->" * 60_000 + "<ceb:BaseTransfer>", 1).encode()
    whole = wrap(
        Envelope("id", "DXPENT0000000003", ("DXPEDCCEB0000002",), "2022-06-01T09:01:00", "CEB411Message", inside)
    )
    assert len(b64encode(inside)) > 4 * bounds.MAX_BYTES_AROUND_DATA
    assert open_message(whole).entry.code == "411"


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official samples are not beside this checkout")
def test_every_official_sample_is_far_within_the_bounds() -> None:
    for file in OFFICIAL.rglob("*.xml"):
        body = file.read_bytes()
        assert body.count(b"<") * 100 < bounds.MAX_ELEMENTS and body.count(b"=") * 20 < bounds.MAX_ATTRIBUTES, file.name
        bounds.check_bytes(body)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_message_is_made_of_it_is_opened_or_refused_with_a_finding(data: st.DataObject) -> None:
    piece = data.draw(
        st.sampled_from(
            (
                "<a/>",
                "<ceb:OrderList/>",
                "<a>",
                "</a>",
                "<!--c-->",
                "<?p i?>",
                "<![CDATA[x]]>",
                "&#x5355;",
                "&amp;",
                "&x;",
                ' a="1"',
                ' xmlns:n="u"',
                "单",
                "\x00",
                "]]>",
                "<ceb:PaymentHead>",
                "=",
                "<",
            )
        )
    )
    where = data.draw(st.sampled_from(("<ceb:BaseTransfer", "</ceb:BaseTransfer>", "青岛", "?>")))
    count = data.draw(st.sampled_from((1, 2, 99, 101, 257, 600, 5_001)))
    body = GOOD.replace(where, where + piece * count, 1).encode()
    try:
        opened = open_message(body)
    except Unreadable as refused:
        assert refused.finding.zh and refused.finding.en
        assert len(str(refused.finding)) < 6_000
        assert refused.status in {400, 413, 415, 422}
    else:
        assert len(opened.tree.attrib) <= bounds.MAX_ATTRIBUTES
