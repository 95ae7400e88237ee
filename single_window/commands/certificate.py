"""`single-window certificate`: companies' signing certificates, issued by the sandbox's test authority or
registered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import click

from schemas.signature.algorithms import Key
from schemas.signature.certificates import MAX_CERTIFICATE_BYTES, BadCertificate, Certificate, read_any
from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.options import FOLDER, option
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window_client import SandboxClient


def _code(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isalnum() and len(value) <= 18):
        raise click.BadParameter(f"{value[:40]!r} is not a company code: 1 to 18 letters and digits.")
    return value


_COMPANY = option("The company's customs code (copCode).", metavar="CODE", callback=_code)


certificate = CommandGroup("certificate")


@certificate.client(examples=("--company 3702960CGJ --algorithm sm2", "--company 3702960CGJ --days 1 --to keys"))
def issue(
    call: Call,
    sandbox: SandboxClient,
    company: str = _COMPANY,
    algorithm: str = option(
        "rsa: 1024 bits, like older cards; sm2: like cards since 2022.",
        type=click.Choice([key.value for key in Key]),
        default=Key.RSA.value,
    ),
    days: int | None = option(
        "Days of validity, by the sandbox's clock [default: ten years].", type=click.IntRange(1, 20_000)
    ),
    folder: Path = option(
        "Folder for NUMBER.key and NUMBER.cer [default: here].",
        "--to",
        type=FOLDER,
        default=Path("."),
        show_default=False,
    ),
) -> None:
    """Create a key and a certificate for a company, register the certificate, and write both to files.

    The private key is stored nowhere else. All data in the certificate are invented.
    """
    body = {"company": company, "algorithm": algorithm, **({"days": days} if days else {})}
    made = sandbox.call("POST", "/certificates", json=body)
    folder.mkdir(parents=True, exist_ok=True)
    key, public = folder / f"{made['number']}.key", folder / f"{made['number']}.cer"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(made["key"].encode("ascii"))
    public.write_text(made["certificate"] + "\n", "ascii")
    fields = {name: made[name] for name in ("number", "company", "algorithm", "until")}
    call.print_json({**fields, "key": str(key), "certificate": str(public)})
    call.print_line(f"Certificate 证书编号 {made['number']} for {made['company']}: {key}, {public}")


@certificate.client(examples=("own.cer --company 3702960CGJ",))
def register(call: Call, sandbox: SandboxClient, file: BinaryIO, company: str = _COMPANY) -> None:
    """Register a company's certificate of another authority (DER, PEM or Base64)."""
    body = {"company": company, "certificate": _read_certificate(file).base64}
    registered = sandbox.call("POST", "/certificates/register", json=body)
    call.print_json({name: registered[name] for name in ("number", "company", "algorithm")})
    call.print_line(f"Registered 已注册 {registered['number']} for {registered['company']}")


def _read_certificate(file: Any) -> Certificate:
    data = file.read(2 * MAX_CERTIFICATE_BYTES + 1)
    try:
        return read_any(data)
    except BadCertificate as bad:
        raise Failure(str(bad)) from None


_COLUMNS: Columns[dict[str, Any]] = (
    ("number 证书编号", lambda entry: entry["number"]),
    ("company 企业", lambda entry: entry["company"]),
    ("algorithm", lambda entry: entry["algorithm"]),
    ("from 起", lambda entry: entry["since"][:10]),
    ("until 止", lambda entry: entry["until"][:10]),
    ("valid 有效", lambda entry: "yes 是" if entry["holds"] else "no 否"),
)
certificate.row(
    "list",
    "GET /certificates",
    "List registered certificates.",
    Listed(
        list,
        _COLUMNS,
        "No certificates. 没有已注册的证书。 Issue one with: single-window certificate issue --company CODE",
    ),
    options=(
        click.option("--company", default="", metavar="CODE", help="Only certificates of this company."),
        click.option("--after", default="", metavar="NUMBER", help="Only numbers behind this one."),
        limit(1_000, 100),
    ),
    examples=("--company 3702960CGJ",),
    within="certificates",
)
certificate.row(
    "revoke",
    "DELETE /certificates/{number}",
    "Revoke a certificate.",
    "Revoked 已注销 {answer[number]}",
    examples=("01000001",),
)
