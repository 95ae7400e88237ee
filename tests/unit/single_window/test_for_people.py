"""Reasons, elements and codes as people read them, and texts that would be turned round."""

from __future__ import annotations

from single_window.language import for_people
from tests.tables import each


@each(
    ("text", "zh", "en"),
    [
        ("[Code:1300;Desc:人工退单，[x] y]", "人工退单，[x] y (1300)", "人工退单，[x] y (1300)"),
        ("[Code:17227;Desc:d],[gnum:1,unit:025]", "d (17227),[商品序号 1,计量单位 025 双]", None),
        ("[Code:1;Desc:d],[InventoryHead.orderNo:A]", None, "d (1),[order number of the Import list A]"),
        ("[Code:1;Desc:d],[nothingKnown:A]", "d (1),[nothingKnown A]", "d (1),[nothingKnown A]"),
        ("report [agent: A, copNo: B] exists", None, "report [agent A, company's own number B] exists"),
        ("plain", "plain", "plain"),
        ("", "", ""),
    ],
)
def test_a_reason_is_read_without_the_form_of_receipts(text: str, zh: str | None, en: str | None) -> None:
    assert zh is None or for_people.reason(text, "zh") == zh
    assert en is None or for_people.reason(text, "en") == en


@each(
    ("text", "language", "told"),
    [
        (
            "must carry a rate [goods code: 95, exported: 2026-11-02]",
            "en",
            "must carry a rate: goods code 95, exported 2026-11-02",
        ),
        (
            "货物须有出口退税率[商品编码:95,出口日:2026-11-02]",
            "zh",
            "货物须有出口退税率：商品编码 95，出口日 2026-11-02",
        ),
        ("cancelled: taxed here [goods code: 95]", "en", "cancelled: taxed here; goods code 95"),
        ("已取消：征税[商品编码:95]", "zh", "已取消：征税；商品编码 95"),
        ("goods came back: item [4227], 3 in all", "en", "goods came back: item 4227, 3 in all"),
        (
            "[Code:14204;Desc:too short],[guarantor: 37, available: 0.01]",
            "en",
            "too short (14204): guarantor 37, available 0.01",
        ),
        (
            "in its time [2026-12-01 to 2027-04-30, claimed: 2026-12-12]",
            "en",
            "in its time: 2026-12-01 to 2027-04-30, claimed 2026-12-12",
        ),
        ("released, batch [B1]", "en", "released, batch B1"),
        ("read [at: 12:30:00]", "en", "read: at 12:30:00"),
        ("plain", "en", "plain"),
    ],
)
def test_a_reason_is_told_as_a_sentence(text: str, language: str, told: str) -> None:
    assert for_people.spoken(text, language) == told


@each("typed", ["see [page: 3], [x]", "[a]", "[gnum:1]", "单[附件：2]。"])
def test_what_a_person_typed_within_a_reason_stays_as_it_is(typed: str) -> None:
    text = f"[Code:29502;Desc:released: {typed}],[at: 3]"
    assert for_people.spoken(text, "en", typed) == f"released: {typed} (29502); at 3"


@each(
    ("name", "text", "expected"),
    [
        ("unit", "025", "025 双"),
        ("currency", "116", "116 日本元"),
        ("country", "142", "142 中国"),
        ("unit", "999", "999"),
        ("gname", "025", "025"),
    ],
)
def test_a_code_is_shown_with_its_meaning(name: str, text: str, expected: str) -> None:
    assert for_people.value(name, text, "zh") == expected


def test_a_name_cannot_be_turned_round() -> None:
    assert for_people.straight("张\u202e三\u2066") == "张[U+202E]三[U+2066]"
    assert for_people.straight("张三 🚢") == "张三 🚢"


@each(
    ("text", "told"),
    [
        ("let it be taken by 20261126010000", "let it be taken by 2026-11-26 01:00"),
        ("请于20261126010000前抽样", "请于2026-11-26 01:00前抽样"),
        ("order 202611260100009", "order 202611260100009"),
        ("list D20261126010000", "list D20261126010000"),
        ("waybill 20269926010000", "waybill 20269926010000"),
        ("plain", "plain"),
    ],
)
def test_times_of_receipts_are_read_as_pages_write_them(text: str, told: str) -> None:
    assert for_people.with_times(text) == told
