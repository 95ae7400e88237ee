"""What integrators struggle with, provoked: the window names the field or the cause, and the way out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from schemas import catalogue, parsing
from schemas.envelope import IMPORT_NODE, Envelope, wrap
from schemas.signature.algorithms import DSIG, Key
from schemas.signature.checking import check_message
from schemas.signature.signing import Signer, sign
from single_window.intake.validated import Against
from single_window.master_data import certificates
from tests.commands import run_command
from tests.specifications_of import specification
from tests.stories.story import KINDS, StoryRunner
from tests.validations import validation_of, validations_of

CASES = specification("troubles.toml")["case"]


def findings(story: StoryRunner, body: bytes) -> list[dict[str, Any]]:
    return list(validation_of(story, body, Against.STORED)["findings"])


def changed(story: StoryRunner, case: dict[str, Any]) -> bytes:
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
def story(start_story_once) -> StoryRunner:
    story = start_story_once()
    story.send(story.trade(), "order", "payment", "waybill")
    return story


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_findings_are_as_the_table_says(story: StoryRunner, case: dict[str, Any]) -> None:
    expected = case["finding"]
    matching = [finding for finding in findings(story, changed(story, case)) if finding["code"] == expected["code"]]
    assert matching, findings(story, changed(story, case))
    first = matching[0]
    assert first["path"].endswith(f"/{expected['path']}")
    assert expected.get("expected", first["expected"]) == first["expected"]
    assert expected["remedy"] in first["remedy_en"] and first["remedy_zh"]
    assert first["line"] and first["warning"] is expected.get("warning", False)


@pytest.mark.parametrize("kind", ["order", "inventory"])
def test_an_app_type_that_does_not_exist_is_one_finding(story: StoryRunner, kind: str) -> None:
    body = _replaced(story.message(story.trade(7), kind).decode(), "<ceb:appType>[^<]*", "<ceb:appType>9")
    codes = [row["code"] for row in findings(story, body.encode()) if not row["warning"]]
    assert codes == [f"{catalogue.by_kind(kind).invalid}/15003"]


def test_a_sound_trade_has_none_of_these_habits(story: StoryRunner) -> None:
    for kind in KINDS:
        told_of = [finding["code"] for finding in findings(story, story.message(story.trade(), kind))]
        assert not [code for code in told_of if code.startswith("habit-")]


def test_an_envelope_of_another_node_is_reported_with_both_values(story: StoryRunner) -> None:
    body = story.message(story.trade(1), "order")
    enveloped = wrap(Envelope("E1", "DXPENT0000009999", (IMPORT_NODE,), "2026-11-20T12:00:00", "CEB311Message", body))
    (finding,) = [row for row in findings(story, enveloped) if row["code"] == "-301008/15001"]
    assert "订单客户端协议发送方的senderId与传输节点dxpId信息不一致" in finding["zh"]
    assert (
        finding["found"] == "DXPENT0000009999" and finding["expected"] == story.trade(1).parties.sender("order").dxp_id
    )
    assert "SenderId" in finding["remedy_en"] and "BaseTransfer" in finding["remedy_en"]


@pytest.mark.parametrize(("root", "code"), [("CEB214Message", "a-receipt"), ("SzcportTransfer", "unknown-root")])
def test_a_root_that_nobody_sends_is_reported_by_name(story: StoryRunner, root: str, code: str) -> None:
    (finding,) = findings(story, f'<{root} xmlns="http://www.chinaport.gov.cn/ceb"/>'.encode())
    assert (finding["code"], finding["found"]) == (code, root) and finding["remedy_en"] and finding["remedy_zh"]


def test_a_code_that_no_document_lists_is_explained() -> None:
    for code in ("-301020", "-621049"):
        result = run_command("rules", "show", "--", code)
        assert result.exit_code == 0 and "→" in result.output and "Signature" in result.output


def test_a_new_card_under_an_old_algorithm_is_reported(start_story) -> None:
    story = start_story(signatures="require")
    card = certificates.issue(story.window, story.sandbox, story.trade().parties.sender("inventory").code, Key.SM2)
    body = sign(parsing.parse(story.message(story.trade(), "inventory")), Signer(card.key, card.certificate)).decode()
    old = re.sub(r'(SignatureMethod Algorithm=")[^"]*', rf"\1{DSIG}rsa-sha1", body)
    story.submit(old.encode())
    (receipt,) = story.receipts(story.trade())
    assert (receipt.return_status, receipt.rule) == ("-621049", "-621049/17607")
    assert "signature-key-kind" in [
        finding.code for finding in check_message(parsing.parse(old.encode()), old.encode()).findings
    ]


def test_backslashes_that_were_signed_too_are_reported(start_story) -> None:
    story = start_story(signatures="require")
    card = certificates.issue(story.window, story.sandbox, story.trade().parties.sender("inventory").code, Key.RSA)
    body = sign(parsing.parse(story.message(story.trade(), "inventory")), Signer(card.key, card.certificate))
    left = re.sub(rb"(<ceb:gname>)", rb'\1\\"', body, count=1)
    (finding,) = [
        found for found in check_message(parsing.parse(left), left).findings if found.code == "signature-digest"
    ]
    assert '\\"' in finding.remedy_en


def test_a_refusal_of_a_repeated_list_leaves_the_release_as_it_was(story: StoryRunner) -> None:
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
    story: StoryRunner, code: str, kind: str, head: dict[str, str], kinds: set[str]
) -> None:
    trade = story.trade(2)
    bodies = [story.message(trade, name, **(head if name == kind else {})) for name in KINDS]
    listed = validations_of(story, *bodies)[-1]
    (finding,) = [row for row in listed["findings"] if row["code"] == code]
    assert {field["kind"] for field in finding["fields"]} == kinds and finding["remedy_zh"] and finding["remedy_en"]
    assert all(field["line"] for field in finding["fields"])


def test_a_code_that_no_table_has_is_shown_as_unknown(story: StoryRunner) -> None:
    body = changed(story, {"kind": "inventory", "element": {"country": "998", "customsCode": "4299"}})
    codes = validation_of(story, body)["documents"][0]["codes"]
    known = {code["field"]: code["known"] for code in codes if code["line"] is None}
    assert known["country"] is False and known["customs_code"] is False and known["trade_mode"] is True
