"""A participant may wish receipts as live traffic shows them: other than the standard, for his mailbox alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

import schemas
from schemas import schema_pool
from schemas.envelope import unwrap
from schemas.reading import open_message, read
from simulators.imports.trade import ImportTrade
from single_window.api import create_app
from single_window.channels.outbox import Outbox
from single_window.intake.admission_queue import AdmissionQueue
from single_window.master_data import importing as masterdata
from single_window.receipts import rows as receipts
from single_window.receipts.tolerances import (
    BARE_REFUSALS,
    DXP_ENVELOPE,
    EMPTY_COP_NO,
    REPEATED_BASE_TRANSFER,
    TAX_BILL_BY_SCHEMA,
    TAX_BILL_ORDER_NO,
    apply_tolerances,
)
from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.wiring import Window, open_window
from tests.commands import run_command
from tests.databases import kept_open, read_by, window_in
from tests.stories.story import StoryRunner

SAMPLES = Path(schemas.__file__).parent / "samples"
CEB = "{http://www.chinaport.gov.cn/ceb}"


class Wishes:
    """A sandbox in which an agent with these tolerances declared two lists, the first without copNo."""

    def __init__(self, window: Window, *tolerances: str) -> None:
        self.window, self.sandbox = window, "-".join(tolerances).replace("_", "-") or "strict"
        self.story = story = StoryRunner(window, self.sandbox)
        self.trades = [story.trade(0), story.trade(1)]
        self.agents = {trade.parties.agent.dxp_id: trade.parties.agent for trade in [*self.trades, story.trade(2)]}
        rows = [
            f"{agent.code},{agent.name},agent,{dxp_id},{';'.join(tolerances)}" for dxp_id, agent in self.agents.items()
        ]
        masterdata.import_csv(
            window, self.sandbox, "participants", "\n".join(["code,name,kinds,dxp_id,tolerances", *rows])
        )
        for trade, changes in zip(self.trades, ({"copNo": None}, {}), strict=True):
            story.send(trade, "order", "payment", "waybill")
            story.send(trade, "inventory", **changes)

    def messages(self, trade: ImportTrade, code: str) -> list[etree._Element]:
        """The documents of receipts of a type about a trade, in his agent's mailbox."""
        box = trade.parties.agent.dxp_id
        with reading(self.window.engine) as connection:
            rows = [
                receipt
                for receipt in receipts.after(connection, self.sandbox, box, 0, 1000)
                if receipt.order_no == trade.id
            ]
            made = apply_tolerances(connection, self.sandbox, box, receipts.render(connection, rows))
        return [document for message in made if message.code == code for document in etree.fromstring(message.body)]


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory):
    yield from kept_open(window_in(tmp_path_factory.mktemp("window"), synchronous="OFF"))


def text(document: etree._Element, name: str) -> str | None:
    return document.findtext(f".//{CEB}{name}")


def test_without_a_wish_the_ports_number_stands_in_for_the_senders(window):
    wishes = Wishes(window)
    for message in wishes.messages(wishes.trades[0], "622"):
        assert text(message, "copNo") == text(message, "preNo")


def test_a_list_that_came_without_its_senders_number_is_answered_without_it(window):
    wishes = Wishes(window, EMPTY_COP_NO)
    without, with_one = wishes.trades
    answered = wishes.messages(without, "622")
    assert len(answered) == 3 and [text(message, "copNo") for message in answered] == [None] * 3
    assert all(text(message, "preNo") for message in answered)
    own = with_one.document("inventory").head["copNo"]
    assert [text(message, "copNo") for message in wishes.messages(with_one, "622")] == [own] * 3


def test_a_bill_is_as_its_schema_says_for_who_wishes_it(window):
    wishes = Wishes(window, TAX_BILL_BY_SCHEMA)
    for trade in wishes.trades:
        (bill,) = wishes.messages(trade, "816")
        assert (text(bill, "orderNo"), text(bill, "logisticsNo")) == (None, None)
        assert not schema_pool.errors(bill.getparent(), "816")


