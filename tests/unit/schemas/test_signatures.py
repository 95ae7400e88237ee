"""Signatures: what is signed to the byte, what is made verifies, and each thing that is wrong is named."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from schemas import parsing, schema_pool
from schemas.signature import canonical, keys, sm2
from schemas.signature.algorithms import C14N, DIALECTS, DSIG, DigestAlgorithm, Key, digest_of
from schemas.signature.certificates import (
    BadCertificate,
    Certificate,
    CertificateHolder,
    issue,
    number_text,
    read,
    read_text,
)
from schemas.signature.checking import SignatureCheck, check_message
from schemas.signature.signing import DialectDoesNotFit, Signer, sign, signed_info
from tests.unit.schemas.signing_keys import SINCE, UNTIL, certificate, private, signer

SAMPLES = Path("schemas/samples")
DIALECT_OF = {Key.RSA: "rsa-sha1", Key.SM2: "sm2"}
LENGTH = {Key.RSA: (1024,), Key.SM2: ()}
DECLARED = (
    ' xmlns:ceb="http://www.chinaport.gov.cn/ceb" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def sample(code: str = "621") -> Any:
    return parsing.parse((SAMPLES / f"CEB{code}Message.xml").read_bytes())


def signed(dialect: str = "rsa-sha1", code: str = "621") -> bytes:
    return sign(sample(code), signer(dialect))


def checked(body: bytes) -> SignatureCheck:
    return check_message(parsing.parse(body), body)


def codes(body: bytes) -> list[str]:
    return [finding.code for finding in checked(body).findings]


def test_a_signed_info_has_the_bytes_that_clients_sign() -> None:
    rsa = signed_info("rsa-sha1", bytes(20), DECLARED).encode()
    sm = signed_info("sm2", bytes(32), DECLARED).encode()
    assert (len(rsa), sha1(rsa).hexdigest()) == (695, "77d3bff9947987612826137ee3ca39ba82b91d12")
    assert (len(sm), digest_of(DigestAlgorithm.SM3, sm).hex()) == (
        729,
        "f40d3269abaf137b06670043e130ea85fd9ec3f800484cd4706694fc6faf3d29",
    )


def test_a_signed_info_is_canonical_with_what_the_root_declares() -> None:
    root = etree.fromstring(f"<ceb:R{DECLARED}><ds:Signature>{signed_info('sm2', bytes(32))}</ds:Signature></ceb:R>")
    assert canonical.signed_info(root[0][0]).decode() == signed_info("sm2", bytes(32), DECLARED)


def test_a_document_is_canonical_without_its_signature_and_as_it_was_afterwards() -> None:
    body = b'<R a="1"  b="2">\n <x/>\n <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>\n <y/></R>'
    root = etree.fromstring(body)
    assert canonical.document(root) == b'<R a="1" b="2">\n <x></x>\n \n <y></y></R>'
    assert canonical.document(root) == b'<R a="1" b="2">\n <x></x>\n \n <y></y></R>'
    assert [element.tag.rpartition("}")[2] for element in root] == ["x", "Signature", "y"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("code", ["311", "621", "603", "711"])
def test_what_is_signed_verifies_and_fits_the_schema(dialect: str, code: str) -> None:
    body = signed(dialect, code)
    check = checked(body)
    assert not check.wrong and check.dialect == dialect and check.expected == check.found
    assert not schema_pool.errors(parsing.parse(body), code, "2022-05")
    assert check.certificate is not None and check.key_name == check.certificate.number


def test_an_unofficial_way_of_sm2_is_remarked_on() -> None:
    assert [(finding.code, finding.warning) for finding in checked(signed("sm2-sha1")).findings] == [
        ("signature-dialect", True)
    ]
    assert checked(signed("sm2")).findings == ()


def test_signatures_have_the_lengths_of_cards() -> None:
    rsa, point = private(Key.RSA), private(Key.SM2)
    assert len(b64encode(keys.sign(rsa, DigestAlgorithm.SHA1, b"x"))) == 172
    assert len(b64encode(keys.sign(point, DigestAlgorithm.SM3, b"x"))) == 88
    assert keys.sign(rsa, DigestAlgorithm.SHA1, b"x") == keys.sign(rsa, DigestAlgorithm.SHA1, b"x")
    assert keys.sign(point, DigestAlgorithm.SM3, b"x") != keys.sign(point, DigestAlgorithm.SM3, b"x")


def test_certificate_numbers_keep_their_leading_zeros() -> None:
    assert certificate(Key.RSA).number == "0178b6b7"
    assert certificate(Key.SM2, 0x03000000000CDE6F).number == "03000000000cde6f"
    assert number_text(1, Key.RSA) == "00000001"


def test_keys_and_certificates_are_read_as_they_were_written() -> None:
    for kind in Key:
        again = keys.from_pem(keys.to_pem(private(kind)))
        assert keys.public_to_der(keys.public_of(again)) == keys.public_to_der(certificate(kind).key)
        wrapped = (
            "-----BEGIN CERTIFICATE-----\n"
            + "\n".join(certificate(kind).base64[at : at + 64] for at in range(0, 2000, 64))
            + "\n-----END CERTIFICATE-----\n"
        )
        assert read_text(wrapped).number == certificate(kind).number


def test_the_standard_example_of_sm2_verifies() -> None:
    """GB/T 32918.5, annex A.2."""
    point = bytes.fromhex(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    assert sm2.verify(point, b"message digest", signature)
    assert not sm2.verify(point, b"message digesT", signature)
    assert not sm2.verify(point[:-1] + b"\0", b"message digest", signature)


def replaced(old: str, new: str, dialect: str = "rsa-sha1") -> bytes:
    body = signed(dialect).decode()
    assert old in body
    return body.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace("<ceb:qty>1</ceb:qty>", "<ceb:qty>2</ceb:qty>", 1),
        lambda body: body.replace("    <ceb:InventoryHead>", "<ceb:InventoryHead>", 1),
        lambda body: body.replace(' guid="', ' xmlns:added="urn:x" guid="', 1),
        lambda body: body.replace("<ceb:BaseTransfer>", "<?work order?><ceb:BaseTransfer>", 1),
    ],
)
def test_what_changes_after_signing_changes_the_digest(change: Callable[[str], str]) -> None:
    body = change(signed().decode()).encode()
    assert checked(body).wrong


def test_line_breaks_in_base64_and_comments_are_harmless() -> None:
    body = signed().decode()
    value = body.partition("<ds:SignatureValue>")[2][:60]
    assert codes(body.replace(value, value[:30] + "\n" + value[30:]).encode()) == []
    assert codes(body.replace("<ceb:BaseTransfer>", "<!-- note --><ceb:BaseTransfer>").encode()) == []


def _other(kind: Key) -> Certificate:
    return certificate(kind, 7)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: (SAMPLES / "CEB311Message.xml").read_bytes(), "signature-absent"),
        (lambda: (SAMPLES / "CEB621Message.xml").read_bytes(), "signature-dummy"),
        (lambda: replaced(C14N, "http://www.w3.org/2001/10/xml-exc-c14n#"), "signature-canonicalization"),
        (lambda: replaced('URI=""', 'URI="http://127.0.0.1/x"'), "signature-reference"),
        (
            lambda: replaced(f"{DSIG}enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
            "signature-transforms",
        ),
        (lambda: replaced(f"{DSIG}rsa-sha1", f"{DSIG}hmac-sha1"), "signature-method"),
        (lambda: replaced(f"{DSIG}sha1", f"{DSIG}md5"), "signature-digest-method"),
        (
            lambda: replaced(f'{DSIG}sha1"', 'http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"'),
            "signature-digest-length",
        ),
        (lambda: replaced("<ds:X509Certificate>", "<ds:X509Certificate>AAAA"), "signature-bad-certificate"),
        (
            lambda: replaced(f"{DSIG}rsa-sha1", "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"),
            "signature-key-kind",
        ),
        (lambda: replaced("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"), "signature-length"),
        (lambda: replaced(certificate(Key.RSA).number, ""), "signature-no-key-name"),
        (lambda: replaced(certificate(Key.RSA).number, "0001"), "signature-key-name"),
        (lambda: replaced(certificate(Key.SM2).base64, _other(Key.SM2).base64, "sm2"), "signature-key-name"),
        (lambda: replaced("<ds:Reference", "<ds:Reference URI=''/><ds:Reference"), "signature-reference"),
    ],
)
def test_what_is_wrong_is_named(body: Callable[[], bytes], code: str) -> None:
    assert code in codes(body())


@pytest.mark.parametrize(
    ("old", "new", "dialect", "code"),
    [
        ("<ds:Reference", "\n  <ds:Reference", "rsa-sha1", "signature-indented"),
        ("</ds:SignedInfo>", "\r\n</ds:SignedInfo>", "sm2", "signature-indented"),
        ("<ds:Signature ", "\n  <ds:Signature ", "rsa-sha1", "signature-set-apart"),
        ("</ds:Signature>", "</ds:Signature>\n", "sm2", "signature-set-apart"),
    ],
)
def test_white_space_that_was_added_after_signing_is_remarked_on(old: str, new: str, dialect: str, code: str) -> None:
    body = replaced(old, new, dialect)
    check = check_message(parsing.parse(body), body)
    assert check.wrong == () and [finding.code for finding in check.findings] == [code]
    assert re.search(r"\d+ ", check.findings[0].en), "it says which bytes were signed"


def test_a_signature_on_lines_of_its_own_is_remarked_on_as_both() -> None:
    body = signed().decode()
    for tag in ("<ds:Signature ", "<ds:SignedInfo", "<ds:Reference", "</ds:SignedInfo>", "</ds:Signature>"):
        body = body.replace(tag, f"\n\t{tag}", 1)
    check = check_message(parsing.parse(body.encode()), body.encode())
    assert check.wrong == ()
    assert [finding.code for finding in check.findings] == ["signature-set-apart", "signature-indented"]


def test_white_space_elsewhere_is_no_matter_of_the_signature() -> None:
    body = replaced("<ceb:BaseTransfer>", "\n<ceb:BaseTransfer>")
    assert "signature-digest" in codes(body)


def test_what_is_indented_and_of_another_key_is_not_called_indented() -> None:
    other = Signer(keys.generate(Key.SM2), certificate(Key.SM2))
    body = sign(sample(), other).replace(b"<ds:Reference", b"\n<ds:Reference", 1)
    assert codes(body) == ["signature-value"]


@pytest.mark.parametrize("algorithm", list(Key))
@pytest.mark.parametrize(
    ("key_name", "edition", "wrong"),
    [
        (lambda number: "0001", "2022-05", False),
        (lambda number: "青岛示例报关行", "2022-05", False),
        (lambda number: "0001", "2018", True),
        (lambda number: number.upper(), "2018", None),
        (lambda number: number.lstrip("0"), "2018", None),
        (lambda number: f"0000{number}", "2018", None),
        (lambda number: number.upper(), "2022-05", None),
    ],
)
def test_another_key_name_is_wrong_in_2018_and_remarked_on_since(
    algorithm: Key, key_name: Callable[[str], str], edition: str, wrong: bool | None
) -> None:
    number = certificate(algorithm).number
    body = replaced(f"<ds:KeyName>{number}<", f"<ds:KeyName>{key_name(number)}<", DIALECT_OF[algorithm])
    findings = check_message(parsing.parse(body), body, edition=edition).findings
    assert [(finding.code, not finding.warning) for finding in findings] == (
        [] if wrong is None else [("signature-key-name", wrong)]
    )


@pytest.mark.parametrize("algorithm", list(Key))
def test_the_remedy_of_a_wrong_value_names_the_user_id_of_sm2(algorithm: Key) -> None:
    other = Signer(keys.generate(algorithm, *LENGTH[algorithm]), certificate(algorithm))
    (finding,) = checked(sign(sample(), other)).findings
    assert finding.code == "signature-value"
    assert ("SM2用户ID为1234567812345678" in finding.remedy_zh) is (algorithm is Key.SM2)
    assert ("SM2 user id is 1234567812345678" in finding.remedy_en) is (algorithm is Key.SM2)


def test_a_signature_of_another_key_does_not_verify() -> None:
    other = Signer(keys.generate(Key.SM2), certificate(Key.SM2))
    assert codes(sign(sample(), other)) == ["signature-value"]


def test_a_dialect_fits_its_key() -> None:
    with pytest.raises(DialectDoesNotFit):
        sign(sample(), Signer(private(Key.RSA), certificate(Key.RSA), "sm2"))


def test_hostile_signatures_are_refused_before_any_work() -> None:
    many = "<ds:Transform Algorithm='x'></ds:Transform>" * 100
    assert codes(replaced("<ds:Transforms>", f"<ds:Transforms>{many}")) == ["signature-too-large"]
    declared = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(40))
    assert codes(replaced("<ds:Signature ", f"<ds:Signature{declared} ")) == ["signature-too-large"]
    assert "signature-bad-certificate" in codes(replaced("<ds:X509Certificate>", f"<ds:X509Certificate>{'A' * 12000}"))
    assert codes(replaced("<ds:KeyName>", f"<ds:KeyName>{'A' * 17000}")) == ["signature-too-large"]


def test_keys_out_of_bounds_are_refused() -> None:
    large = rsa.RSAPublicNumbers(65_537, (1 << 4_607) + 1).public_key()  # its size alone: to draw one takes seconds
    with pytest.raises(keys.BadSigningKey):
        keys.check_public(large)
    for text in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"x" * 9000):
        with pytest.raises(keys.BadSigningKey):
            keys.from_pem(text)


@pytest.mark.parametrize("length", [0, 1, 5, 100, 300])
def test_broken_certificates_are_refused(length: int) -> None:
    for kind in Key:
        der = certificate(kind).der
        with pytest.raises(BadCertificate):
            read(der[:length])
        with pytest.raises(BadCertificate):
            read(der[:length] + b"\xff" * (len(der) - length))


@pytest.mark.parametrize("serial", [0, 1 << 160])
def test_serial_numbers_have_at_most_20_bytes(serial: int) -> None:
    with pytest.raises(BadCertificate, match="serial"):
        certificate(Key.RSA, serial)


def test_a_holders_name_can_be_printed_and_stored() -> None:
    key = private(Key.RSA)
    der = issue(
        key, "Nobody", keys.public_of(key), "0000000a", CertificateHolder("a\x00b", "", "c\nd", "1"), SINCE, UNTIL
    )
    assert read(der).holder.isprintable()
