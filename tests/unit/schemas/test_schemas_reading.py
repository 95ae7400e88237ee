"""A message is opened and read into texts, whatever form of XML it takes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from composing import Composed, elements_of
from golden import read_sample, sample, sample_text
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import schema_pool
from schemas.catalogue import names
from schemas.envelope import Envelope, wrap
from schemas.extraction import RowReader
from schemas.message import Subscribe, Transfer
from schemas.parsing import parse
from schemas.reading import open_message, read
from tests.tables import each


def test_the_texts_stand_in_the_order_of_the_catalogue() -> None:
    message = read_sample("CEB621Message")
    head = dict(zip(names("621")[0], message.blocks[0].head, strict=True))
    assert head["orderNo"] == "DD202206010001"
    assert head["grossWeight"] == "3.2"
    assert [dict(zip(names("621")[1], line, strict=True))["gname"] for line in message.blocks[0].lines] == [
        "婴儿纸尿裤",
        "黄油曲奇饼干",
    ]


def test_an_absent_element_is_none_and_an_empty_one_is_empty() -> None:
    head = dict(zip(names("621")[0], read_sample("CEB621Message").blocks[0].head, strict=True))
    assert head["emsNo"] is None
    assert head["note"] == ""


def test_root_transfer_and_subscriptions_are_read() -> None:
    message = read_sample("CEB311Message")
    assert (message.code, message.edition, message.version) == ("311", "2022-05", "1.0")
    assert len(message.guid) == 36
    assert message.transfer == Transfer("3702960001", "青岛示例跨境平台有限公司", "DXP", "DXPENT0000000001", "")
    assert message.subscribes == (Subscribe("RET", "DXP", "DXPENT0000000005", ""),)


def test_opening_shows_type_guid_and_number_of_documents() -> None:
    opened = open_message(sample("CEB622Message"))
    assert (opened.entry.code, opened.count, opened.envelope) == ("622", 3, None)
    assert opened.business == sample("CEB622Message")
    assert opened.guid == read(opened).guid


FORMS: list[tuple[str, Callable[[str], str | bytes]]] = [
    ("with a byte order mark", lambda text: b"\xef\xbb\xbf" + text.encode()),
    ("without declaration", lambda text: text.partition("?>\n")[2]),
    ("with a lower-case encoding", lambda text: text.replace('encoding="UTF-8"', 'encoding="utf-8"')),
    ("in a default namespace", lambda text: text.replace("xmlns:ceb=", "xmlns=").replace("ceb:", "")),
    ("with another prefix", lambda text: text.replace("ceb:", "x:").replace("xmlns:ceb", "xmlns:x")),
    ("with comments and instructions", lambda text: text.replace("</ceb:guid>", "<!--a--><?b c?></ceb:guid><!--d-->")),
    ("with comments inside a text", lambda text: text.replace("李示例", "李<!--a-->示<?b c?>例")),
    ("with CDATA", lambda text: text.replace("李示例", "<![CDATA[李]]>示<![CDATA[例]]>")),
    ("with character references", lambda text: text.replace("李示例", "&#x674E;示&#20363;")),
    ("on one line", lambda text: "".join(line.strip() for line in text.splitlines()).replace("?>", "?> ")),
    ("with carriage returns", lambda text: text.replace("\n", "\r\n")),
    ("with empty elements written short", lambda text: text.replace("<ceb:note></ceb:note>", "<ceb:note/>")),
]


@each("form", [form for _, form in FORMS], ids=[name for name, _ in FORMS])
def test_the_form_of_the_xml_does_not_matter(form: Callable[[str], str | bytes]) -> None:
    changed = form(sample_text("CEB621Message"))
    body = changed if isinstance(changed, bytes) else changed.encode()
    assert body != sample("CEB621Message")
    message = read(open_message(body))
    assert message.findings == ()
    assert message == read_sample("CEB621Message")


def test_white_space_in_a_text_is_kept() -> None:
    body = sample_text("CEB411Message").replace("青岛示例支付有限公司", " 青岛\n\t示例 ").encode()
    head = dict(zip(names("411")[0], read(open_message(body)).blocks[0].head, strict=True))
    assert head["payName"] == " 青岛\n\t示例 "


def test_a_message_in_an_envelope_is_opened_with_it() -> None:
    business = sample("CEB411Message")
    envelope = Envelope(
        "DXPENT0000000003202206010901000001",
        "DXPENT0000000003",
        ("DXPEDCCEB0000002",),
        "2022-06-01T09:01:00Z",
        "CEB411Message",
        business,
    )
    opened = open_message(wrap(envelope))
    assert opened.envelope == envelope
    assert opened.business == business
    assert read(opened) == read_sample("CEB411Message")


def test_a_refused_message_has_findings_and_no_documents_but_its_sender() -> None:
    message = read(open_message(sample_text("CEB411Message").replace("<ceb:payTime>2", "<ceb:payTime>").encode()))
    assert message.blocks == ()
    assert [finding.code for finding in message.findings] == ["wrong-length"]
    assert message.transfer == read_sample("CEB411Message").transfer


def test_the_edition_decides_about_what_the_editions_differ_in() -> None:
    longer = sample_text("CEB621Message").replace("<ceb:itemNo>NAPPY-L", "<ceb:itemNo>" + "N" * 25)
    opened = open_message(longer.encode())
    assert [finding.code for finding in read(opened, "2022-05").findings] == ["too-long"]
    assert read(opened, "2018").findings == ()


@each(
    ("root", "most", "code"),
    [
        ("CEB311Message", 100, "-301015"),
        ("CEB411Message", 100, "-401013"),
        ("CEB511Message", 100, "-504013"),
        ("CEB513Message", 100, "-505013"),
        ("CEB621Message", 100, "-621030"),
        ("CEB623Message", 100, "-623008"),
        ("CEB625Message", 100, "-625001"),
        ("CEB711Message", 1, "-800006"),
    ],
)
def test_one_document_too_many_is_answered_by_its_official_code(root: str, most: int, code: str) -> None:
    assert len(read(open_message(Composed(root, "2022-05", documents=most).render())).blocks) == most
    opened = open_message(Composed(root, "2022-05", documents=most + 1).render())
    assert opened.count == most + 1
    message = read(opened)
    assert message.blocks == ()
    assert [(finding.code, finding.found) for finding in message.findings] == [(code, str(most + 1))]


def test_a_message_can_be_sent_to_another_process() -> None:
    message = read_sample("CEB621Message")
    assert pickle.loads(pickle.dumps(message)) == message


def test_threads_read_side_by_side() -> None:
    good, bad = sample("CEB621Message"), sample_text("CEB621Message").replace("<ceb:packNo>1", "<ceb:packNo>x").encode()
    with ThreadPoolExecutor(8) as pool:
        messages = list(pool.map(lambda number: read(open_message(bad if number % 3 else good)), range(60)))
    assert [len(message.findings) for message in messages] == [1 if number % 3 else 0 for number in range(60)]


def test_threads_that_ask_one_after_another_share_a_compiled_schema() -> None:
    tree = parse(sample("CEB621Message"))
    assert not schema_pool.errors(tree, "621")
    before = schema_pool.idle("621")
    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            assert not pool.submit(schema_pool.errors, tree, "621").result()
    assert schema_pool.idle("621") == before


def test_a_schema_does_not_keep_a_long_log() -> None:
    line = sample_text("CEB621Message").partition("<ceb:InventoryList>")[2].partition("</ceb:InventoryList>")[0]
    wrong = line.replace("<ceb:qty>", "<ceb:qty>x").replace("<ceb:price>", "<ceb:price>x")
    bad = f"<ceb:InventoryList>{wrong}</ceb:InventoryList>" * 90
    tree = parse(sample_text("CEB621Message").replace("</ceb:Inventory>", f"{bad}</ceb:Inventory>").encode())
    assert not schema_pool.errors(parse(sample("CEB621Message")), "621")
    before = schema_pool.idle("621")
    assert len(schema_pool.errors(tree, "621")) > schema_pool.MAX_KEPT_ERRORS
    assert schema_pool.idle("621") == before - 1


class Child:
    """Stands for an element of a row."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.text = tag.upper()


