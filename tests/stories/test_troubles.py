"""What integrators struggle with, provoked: the window names the field or the cause, and the way out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner

from schemas import parsing
from schemas.envelope import IMPORT_RECEIVER, Envelope, wrap
from schemas.signature.algorithms import DSIG, Key
from schemas.signature.checking import check_message
from schemas.signature.signing import Signer, sign
from single_window.cli import main
from single_window.intake.validation import Against, validate, validate_all
from single_window.master_data import certificates
from tests.specifications_of import specification
from tests.stories.telling import KINDS, Teller

CASES = specification("troubles.toml")["case"]


def findings(story: Teller, body: bytes) -> list[dict[str, Any]]:
    told = validate(story.window, story.sandbox, body, against=Against.STORED).plain()["findings"]
    return list(told)


def changed(story: Teller, case: dict[str, Any]) -> bytes:
    text = story.message(story.trade(), case["kind"]).decode()
    for name, value in case.get("element", {}).items():
        text = _replaced(text, f"<ceb:{name}>[^<]*", f"<ceb:{name}>{value}")
    for name, other in case.get("same", {}).items():
        (value,) = re.findall(f"<ceb:{other}>([^<]*)", text)
        text = _replaced(text, f"<ceb:{name}>[^<]*", f"<ceb:{name}>{value}")
    if "replace" in case:
        text = _replaced(text, *case["replace"])
    return text.encode()


def _replaced(text: str, old: str, new: str) -> str:
    text, count = re.subn(old, new, text, count=1)
    assert count, f"nothing like {old}"
    return text


@pytest.fixture(scope="module")
def told(tell_once) -> Teller:
    story = tell_once()
    story.send(story.trade(), "order", "payment", "waybill")
    return story


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_told(told: Teller, case: dict[str, Any]) -> None:
    expected = case["finding"]
    found = [one for one in findings(told, changed(told, case)) if one["code"] == expected["code"]]
    assert found, findings(told, changed(told, case))
    first = found[0]
    assert first["path"].endswith(f"/{expected['path']}")
    assert expected.get("expected", first["expected"]) == first["expected"]
    assert expected["remedy"] in first["remedy_en"] and first["remedy_zh"]
    assert first["line"] and first["warning"] is expected.get("warning", False)


def test_a_sound_trade_has_none_of_these_habits(told: Teller) -> None:
    for kind in KINDS:
        told_of = [one["code"] for one in findings(told, told.message(told.trade(), kind))]
        assert not [code for code in told_of if code.startswith("habit-")]


def test_an_envelope_of_another_node_is_told_with_both_values(told: Teller) -> None:
    body = told.message(told.trade(1), "order")
    enveloped = wrap(
        Envelope("E1", "DXPENT0000009999", (IMPORT_RECEIVER,), "2026-11-20T12:00:00", "CEB311Message", body)
    )
    (one,) = [each for each in findings(told, enveloped) if each["code"] == "-301008/15001"]
    assert "订单客户端协议发送方的senderId与传输节点dxpId信息不一致" in one["zh"]
    assert one["found"] == "DXPENT0000009999" and one["expected"] == told.trade(1).parties.sender("order").dxp_id
    assert "SenderId" in one["remedy_en"] and "BaseTransfer" in one["remedy_en"]


@pytest.mark.parametrize(("root", "code"), [("CEB214Message", "a-receipt"), ("SzcportTransfer", "unknown-root")])
def test_a_root_that_nobody_sends_is_told_by_name(told: Teller, root: str, code: str) -> None:
    (one,) = findings(told, f'<{root} xmlns="http://www.chinaport.gov.cn/ceb"/>'.encode())
    assert (one["code"], one["found"]) == (code, root) and one["remedy_en"] and one["remedy_zh"]


def test_a_code_that_no_document_lists_is_explained() -> None:
    for code in ("-301020", "-621049"):
        result = CliRunner().invoke(main, ["rules", "show", "--", code])
        assert result.exit_code == 0 and "→" in result.output and "Signature" in result.output


def test_a_new_card_under_an_old_algorithm_is_told(tell) -> None:
    story = tell(signatures="require")
    card = certificates.issue(story.window, story.sandbox, story.trade().parties.sender("inventory").code, Key.SM2)
    body = sign(parsing.parse(story.message(story.trade(), "inventory")), Signer(card.key, card.certificate)).decode()
    old = re.sub(r'(SignatureMethod Algorithm=")[^"]*', rf"\1{DSIG}rsa-sha1", body)
    story.say(old.encode())
    (receipt,) = story.receipts(story.trade())
    assert (receipt.return_status, receipt.rule) == ("-621049", "-621049/17607")
    assert "signature-key-kind" in [
        one.code for one in check_message(parsing.parse(old.encode()), old.encode()).findings
    ]


def test_backslashes_that_were_signed_too_are_told(tell) -> None:
    story = tell(signatures="require")
    card = certificates.issue(story.window, story.sandbox, story.trade().parties.sender("inventory").code, Key.RSA)
    body = sign(parsing.parse(story.message(story.trade(), "inventory")), Signer(card.key, card.certificate))
    left = re.sub(rb"(<ceb:gname>)", rb'\1\\"', body, count=1)
    (one,) = [each for each in check_message(parsing.parse(left), left).findings if each.code == "signature-digest"]
    assert '\\"' in one.remedy_en


def test_a_refusal_of_a_repeated_list_leaves_the_release_as_it_was(story: Teller) -> None:
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    assert story.statuses(trade)[-1] == "-621041" and "800" in story.statuses(trade)
    assert story.state(trade) == "released"


DISAGREEMENTS = [
    # code, document that is changed, its head, the kinds that the finding names
    ("1327", "payment", {"payerName": "他人甲"}, {"order", "payment"}),
    ("13127", "inventory", {"buyerName": "他人甲"}, {"inventory", "order"}),
    ("130126", "inventory", {"buyerTelephone": "13900000000"}, {"inventory", "order"}),
    ("1332", "payment", {"amountPaid": "1.00"}, {"order", "payment"}),
    ("13035", "order", {"payCode": "3702960003"}, {"order", "payment"}),
]


@pytest.mark.parametrize(("code", "kind", "head", "kinds"), DISAGREEMENTS, ids=[row[0] for row in DISAGREEMENTS])
def test_each_disagreement_names_both_documents_and_a_remedy(
    told: Teller, code: str, kind: str, head: dict[str, str], kinds: set[str]
) -> None:
    trade = told.trade(2)
    bodies = [told.message(trade, one, **(head if one == kind else {})) for one in KINDS]
    listed = validate_all(told.window, told.sandbox, bodies)[-1].plain()
    (one,) = [each for each in listed["findings"] if each["code"] == code]
    assert {field["kind"] for field in one["fields"]} == kinds and one["remedy_zh"] and one["remedy_en"]
    assert all(field["line"] for field in one["fields"])


def test_a_code_that_no_table_has_is_shown_as_unknown(told: Teller) -> None:
    body = changed(told, {"kind": "inventory", "element": {"country": "998", "customsCode": "4299"}})
    codes = validate(told.window, told.sandbox, body).plain()["documents"][0]["codes"]
    known = {one["field"]: one["known"] for one in codes if one["line"] is None}
    assert known["country"] is False and known["customs_code"] is False and known["trade_mode"] is True
