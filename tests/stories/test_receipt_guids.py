"""Guids of receipts: the port echoes those of message and document, customs has one of its own for each document."""

from __future__ import annotations

import re

import pytest

from schemas import catalogue
from schemas.catalogue import names
from schemas.message import Transfer
from schemas.reading import open_message, read
from schemas.writing import write
from simulators.draws import guid
from simulators.imports.trade import CODES
from single_window.intake import samples
from single_window.receipts import rows as receipts
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.story import NOON

pytestmark = ON_BOTH


def together(kind, trades):
    """The documents of a kind of several trades in one message."""
    sender = trades[0].parties.sender(kind)
    blocks = [(trade.document(kind).head, trade.document(kind).lines) for trade in trades]
    return write(
        CODES[kind],
        blocks,
        guid=guid("together", kind),
        signature="dummy",
        transfer=Transfer(sender.code, sender.name, "DXP", sender.dxp_id),
    )


def sent_root(body):
    return re.search(rb'guid="([^"]+)"', body)[1].decode()


def got(story, mailbox, code):
    """Messages of a type in a mailbox, each as its root guid and the (guid, status) of its receipts."""
    with reading(story.window.engine) as connection:
        rendered = receipts.render(connection, receipts.after(connection, story.sandbox, mailbox, 0, 1_000))
    opened = [open_message(message.body) for message in rendered if message.code == code]
    wire = names(code)[0]
    status = wire.index("status" if code in {"816", "818"} else "returnStatus")
    return [
        (message.guid, [(block.head[0], block.head[status]) for block in read(message).blocks]) for message in opened
    ]


def box(trade, kind):
    return trade.parties.sender(kind).dxp_id


@pytest.mark.parametrize(
    ("kind", "code"), [("order", "312"), ("payment", "412"), ("waybill", "512"), ("inventory", "622")]
)
def test_the_port_echoes_the_guids_of_message_and_document(start_story, kind, code):
    story, trade = start_story(), start_story("other").trade()
    body = story.message(trade, kind)
    story.submit(body)
    assert sent_root(body) != trade.document(kind).head["guid"]
    assert got(story, box(trade, kind), code) == [(sent_root(body), [(trade.document(kind).head["guid"], "2")])]


def test_what_the_port_refuses_echoes_the_message_that_it_refuses(story):
    trade = story.trade()
    first = story.message(trade, "order")
    second = story.message(trade, "order", guid="A" * 36, appTime="20200101000000")
    story.submit(first)
    story.submit(second)
    assert got(story, box(trade, "order"), "312") == [
        (sent_root(first), [(trade.document("order").head["guid"], "2")]),
        (sent_root(second), [("A" * 36, "-301014")]),
    ]


def test_receipts_of_one_message_share_one_and_those_of_several_do_not(story):
    trades = [story.trade(number) for number in range(20)]
    platform = trades[0].parties.sender("order").dxp_id
    same = [trade for trade in trades if trade.parties.sender("order").dxp_id == platform][:3]
    body, other = together("order", same[:2]), story.message(same[2], "order")
    story.submit(body, other)
    assert got(story, platform, "312") == [
        (sent_root(body), [(trade.document("order").head["guid"], "2") for trade in same[:2]]),
        (sent_root(other), [(same[2].document("order").head["guid"], "2")]),
    ]


def test_customs_has_one_guid_for_a_list_and_another_for_each_message(story):
    trade = story.trade()
    story.send(trade)
    story.pass_time(days=40)
    ported, *customs = got(story, box(trade, "inventory"), "622")
    assert [status for _, heads in customs for _, status in heads] == ["120", "800", "899"]
    elements = {result for _, heads in customs for result, _ in heads}
    roots = [root for root, _ in customs]
    assert len(elements) == 1 and len(set(roots)) == len(roots) and not elements & set(roots)
    assert ported[1][0][0] not in elements and all(element == element.lower() for element in (*elements, *roots))


def test_two_lists_have_two_guids_at_customs(story):
    first, second = story.trade(0), story.trade(1)
    story.send(first)
    story.send(second)
    of = {story.receipts(row)[-1].guid for row in (first, second)}
    assert len(of) == 2


def test_a_tax_bill_has_the_guid_of_its_message(story):
    trade = story.trade()
    story.send(trade)
    story.pass_time(days=40)
    ((root, ((element, status),)),) = got(story, box(trade, "inventory"), "816")
    assert (root, status) == (element, "1")


@pytest.mark.parametrize(("name", "code"), [("single_limit", "-621005"), ("annual_limit", "-621018")])
def test_customs_echoes_both_where_it_answers_for_the_port(start_story, name, code):
    story = start_story(pre_check=True)
    trade = story.trade(fault=name)
    body = story.message(trade, "inventory")
    story.send(trade, "order", "payment", "waybill")
    story.submit(body)
    element = trade.document("inventory").head["guid"]
    assert got(story, box(trade, "inventory"), "622") == [(sent_root(body), [(element, "2"), (element, code)])]


@pytest.mark.parametrize(
    "entry", [entry for entry in catalogue.entries() if entry.answered_by], ids=lambda value: value.code
)
def test_whatever_is_sent_its_first_answer_echoes_both(story, entry):
    body = samples.fresh(entry, "echo", NOON)
    story.submit(body)
    opened = read(open_message(body))
    root, *_ = got(story, opened.transfer.dxp_id, entry.answered_by)
    assert root[0] == opened.guid
    sent = [block.head[0] for block in opened.blocks]
    assert [element for element, _ in root[1]][: len(sent)] == sent
    assert opened.guid not in sent and len(set(sent)) == len(sent)
