"""A message that a replay had to change is signed anew if it was rightly signed, by a stand-in for its certificate."""

from __future__ import annotations

import pytest

from schemas.reading import open_message
from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import CertificateHolder, read_text
from schemas.signature.checking import SignatureCheck, check_message
from schemas.signature.signing import Signer, sign
from single_window.intake.trades import sample
from single_window.recordings.events import SandboxChanged
from single_window.recordings.resigning import Resigner
from single_window.store.sandbox_changes import ChangeKind

COMPANY = "3702960EXF"
DAY = 86_400_000


def signer(kind: Key) -> Signer:
    key = keys.generate(kind)
    number = certificates.number_text(0x01000001, kind)
    holder = CertificateHolder(COMPANY, COMPANY, "模拟", "1")
    der = certificates.issue(key, "模拟", keys.public_of(key), number, holder, DAY, 30_000 * DAY)
    return Signer(key, certificates.read(der))


def checked(body: bytes) -> SignatureCheck:
    return check_message(open_message(body).tree, body)


def registration(of: Signer) -> SandboxChanged:
    return SandboxChanged(1, 0, ChangeKind.CERTIFICATE, COMPANY, of.certificate.base64)


def signed(by: Signer) -> bytes:
    return sign(open_message(sample("import", "signed", DAY).messages["621"]).tree, by)


def renumbered(body: bytes) -> bytes:
    return body.replace(b"<ceb:copNo>", b"<ceb:copNo>9", 1)


@pytest.mark.parametrize("kind", list(Key))
def test_a_changed_message_is_signed_by_a_stand_in_for_the_same_company_and_time(kind: Key) -> None:
    made, own = list[SandboxChanged](), signer(kind)
    resigner, body = Resigner(made.append), signed(own)
    resigner.follow(registration(own))
    assert renumbered(body) != body
    assert checked(renumbered(body)).wrong
    anew = [checked(resigner.sign(body, renumbered(body))) for _ in range(2)]
    assert [check.wrong for check in anew] == [(), ()]
    assert [(change.kind, change.name) for change in made] == [(ChangeKind.CERTIFICATE, COMPANY)] * 2
    stand_in = read_text(made[1].contents)
    assert {check.key_name for check in anew} == {stand_in.number}
    assert (stand_in.since, stand_in.until, stand_in.kind) == (own.certificate.since, own.certificate.until, kind)


def test_what_was_not_changed_or_was_wrongly_signed_keeps_its_bytes() -> None:
    made, own = list[SandboxChanged](), signer(Key.RSA)
    resigner, body = Resigner(made.append), signed(own)
    assert resigner.sign(body, renumbered(body)) == renumbered(body), "a certificate that nobody registered"
    resigner.follow(registration(own))
    assert resigner.sign(body, body) == body
    broken = renumbered(body)
    assert resigner.sign(broken, renumbered(broken)) == renumbered(broken)


def test_a_stand_in_is_revoked_with_its_certificate_whichever_came_first() -> None:
    for revoked_first in (True, False):
        made, own = list[SandboxChanged](), signer(Key.RSA)
        resigner, body = Resigner(made.append), signed(own)
        revocation = SandboxChanged(2, 0, ChangeKind.REVOCATION, own.certificate.number)
        resigner.follow(registration(own))
        if revoked_first:
            resigner.follow(revocation)
        resigner.sign(body, renumbered(body))
        if not revoked_first:
            resigner.follow(revocation)
        stand_in = next(
            read_text(change.contents) for change in made if change.contents not in {own.certificate.base64, ""}
        )
        revoked = [change.name for change in made if change.kind == ChangeKind.REVOCATION]
        assert sorted(revoked) == sorted([own.certificate.number, stand_in.number])