def test_each_bill_comes_alone_in_its_message(window):
    wishes = Wishes(window)
    box = wishes.trades[0].parties.agent.dxp_id
    with reading(window.engine) as connection:
        rows = [row for row in receipts.after(connection, wishes.sandbox, box, 0, 1000) if row.code == "816"]
        assert rows and [message.count for message in receipts.render(connection, rows * 2)] == [1] * 2 * len(rows)
        before = [row._replace(making=row.making._replace(form=2)) for row in rows * 2]
        assert [message.count for message in receipts.render(connection, before)] == [2 * len(rows)]


def test_a_bill_that_an_earlier_program_gave_names_its_order_only_where_that_was_wished(window):
    for wishes, named in ((Wishes(window), False), (Wishes(window, TAX_BILL_ORDER_NO), True)):
        box = wishes.trades[0].parties.agent.dxp_id
        with reading(window.engine) as connection:
            rows = [row for row in receipts.after(connection, wishes.sandbox, box, 0, 1000) if row.code == "816"]
            old = receipts.render(connection, [row._replace(making=row.making._replace(form=2)) for row in rows])
            bodies = [message.body for message in apply_tolerances(connection, wishes.sandbox, box, old)]
        assert bodies and all((b"<orderNo>" in body) is named for body in bodies)


def test_a_bill_names_order_and_waybill_after_the_customs_office(window):
    wishes = Wishes(window)
    for trade in wishes.trades:
        (bill,) = wishes.messages(trade, "816")
        head = trade.document("inventory").head
        names = [etree.QName(row).localname for row in bill[0]]
        place = names.index("customsCode")
        assert names[place + 1 :] == ["orderNo", "logisticsNo"]
        assert (text(bill, "orderNo"), text(bill, "logisticsNo")) == (head["orderNo"], head["logisticsNo"])


def test_a_list_that_failed_its_check_is_answered_without_its_numbers(window):
    wishes = Wishes(window, BARE_REFUSALS)
    failed, sound = wishes.story.trade(2), wishes.trades[1]
    wishes.story.send(failed, "inventory", netWeight="9999")
    answers = {text(message, "returnStatus"): message for message in wishes.messages(failed, "622")}
    assert (text(answers["-621001"], "copNo"), text(answers["-621001"], "preNo")) == (None, None)
    assert all(text(message, "preNo") for message in wishes.messages(sound, "622"))


def test_receipts_come_in_the_envelope_of_the_transport_platform(window):
    wishes = Wishes(window, DXP_ENVELOPE, TAX_BILL_BY_SCHEMA)
    trade = wishes.trades[0]
    box = trade.parties.agent.dxp_id
    with reading(window.engine) as connection:
        strict = receipts.render(connection, receipts.after(connection, wishes.sandbox, box, 0, 1000))
        first, again = (apply_tolerances(connection, wishes.sandbox, box, strict) for _ in range(2))
    assert len(first) == len(strict) and first == again
    for inside, message in zip(strict, first, strict=True):
        envelope = unwrap(etree.fromstring(message.body))
        assert envelope.data == inside.body and envelope.receiver_ids == (box,)
        assert envelope.message_type == f"CEB{inside.code}Message" and envelope.created.startswith("2026-11-2")
    assert len({unwrap(etree.fromstring(rendered.body)).cop_msg_id for rendered in first}) == len(first)


def by_folder(wishes: Wishes, box: str, folder: Path) -> str:
    (folder / box).mkdir()
    Outbox(wishes.window.engine, wishes.sandbox, folder / box).deliver()
    return "".join(path.read_text("utf-8") for path in (folder / box).glob("*.xml"))


def by_command(wishes: Wishes, box: str, _: Path) -> str:
    return run_command(
        "receipts", "--mailbox", box, "--xml", "--sandbox", wishes.sandbox, "--data", wishes.window.settings.data
    ).output


