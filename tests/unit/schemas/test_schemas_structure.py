"""Every message has the documents, parts, tail and attributes that the table of messages says, in both editions."""

from __future__ import annotations

import pytest
from composing import SIGNATURE, SUBSCRIBE, TRANSFER, Composed, every, fields, messages, parts_of, xml

from schemas.catalogue import by_root
from schemas.message_types import EDITIONS
from schemas.parsing import parse
from schemas.schema_pool import errors
from tests.tables import each

EVERY = every()
BLOCKS = [(message, edition, block) for message, edition in EVERY for block in parts_of(message, edition)]
IMPORT_TAILS = [(message, edition) for message, edition in EVERY if messages()[message].get("tail") == "transfer"]
EXPORT_TAILS = [(message, edition) for message, edition in EVERY if messages()[message].get("tail") == "export"]
CEB_TAILS = IMPORT_TAILS + EXPORT_TAILS
BASE = xml("BaseTransfer", fields(TRANSFER))
SUBSCRIPTION = xml("BaseSubscribe", fields(SUBSCRIBE))
EXTENSION = (
    "<ExtendMessage><name>n</name><version>1</version><Message><x xmlns='urn:any'><y/></x></Message></ExtendMessage>"
)
EMPTY_EXTENSION = "<ExtendMessage><name></name><version></version><Message/></ExtendMessage>"


def accepted(composed: Composed) -> bool:
    """What the compiled schema says; reading counts documents before it."""
    return not errors(parse(composed.render()), by_root(composed.message).code, composed.edition)


@pytest.mark.long
@each(("message", "edition"), EVERY)
def test_a_message_holds_as_many_documents_as_it_may(message: str, edition: str) -> None:
    least, most = messages()[message]["documents"]
    assert not accepted(Composed(message, edition, documents=least - 1))
    if most:
        assert accepted(Composed(message, edition, documents=most))
        assert not accepted(Composed(message, edition, documents=most + 1))
    else:
        assert accepted(Composed(message, edition, documents=150))


@pytest.mark.long
@each(("message", "edition", "block"), BLOCKS)
def test_a_document_holds_as_many_of_each_part_as_it_may(message: str, edition: str, block: str) -> None:
    least, most = parts_of(message, edition)[block]
    assert accepted(Composed(message, edition, repeats={block: 0})) is (least == 0)
    if most:
        assert accepted(Composed(message, edition, repeats={block: most}))
        assert not accepted(Composed(message, edition, repeats={block: most + 1}))
    else:
        assert accepted(Composed(message, edition, repeats={block: 1500}))


@each(("message", "edition"), EVERY)
@each(
    ("attributes", "right"),
    [
        (f'guid="{"a" * 36}" version="1.0"', True),
        (f'guid="{"汉" * 36}" version="v1.0"', True),
        (f'guid="{"a" * 36}" version="1234567890"', True),
        (f'guid="{"a" * 35}" version="1.0"', False),
        (f'guid="{"a" * 37}" version="1.0"', False),
        (f'guid="{"a" * 36}" version=""', False),
        (f'guid="{"a" * 36}" version="12345678901"', False),
        (f'guid="{"a" * 36}"', False),
        ('version="1.0"', False),
        (f'guid="{"a" * 36}" version="1.0" sender="x"', False),
        (
            f'guid="{"a" * 36}" version="1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://www.chinaport.gov.cn/ceb none.xsd"',
            True,
        ),
    ],
)
def test_the_root_carries_guid_and_version(message: str, edition: str, attributes: str, right: bool) -> None:
    assert accepted(Composed(message, edition, attributes=attributes)) is right


def signature_of(message: str) -> list[str]:
    return [SIGNATURE] if messages()[message]["signature"] == "required" else []


@each(("message", "edition"), CEB_TAILS)
@each(
    ("tail", "right"),
    [
        ([BASE], True),
        ([], False),
        ([BASE, BASE], False),
        ([BASE, *[SUBSCRIPTION] * 5], True),
        ([BASE, *[SUBSCRIPTION] * 6], False),
        ([SUBSCRIPTION, BASE], False),
        ([BASE, SUBSCRIPTION, EXTENSION], True),
        ([BASE, EMPTY_EXTENSION], True),
        ([BASE, EXTENSION, EXTENSION], False),
        ([BASE, EXTENSION, SUBSCRIPTION], False),
    ],
)
def test_the_tail_is_transfer_subscriptions_and_extension(
    message: str, edition: str, tail: list[str], right: bool
) -> None:
    assert accepted(Composed(message, edition, tail=[*tail, *signature_of(message)])) is right


@each(("message", "edition"), EXPORT_TAILS)
@each(
    ("tail", "right"),
    [
        ([BASE, SIGNATURE], True),
        ([BASE, SIGNATURE, EXTENSION], True),
        ([BASE, *[SUBSCRIPTION] * 5, SIGNATURE, EXTENSION], True),
        ([BASE, EXTENSION, SIGNATURE], False),
        ([BASE, SIGNATURE, SUBSCRIPTION], False),
        ([SIGNATURE, BASE], False),
        ([BASE, SIGNATURE, SIGNATURE], False),
    ],
)
def test_the_signature_of_an_export_message_stands_before_its_extension(
    message: str, edition: str, tail: list[str], right: bool
) -> None:
    assert accepted(Composed(message, edition, tail=tail)) is right


