"""`single-window signature`: sign a message, and explain the signature of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, BinaryIO, Literal

import click

from schemas.findings import Finding
from schemas.opened import Opened
from schemas.parsing import Unreadable
from schemas.reading import open_message
from schemas.signature import canonical, keys
from schemas.signature.algorithms import DIALECTS
from schemas.signature.certificates import MAX_CERTIFICATE_BYTES, BadCertificate, read_any
from schemas.signature.checking import check_message
from schemas.signature.keys import KEY_BYTES, BadSigningKey
from schemas.signature.signing import DialectDoesNotFit, Signer, sign
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import EXISTING_FILE, option
from single_window.frame.commands.rows import CommandGroup
from single_window_client import SandboxClient

signature = CommandGroup("signature")


@signature.client(without_data=True, examples=("list.xml", "list.xml --canonical signed-info | openssl dgst -sha1"))
def explain(
    call: Call,
    sandbox: SandboxClient,
    file: BinaryIO,
    canonical: Literal["document", "signed-info"] | None = option(
        "Only print these bytes: those with the digest in DigestValue, or those signed by the key."
    ),
) -> None:
    """Explain the signature of a message (- reads standard input). Exit code 1: it is invalid."""
    body = file.read(call.settings.body_cap + 1)
    if canonical is not None:
        sys.stdout.buffer.write(_bytes(_open_message(call, body), canonical))
        return
    explained = sandbox.call("POST", "/signatures/verify", body=body, headers={"Content-Type": "application/xml"})
    call.print_json(explained)
    _show(call, explained)
    show_findings(call, [Finding(**finding) for finding in explained["findings"]])
    if not explained["valid"]:
        raise click.exceptions.Exit(FAILED)


@signature.local(
    "sign",
    examples=(
        "list.xml --key 01000001.key > signed.xml",
        "list.xml --key 0300000000000001.key --dialect sm2-sha1 > signed.xml",
    ),
)
def sign_(
    call: Call,
    file: BinaryIO,
    key: Path = option("The private key, as written by `certificate issue`.", type=EXISTING_FILE),
    certificate: Path | None = option("The certificate [default: the key's file name with .cer].", type=EXISTING_FILE),
    dialect: str | None = option(
        "The signing dialect [default: that of the key's card].", type=click.Choice(list(DIALECTS))
    ),
) -> None:
    """Print a message with a new signature, which replaces an existing one."""
    opened = _open_message(call, file.read(call.settings.body_cap + 1))
    if opened.envelope is not None:
        raise Failure("This is a DxpMsg: sign the message inside it, then put it into the envelope.")
    try:
        signer = Signer(
            keys.from_pem(_head(key, KEY_BYTES)), _certificate(certificate or key.with_suffix(".cer")), dialect or ""
        )
        body = sign(opened.tree, signer)
    except (BadSigningKey, BadCertificate, DialectDoesNotFit) as bad:
        raise Failure(str(bad)) from None
    except FileNotFoundError as absent:
        raise Failure(f"There is no {absent.filename}. Name the certificate with --certificate FILE") from None
    sys.stdout.buffer.write(body)


def _open_message(call: Call, body: bytes) -> Opened:
    try:
        return open_message(body, cap=call.settings.body_cap)
    except Unreadable as error:
        raise Failure((call.language == "zh" and error.finding.zh) or error.finding.en) from None


def _bytes(opened: Opened, which: str) -> bytes:
    checked = check_message(opened.tree, opened.business)
    if which == "signed-info" and not checked.signed_info:
        raise Failure(checked.findings[0].en if checked.findings else "The message has no signature.")
    return checked.signed_info if which == "signed-info" else checked.document or canonical.document(opened.tree)


def _head(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)


def _certificate(path: Path) -> Any:
    return read_any(_head(path, 2 * MAX_CERTIFICATE_BYTES))


def _show(call: Call, explained: dict[str, Any]) -> None:
    verdict = "the signature is valid 验签通过" if explained["valid"] else "the signature is invalid 验签不通过"
    call.print_line(f"{explained['type'] or '?'}: {verdict}")
    if "digest" not in explained:
        return
    digest, certificate = explained["digest"], explained["certificate"] or {}
    call.table(
        "",
        ("what 项目", "value 内容"),
        [
            ("dialect 写法", explained["dialect"] or "–"),
            ("SignatureMethod", explained["signature_method"]),
            ("DigestMethod", explained["digest_method"]),
            ("DigestValue", digest["expected"]),
            (f"digest found 实际摘要 ({digest['bytes']} B)", digest["found"]),
            ("KeyName", explained["key_name"]),
            ("certificate 证书编号", certificate.get("number", "–")),
            ("holder 持有人", certificate.get("holder", "–")),
            ("valid 有效期", f"{certificate.get('since', '')} – {certificate.get('until', '')}"),
            ("registered for 注册企业", certificate.get("company") or "–"),
        ],
    )
    call.print_line(f"signed bytes 被签内容: {explained['signed_info']}")