def by_polling(wishes: Wishes, box: str, _: Path) -> str:
    browser = create_app(wishes.window, admission=AdmissionQueue(wishes.window)).test_client()
    path = f"/api/v1/receipts?mailbox={box}&after=0"
    rows = browser.get(path, headers={"X-Sandbox": wishes.sandbox}).get_json()["receipts"]
    first = browser.get(f"{path}&format=xml", headers={"X-Sandbox": wishes.sandbox})
    assert "<copNo>" not in first.text.split("<preNo>")[0] and "<preNo>" in first.text
    return "".join(receipt["xml"] for receipt in rows)


@pytest.fixture(scope="module")
def both(window):
    return Wishes(window, EMPTY_COP_NO, TAX_BILL_ORDER_NO)


@pytest.mark.parametrize("way", [by_folder, by_command, by_polling])
def test_every_way_to_a_mailbox_gives_what_its_owner_wishes(
    both: Wishes, way: Callable[[Wishes, str, Path], str], tmp_path: Path
) -> None:
    trade = both.trades[0]
    output = way(both, trade.parties.agent.dxp_id, tmp_path)
    assert f"<orderNo>{trade.id}</orderNo><logisticsNo>" in output
    assert "</agentCode><preNo>" in output


def test_the_tolerated_forms_are_indeed_none_that_the_schema_takes(both):
    trade = both.trades[0]
    with reading(both.window.engine) as connection:
        box = trade.parties.agent.dxp_id
        strict = receipts.render(connection, receipts.after(connection, both.sandbox, box, 0, 1000))
        changed = apply_tolerances(connection, both.sandbox, box, strict)
    for before, after in zip(strict, changed, strict=True):
        assert not read(open_message(before.body)).findings
        assert bool(read(open_message(after.body)).findings) == (before.body != after.body)


def test_a_message_with_two_equal_transfers_is_taken_from_who_wished_it_and_explained_to_others(window):
    """Read once at admission and, after a restart, once more from the archive: both times the copy is dropped."""
    body = (SAMPLES / "CEB303Message.xml").read_bytes()
    start, end = body.index(b"<ceb:BaseTransfer>"), body.index(b"</ceb:BaseTransfer>") + len(b"</ceb:BaseTransfer>")
    doubled = body[:end] + body[start:end] + body[end:]
    for name, chosen in (("plain", ""), ("doubled", REPEATED_BASE_TRANSFER)):
        StoryRunner(window, name)
        row = f"3702960001,青岛示例跨境平台有限公司,platform,DXPENT0000000001,{chosen}"
        masterdata.import_csv(window, name, "participants", f"code,name,kinds,dxp_id,tolerances\n{row}")
        read = window.read(name, doubled)
        window.commit_messages(name, "process", [read])
        assert [finding.code for finding in read.findings] == ([] if chosen else ["transfer-repeated"])
        assert [remark.code for remark in read.remarks] == (["transfer-dropped"] if chosen else [])
        assert len(read.documents) == bool(chosen)


def test_a_message_read_again_from_the_archive_is_read_as_tolerantly(tmp_path):
    body = (SAMPLES / "CEB311Message.xml").read_bytes()
    start, end = body.index(b"<ceb:BaseTransfer>"), body.index(b"</ceb:BaseTransfer>") + len(b"</ceb:BaseTransfer>")
    doubled = body[:end] + body[start:end] + body[end:]
    settings = Settings(data=tmp_path, synchronous="OFF", readers=0)
    window = open_window(settings)
    StoryRunner(window, "again")
    row = f"3702960001,青岛示例跨境平台有限公司,platform,DXPENT0000000001,{REPEATED_BASE_TRANSFER}"
    masterdata.import_csv(window, "again", "participants", f"code,name,kinds,dxp_id,tolerances\n{row}")
    window.commit_messages("again", "process", [window.read("again", doubled)])
    window.close()
    window = open_window(settings)
    try:
        window.settle()
        rows = read_by(window.engine, receipts.after, "again", "DXPENT0000000001", 0, 10)
        assert [(receipt.code, receipt.return_status) for receipt in rows] == [("312", "2")]
    finally:
        window.close()