@each(("message", "edition"), IMPORT_TAILS)
@each(
    ("tail", "right"),
    [
        ([BASE, SIGNATURE], True),
        ([BASE, EXTENSION, SIGNATURE], True),
        ([BASE, SIGNATURE, EXTENSION], False),
        ([SIGNATURE, BASE], False),
        ([BASE, SIGNATURE, SIGNATURE], False),
    ],
)
def test_a_signature_stands_last(message: str, edition: str, tail: list[str], right: bool) -> None:
    assert accepted(Composed(message, edition, tail=tail)) is right


@each(("message", "edition"), CEB_TAILS)
def test_a_signature_is_required_where_the_table_says_so(message: str, edition: str) -> None:
    required = messages()[message]["signature"] == "required"
    assert accepted(Composed(message, edition, tail=[BASE])) is not required
    assert by_root(message).signature is required


@each(("message", "edition"), [pair for pair in EVERY if "tail" not in messages()[pair[0]]])
def test_a_receipt_has_no_tail(message: str, edition: str) -> None:
    assert not accepted(Composed(message, edition, tail=[BASE]))
    assert not accepted(Composed(message, edition, tail=[SIGNATURE]))


INFO, VALUE = SIGNATURE.partition("<ds:SignatureValue>")[0], "<ds:SignatureValue>AAAA</ds:SignatureValue>"
KEY = (
    "<ds:KeyInfo><ds:KeyName>0178b6b7</ds:KeyName>"
    "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
)
END = "</ds:Signature>"


@each(
    ("signature", "right"),
    [
        (SIGNATURE, True),
        (INFO + VALUE + KEY + END, True),
        (INFO + VALUE + KEY + KEY + END, False),
        (INFO + KEY + VALUE + END, False),
        (INFO + END, False),
        (INFO + VALUE + "<ds:Object/>" + END, False),
        (INFO + VALUE + "<ds:KeyInfo/>" + END, False),
        (SIGNATURE.replace("<ds:SignedInfo>", '<ds:SignedInfo Id="a">'), False),
        (SIGNATURE.replace("<ds:SignatureValue>", '<ds:SignatureValue Id="a">'), False),
        ((INFO + VALUE + KEY + END).replace("<ds:KeyInfo>", '<ds:KeyInfo Id="a">'), False),
        (SIGNATURE.replace('Algorithm="a">', 'Algorithm="a"><ds:x/>'), False),
        (SIGNATURE.replace('"b"/>', '"b"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>'), False),
        (SIGNATURE.replace('<ds:DigestMethod Algorithm="c"/>', "<ds:DigestMethod/>"), False),
        (SIGNATURE.replace('Algorithm="a">', 'Algorithm="a">\n  '), True),
        (SIGNATURE.replace('"b"/>', '"b">\n  </ds:SignatureMethod>'), True),
        (SIGNATURE.replace('"c"/>', '"c">\n  </ds:DigestMethod>'), True),
        (SIGNATURE.replace('Algorithm="b"', 'Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"'), True),
    ],
)
def test_a_signature_is_the_narrowed_one_of_the_port(signature: str, right: bool) -> None:
    for edition in EDITIONS:
        assert accepted(Composed("CEB621Message", edition, tail=[BASE, signature])) is right


@each("edition", EDITIONS)
@each(
    ("field", "text", "right"),
    [
        ("copCode", "A" * 18, True),
        ("copCode", "A" * 19, False),
        ("copCode", "", False),
        ("copName", "名" * 100, True),
        ("copName", "名" * 101, False),
        ("copName", "", True),
        ("dxpMode", "DXP", True),
        ("dxpMode", "DX", False),
        ("dxpMode", "", False),
        ("dxpId", "D" * 30, True),
        ("dxpId", "D" * 31, False),
        ("dxpId", "", True),
    ],
)
def test_the_transfer_block_takes_what_its_table_says(edition: str, field: str, text: str, right: bool) -> None:
    changed = [(name, text if name == field else value) for name, value in TRANSFER]
    tail = [xml("BaseTransfer", fields(changed))]
    assert accepted(Composed("CEB311Message", edition, tail=tail)) is right
    left_out = [pair for pair in TRANSFER if pair[0] != field]
    assert not accepted(Composed("CEB311Message", edition, tail=[xml("BaseTransfer", fields(left_out))]))


@each("edition", EDITIONS)
def test_the_transfer_block_of_an_export_message_may_leave_its_company_empty(edition: str) -> None:
    for code in ("", "A" * 18, "A" * 19):
        tail = [xml("BaseTransfer", fields([("copCode", code), *TRANSFER[1:]]))]
        assert accepted(Composed("CEB303Message", edition, tail=tail)) is (len(code) <= 18)


@each("edition", EDITIONS)
@each(
    ("field", "text", "right"),
    [
        ("status", "S" * 100, True),
        ("status", "S" * 101, False),
        ("status", "", True),
        ("dxpMode", "DX", False),
        ("dxpAddress", "D" * 100, True),
        ("dxpAddress", "D" * 101, False),
        ("dxpAddress", "", True),
    ],
)
def test_a_subscription_takes_what_its_table_says(edition: str, field: str, text: str, right: bool) -> None:
    changed = [(name, text if name == field else value) for name, value in SUBSCRIBE]
    tail = [BASE, xml("BaseSubscribe", fields(changed))]
    assert accepted(Composed("CEB311Message", edition, tail=tail)) is right
    left_out = [pair for pair in SUBSCRIBE if pair[0] != field]
    assert not accepted(Composed("CEB311Message", edition, tail=[BASE, xml("BaseSubscribe", fields(left_out))]))