@given(st.lists(st.sets(st.sampled_from("abcdefgh")), min_size=1, max_size=12))
def test_a_row_is_placed_by_the_gaps_of_rows_before(rows: list[set[str]]) -> None:
    reader = RowReader(tuple("abcdefgh"))
    for row in rows:
        children = [Child(tag) for tag in sorted(row)]
        assert reader.read(children) == tuple(tag.upper() if tag in row else None for tag in "abcdefgh")


HEAD = elements_of("CEB621Message", "2022-05", "InventoryHead")
OPTIONAL = [element.name for element in HEAD if not element.required]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.sampled_from(OPTIONAL)), min_size=1, max_size=12))
def test_texts_stay_with_their_elements_whatever_is_left_out(left_out: list[set[str]]) -> None:
    documents: list[dict[str, Any]] = []
    rendered = []
    for number, names_left_out in enumerate(left_out):
        composed = Composed("CEB621Message", "2022-05")
        rows = [(name, text) for name, text in composed.rows["InventoryHead"] if name not in names_left_out]
        rows = [(name, f"{number}" if name == "note" else text) for name, text in rows]
        composed.rows["InventoryHead"] = rows
        documents.append(dict(rows))
        rendered.append(f"<Inventory>{composed.document()}</Inventory>")
    whole = Composed("CEB621Message", "2022-05").render().decode()
    start, end = whole.index("<Inventory>"), whole.index("</Inventory>") + len("</Inventory>")
    message = read(open_message((whole[:start] + "".join(rendered) + whole[end:]).encode()))
    assert [
        {name: text for name, text in zip(names("621")[0], block.head, strict=True) if text is not None}
        for block in message.blocks
    ] == documents
