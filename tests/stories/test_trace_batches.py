"""Merchants register trace batches: of lots of an account book, or of item numbers; codes are issued and looked up."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from declarations.money import SCALE, amount_text
from declarations.traceability.codes import is_trace_code
from single_window.cases.trace_batches.queries import TRACE_BATCH_CASES
from single_window.store import trace_codes
from single_window.store.agency_tables.traceability import trace_batch, trace_code
from single_window.store.engine import writing
from tests.stories.story import StoryRunner
from tests.stories.tracing import AGENT, GTIN, answer, bonded_food, book_item
from tests.tables import each

OF_NO_BOOK = {
    "copNo": "TB1",
    "goodsKind": "G",
    "gtin": GTIN,
    "itemNo": "SKU1",
    "gname": "积木",
    "lot": "L1",
    "origin": "410",
    "producedDay": "20261001",
    "expiryDay": "20281001",
    "qty": "10",
    "unit": "011",
}


@pytest.fixture
def merchant(story: StoryRunner):
    return bonded_food(story).parties.merchant


def of_book(story: StoryRunner, **changes: str) -> dict[str, str]:
    """A batch of an item of the book that is food."""
    item = book_item(story, bonded_food(story))
    named = {"emsNo": item.ems_no, "itemRecordNo": item.item_record_no, "unit": item.unit, "goodsKind": "F"}
    return {**OF_NO_BOOK, **named, "recallAgent": AGENT, **changes}


def test_a_batch_of_a_lot_gets_its_code_and_one_for_each_item(story: StoryRunner, merchant) -> None:
    told = answer(story, merchant, "TraceBatch", {**of_book(story), "ebcCode": merchant.code, "serials": "Y"})
    assert (told.return_status, told.rule) == ("120", "24001")
    assert (told.fields["codes"], told.fields["precision"]) == ("10", "lot")
    lot_code = told.fields["traceCode"]
    codes = [row.code for row in story.rows(select(trace_code.c.code).order_by(trace_code.c.serial))]
    assert codes[0] == lot_code and len(set(codes)) == 11 and all(map(is_trace_code, codes))
    assert [code[:5] for code in codes] == ["QD26B", *["QD26S"] * 10]
    shown, item = story.read(TRACE_BATCH_CASES.show, lot_code), book_item(story, bonded_food(story))
    assert (shown.lot, shown.qty, shown.state, shown.item_record_no) == (
        "L1",
        "10.00",
        "registered",
        item.item_record_no,
    )
    assert [line.event for line in shown.history] == ["trace_batch_registered"]


def test_codes_that_follow_each_other_are_not_next_to_each_other(story: StoryRunner, merchant) -> None:
    answer(story, merchant, "TraceBatch", {**OF_NO_BOOK, "ebcCode": merchant.code, "qty": "500", "serials": "Y"})
    codes = [row.code for row in story.rows(select(trace_code.c.code).order_by(trace_code.c.serial))]
    assert len({code[5:9] for code in codes}) > 490, "the first characters differ, too"


def test_a_batch_of_no_book_is_found_by_item_number_and_days(story: StoryRunner, merchant) -> None:
    told = answer(story, merchant, "TraceBatch", {**OF_NO_BOOK, "ebcCode": merchant.code})
    assert (told.return_status, told.fields["codes"], told.fields["precision"]) == ("120", "0", "sku+days")


def test_two_lots_that_share_an_item_of_a_book_are_traced_less_precisely(story: StoryRunner, merchant) -> None:
    for number, lot in enumerate(("L1", "L2")):
        changes = {"copNo": f"TB{number}", "lot": lot, "ebcCode": merchant.code}
        assert answer(story, merchant, "TraceBatch", of_book(story, **changes)).return_status == "120"
    assert {row.precision for row in story.rows(select(trace_batch.c.precision))} == {"sku+days"}


def test_a_code_is_counted_when_it_is_looked_up(story: StoryRunner, merchant) -> None:
    told = answer(story, merchant, "TraceBatch", {**OF_NO_BOOK, "ebcCode": merchant.code})
    code, found = told.fields["traceCode"], []
    for now in (1_000, 2_000):
        with writing(story.window.engine) as connection:
            found.append(trace_codes.look_up_code(connection, story.sandbox, code, now))
    assert [(looked.looked_up, looked.first_looked_up) for looked in found] == [(1, 1_000), (2, 1_000)]
    assert found[0].batch.lot == "L1"
    (batch,) = story.read(trace_codes.batches_with, GTIN, "L1")
    assert batch.batch_no == code


NOT_ISSUED = {"issued by nobody": "QD26B00000123S", "no check character": "QD26B00000123T", "none at all": "' OR 1"}


@each("text", NOT_ISSUED.values(), NOT_ISSUED)
def test_what_was_not_issued_is_not_found(story: StoryRunner, merchant, text: str) -> None:
    answer(story, merchant, "TraceBatch", {**OF_NO_BOOK, "ebcCode": merchant.code})
    assert story.read(trace_codes.find_code, text) is None
    assert story.read(trace_codes.look_up_code, text, 1) is None


REFUSED = {
    "a wrong check digit": ({"gtin": "09520123456789"}, "24101"),
    "more than the book has": ({"qty": "1000000000"}, "24102"),
    "nothing": ({"qty": "0"}, "24102"),
    "food without a firm that recalls": ({"recallAgent": ""}, "24104"),
    "a firm with a wrong check character": ({"recallAgent": AGENT[:-1] + ("0" if AGENT[-1] != "0" else "1")}, "24104"),
    "food by the code of the book": ({"goodsKind": "G", "recallAgent": ""}, "24104"),
    "half an item with a code": ({"qty": "1.5", "serials": "Y"}, "24105"),
    "too many items with codes": ({"qty": "10001", "serials": "Y"}, "24105"),
    "no such item of the book": ({"itemRecordNo": "999999"}, "24106"),
    "another unit than the book": ({"unit": "999"}, "24106"),
    "no number of the goods": ({"itemNo": "", "emsNo": "", "itemRecordNo": ""}, "24107"),
    "made tomorrow": ({"producedDay": "20261121"}, "24109"),
    "ended before it was made": ({"expiryDay": "20260930"}, "24109"),
    "no day": ({"producedDay": "20260231"}, "24109"),
}


@each("case", REFUSED)
def test_a_batch_is_refused(story: StoryRunner, merchant, case: str) -> None:
    changes, code = REFUSED[case]
    head = of_book(story, ebcCode=merchant.code, copNo=f"T{list(REFUSED).index(case)}", **changes)
    head = {name: text for name, text in head.items() if text}
    told = answer(story, merchant, "TraceBatch", head)
    assert (told.return_status, told.rule) == ("100", code)
    assert story.rows(select(func.count()).select_from(trace_code))[0][0] == 0


def test_a_lot_has_one_pair_of_dates(story: StoryRunner, merchant) -> None:
    first = {**OF_NO_BOOK, "ebcCode": merchant.code}
    assert answer(story, merchant, "TraceBatch", first).return_status == "120"
    again = {**first, "copNo": "TB2", "gtin": "", "producedDay": "20261002"}
    told = answer(story, merchant, "TraceBatch", {name: text for name, text in again.items() if text})
    assert (told.return_status, told.rule, told.values["produced"]) == ("100", "24103", "20261001")


def test_what_is_left_of_a_book_is_what_no_batch_has(story: StoryRunner, merchant) -> None:
    filed = book_item(story, bonded_food(story)).filed
    whole = of_book(story, ebcCode=merchant.code, qty=amount_text(filed))
    assert answer(story, merchant, "TraceBatch", whole).return_status == "120"
    told = answer(story, merchant, "TraceBatch", {**whole, "copNo": "TB2", "qty": "1"})
    assert (told.return_status, told.rule, told.values["left"]) == ("100", "24102", "0.00")
    assert filed >= SCALE


def test_a_registered_batch_is_not_registered_again(story: StoryRunner, merchant) -> None:
    head = {**OF_NO_BOOK, "ebcCode": merchant.code}
    answer(story, merchant, "TraceBatch", head)
    told = answer(story, merchant, "TraceBatch", {**head, "appType": "2", "qty": "20"})
    assert (told.return_status, told.rule) == ("100", "24108")


def test_a_refused_batch_is_mended_by_a_later_version(story: StoryRunner, merchant) -> None:
    head = {**OF_NO_BOOK, "ebcCode": merchant.code}
    answer(story, merchant, "TraceBatch", {**head, "qty": "0"})
    assert answer(story, merchant, "TraceBatch", {**head, "appType": "2"}).return_status == "120"


def test_another_company_registers_no_batch_for_it(story: StoryRunner, merchant) -> None:
    stranger = merchant._replace(dxp_id="DXPENT0000000999")
    told = answer(story, stranger, "TraceBatch", {**OF_NO_BOOK, "ebcCode": merchant.code})
    assert (told.return_status, told.rule) == ("100", "24117")


def test_a_registered_batch_is_not_deleted(story: StoryRunner, merchant) -> None:
    head = {**OF_NO_BOOK, "ebcCode": merchant.code}
    answer(story, merchant, "TraceBatch", head)
    told = answer(story, merchant, "TraceBatch", {**head, "appType": "3"})
    assert told.return_status.startswith(("-", "100")), told
    assert len(story.rows(select(trace_batch.c.id))) == 1
