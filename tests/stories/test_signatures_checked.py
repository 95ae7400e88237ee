"""Signatures as a sandbox deals with them: not at all, with a remark, or with a refusal that names what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree
from sqlalchemy import update

from declarations.calendar import DAY
from schemas import parsing
from schemas.signature import keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import CertificateHolder, issue, read
from schemas.signature.signing import Signer, sign
from single_window.master_data import certificates
from single_window.master_data.certificates import IssuedCertificate
from single_window.refused import Refused
from single_window.store.tables import participant
from single_window.work import resetting
from tests.databases import ON_BOTH, carry_out
from tests.stories.story import NOON, StoryRunner

pytestmark = ON_BOTH


def issued(story: StoryRunner, kind: str = "inventory", algorithm: Key = Key.RSA, **options: int) -> IssuedCertificate:
    company = story.trade().parties.sender(kind).code
    return certificates.issue(story.window, story.sandbox, company, algorithm, **options)


def own_made(number: str, bits: int = keys.RSA_BITS) -> IssuedCertificate:
    """A certificate of no authority of the window."""
    key = keys.generate(Key.RSA, bits)
    holder = CertificateHolder("演示公司", "3301960A01", "Nobody", "1")
    return IssuedCertificate(
        read(issue(key, "Nobody", keys.public_of(key), number, holder, NOON - DAY, NOON + DAY)), key
    )


def signed(story: StoryRunner, kind: str, by: IssuedCertificate, dialect: str = "") -> bytes:
    body = story.message(story.trade(), kind)
    return sign(parsing.parse(body), Signer(by.key, by.certificate, dialect))


def answers(story: StoryRunner, kind: str = "inventory") -> list[tuple[str, str]]:
    return [(receipt.return_status, receipt.rule) for receipt in story.receipts(story.trade(), kind)]


def remarks(story: StoryRunner) -> list[str]:
    return [row.reasons for row in story.timeline(story.trade()) if row.event == "signature_wrong"]


def test_off_looks_at_no_signature(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story()
    story.send(story.trade())
    assert story.state(story.trade()) == "released" and not remarks(story)


@pytest.mark.parametrize(
    ("algorithm", "way"), [(Key.RSA, "rsa-sha1"), (Key.RSA, "rsa-sha256"), (Key.SM2, "sm2"), (Key.SM2, "sm2-sha1")]
)
def test_what_is_signed_rightly_passes(start_story: Callable[..., StoryRunner], algorithm: Key, way: str) -> None:
    story = start_story(signatures="require")
    story.submit(signed(story, "inventory", issued(story, algorithm=algorithm), way))
    assert answers(story)[0][0] == "2"


@pytest.mark.parametrize("options", [{"signatures": "require"}, {"signatures": "check"}])
def test_a_signature_that_was_set_apart_afterwards_passes_with_a_remark(
    start_story: Callable[..., StoryRunner], options: dict[str, str]
) -> None:
    story = start_story(**options)
    body = signed(story, "inventory", issued(story)).replace(b"<ds:Signature ", b"\n  <ds:Signature ", 1)
    story.submit(body)
    assert answers(story)[0][0] == "2" and not remarks(story)
    (noted,) = [row.reasons for row in story.timeline(story.trade()) if row.event == "signature_indented"]
    assert "17614" in noted


@pytest.mark.parametrize(("edition", "status"), [("2022-05", "2"), ("2018", "-621049")])
def test_another_key_name_is_refused_in_the_edition_2018_only(
    start_story: Callable[..., StoryRunner], edition: str, status: str
) -> None:
    story = start_story(signatures="require")
    by = issued(story)
    carry_out(story.window.engine, update(participant).values(edition=edition))
    body = signed(story, "inventory", by)
    number = f"<ds:KeyName>{by.certificate.number}<".encode()
    assert number in body
    story.submit(body.replace(number, b"<ds:KeyName>0001<"))
    assert answers(story)[0][0] == status


def test_a_remark_stands_in_the_timeline_and_refuses_nothing(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="check")
    story.send(story.trade())
    assert story.state(story.trade()) == "released"
    assert len(remarks(story)) == 4 and all("17602" in remark for remark in remarks(story))


def test_a_wrong_signature_is_refused_by_the_code_of_its_kind(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    order = signed(story, "order", issued(story, "order")).replace(b".00</ceb:freight>", b".0</ceb:freight>", 1)
    story.submit(order)
    assert answers(story, "order") == [("-301020", "-301020/17605")]
    story.submit(story.message(story.trade(), "inventory"))
    assert answers(story) == [("-621026", "-621026/17602")]


def test_what_is_refused_can_be_sent_again_signed(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    story.submit(story.message(story.trade(), "inventory"))
    body = signed(story, "inventory", issued(story))
    story.submit(body.replace(body.split(b'guid="')[1][:36], b"C" * 36, 1))
    assert answers(story)[-1] == ("-621028", "-621028/17605")
    again = parsing.parse(story.message(story.trade(), "inventory"))
    again.set("guid", "D" * 36)
    by = issued(story)
    story.submit(sign(again, Signer(by.key, by.certificate)))
    assert answers(story)[-1][0] == "2"


def test_orders_need_no_signature(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    body = parsing.parse(story.message(story.trade(), "order"))
    for signature in body.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        body.remove(signature)
    story.submit(etree.tostring(body))
    assert answers(story, "order") == [("2", "2")]


@pytest.mark.parametrize(("days", "revoked", "rule"), [(0, True, "17612"), (2, False, "17611")])
def test_a_certificate_must_hold(start_story: Callable[..., StoryRunner], days: int, revoked: bool, rule: str) -> None:
    story = start_story(signatures="require")
    by = issued(story, days=1)
    if revoked:
        certificates.revoke(story.window, story.sandbox, by.certificate.number)
    story.pass_time(days=days)
    story.submit(signed(story, "inventory", by))
    assert answers(story) == [("-621049", f"-621049/{rule}")]


def test_another_companys_certificate_is_refused(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    story.submit(signed(story, "inventory", certificates.issue(story.window, story.sandbox, "3301960A01", Key.RSA)))
    assert answers(story) == [("-621015", "-621015/17613")]


def test_a_certificate_of_another_sandbox_is_not_registered(start_story: Callable[..., StoryRunner]) -> None:
    story, other = start_story(signatures="require"), "other"
    story.window.make_sandbox(other, story.window.sandbox(story.sandbox).options)
    company = story.trade().parties.sender("inventory").code
    by = certificates.issue(story.window, other, company, Key.RSA, since=NOON - DAY)
    story.submit(signed(story, "inventory", by))
    assert answers(story) == [("-621049", "-621049/17610")]


def test_a_certificate_is_revoked_in_one_sandbox_alone(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    by, other = issued(story), StoryRunner(story.window, "other", signatures="require")
    company = story.trade().parties.sender("inventory").code
    certificates.register(other.window, other.sandbox, company, by.certificate)
    certificates.revoke(other.window, other.sandbox, by.certificate.number)
    for each, status in ((story, "2"), (other, "-621049")):
        each.submit(signed(each, "inventory", by))
        assert answers(each)[0][0] == status


def test_an_own_certificate_can_be_registered_and_numbers_are_taken_once(
    start_story: Callable[..., StoryRunner],
) -> None:
    story = start_story(signatures="require")
    by = issued(story)
    with pytest.raises(Refused, match="registered already"):
        certificates.register(story.window, story.sandbox, "3301960A01", by.certificate)
    with pytest.raises(Refused, match="No certificate"):
        certificates.revoke(story.window, story.sandbox, "ffffffff")


def test_a_certificate_with_a_registered_number_is_not_that_certificate(
    start_story: Callable[..., StoryRunner],
) -> None:
    story = start_story(signatures="require")
    forged = own_made(issued(story).certificate.number)
    story.submit(signed(story, "inventory", forged))
    assert answers(story) == [("-621049", "-621049/17610")]


def test_a_signature_by_the_longest_key_passes(start_story: Callable[..., StoryRunner]) -> None:
    story, by = start_story(signatures="require"), own_made("7f000001", keys.MAX_RSA_BITS)
    company = story.trade().parties.sender("inventory").code
    certificates.register(story.window, story.sandbox, company, by.certificate)
    story.submit(signed(story, "inventory", by))
    assert answers(story)[0][0] == "2"


def test_what_was_read_before_signatures_were_required_is_checked_all_the_same(
    start_story: Callable[..., StoryRunner],
) -> None:
    story = start_story()
    story.file(story.message(story.trade(), "inventory"))
    story.window.set_options(story.sandbox, signatures="require")
    story.window.settle()
    assert answers(story) == [("-621026", "-621026/17602")]


def test_a_reset_keeps_certificates_with_other_master_data(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(signatures="require")
    by = issued(story)
    resetting.reset(story.window, story.sandbox, "tester", True)
    story.submit(signed(story, "inventory", by))
    assert answers(story)[0][0] == "2"
    resetting.reset(story.window, story.sandbox, "tester", False)
    story.submit(signed(story, "inventory", by))
    assert answers(story) == [("-621049", "-621049/17610")]
