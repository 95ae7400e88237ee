"""Identity numbers as pages show them, in fields, reasons, findings and in the text of messages, whole or broken."""

from __future__ import annotations

from schemas.findings import Finding
from single_window.frame.pages import masking
from single_window.language.phrases import Because
from single_window.language.words import Words
from tests.tables import each

NUMBER, SHORT = "370202199001011234", "3702****1234"


@each(
    ("number", "shown"),
    [
        (NUMBER, SHORT),
        ("123456789", "1234****6789"),
        ("12345678", "****"),
        ("", "****"),
    ],
)
def test_the_ends_of_a_number_are_shown_where_enough_is_hidden(number: str, shown: str) -> None:
    assert masking.mask_number(number) == shown


@each(
    ("text", "shown"),
    [
        (f"号码{NUMBER}，见", f"号码{SHORT}，见"),
        ("37020219900101123X", "3702****123X"),
        ("370202199013011234", "370202199013011234"),
        (f"A{NUMBER}", f"A{NUMBER}"),
        (f"{NUMBER}5", f"{NUMBER}5"),
    ],
)
def test_in_a_text_numbers_of_resident_cards_are_masked_and_others_are_not(text: str, shown: str) -> None:
    assert masking.mask_text(text) == shown


@each(
    ("text", "shown"),
    [
        (f"<buyerIdNumber>{NUMBER}</buyerIdNumber>", f"<buyerIdNumber>{SHORT}</buyerIdNumber>"),
        (
            "<ceb:payerIdNumber a='b'\n> G123456789 </ceb:payerIdNumber>",
            "<ceb:payerIdNumber a='b'\n>G123****6789</ceb:payerIdNumber>",
        ),
        ("<buyerIdNumber><![CDATA[G12<3456789]]></buyerIdNumber>", "<buyerIdNumber><![C****9]]></buyerIdNumber>"),
        ("<buyerIdNumber>G12<!-- x -->3456789</buyerIdNumber>", "<buyerIdNumber>G12<****6789</buyerIdNumber>"),
        ("<buyerIdNumber>G123456789", "<buyerIdNumber>G123****6789"),
        ("<buyerIdNumber><![CDATA[G123456789", "<buyerIdNumber><![C****6789"),
        (f"<!-- {NUMBER} -->", f"<!-- {SHORT} -->"),
        ("<buyerIdNumber/><copNo>G123456789</copNo>", "<buyerIdNumber/><copNo>G123456789</copNo>"),
        ("<Data>PD94bWwgdmVyc2lvbj0i</Data>", "<Data>…</Data>"),
    ],
)
def test_in_a_message_they_are_masked_however_it_is_written(text: str, shown: str) -> None:
    assert masking.mask_xml(text) == shown


@each(
    ("rule", "message", "shown"),
    [
        ("14103", "inventory G12345678901, order G12345678902", "inventory G123****8901, order G123****8902"),
        ("14201", f"found {NUMBER}", f"found {SHORT}"),
        ("14105", f"inventory D12345678901, order {NUMBER}", f"inventory D12345678901, order {SHORT}"),
    ],
)
def test_in_the_values_of_a_reason_they_are_masked(rule: str, message: str, shown: str) -> None:
    assert masking.mask_reason(Because(rule, Words("", ""), message, "", "", "", ()), "en") == shown


@each(
    ("path", "shown"),
    [
        ("/CEB621Message/Inventory/buyerIdNumber", "G123****8901 is no number"),
        ("/CEB621Message/Inventory[2]/ceb:buyerIdNumber[1]", "G123****8901 is no number"),
        ("/CEB621Message/Inventory/copNo", "G12345678901 is no number"),
    ],
)
def test_in_a_finding_about_one_it_is_masked(path: str, shown: str) -> None:
    finding = Finding("x", "", "G12345678901 is no number", path=path, found="G12345678901")
    assert masking.mask_finding(finding, finding.en) == shown
