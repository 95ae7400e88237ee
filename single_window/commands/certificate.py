"""`single-window certificate`: with which certificates companies sign; a test authority issues them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from declarations.calendar import utc_text
from schemas.signature import keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import LARGEST, BadCertificate, read, read_text
from single_window.commands.call import Call, Failure, command
from single_window.language.plainly import moment
from single_window.master_data import certificates
from single_window.store import certificates as rows
from single_window.store.certificates import Registered


def _code(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isalnum() and len(value) <= 18):
        raise click.BadParameter(f"{value[:40]!r} is no company code: 1 to 18 letters and digits.")
    return value


_COMPANY = click.option(
    "--company", required=True, metavar="CODE", callback=_code, help="The company's customs code (copCode)."
)


@click.group()
def certificate() -> None:
    """Certificates with which companies sign messages, registered in the sandbox."""


@certificate.command()
@_COMPANY
@click.option(
    "--algorithm",
    type=click.Choice([key.value for key in Key]),
    default=Key.RSA.value,
    show_default=True,
    help="rsa: 1024 bits, as older cards; sm2: as cards since 2022.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 20_000),
    default=certificates.YEARS * 365,
    show_default=True,
    help="For how long it is valid, by the sandbox's clock.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    help="Folder for NUMBER.key and NUMBER.cer [default: here].",
)
@command
def issue(call: Call, company: str, algorithm: str, days: int, folder: Path) -> None:
    """Make a key and a certificate for a company, register it, write both into files.

    The private key is kept nowhere else. Everything in it is invented.

    \b
    Examples:
      single-window certificate issue --company 3702960CGJ --algorithm sm2
      single-window certificate issue --company 3702960CGJ --days 1 --to keys
    """
    with call.window() as window:
        try:
            made = certificates.issue(window, call.sandbox, company, Key(algorithm), days)
        except certificates.Taken as taken:
            raise Failure(str(taken)) from None
    folder.mkdir(parents=True, exist_ok=True)
    key, public = folder / f"{made.certificate.number}.key", folder / f"{made.certificate.number}.cer"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(keys.to_pem(made.key))
    public.write_text(made.certificate.base64 + "\n", "ascii")
    call.give(
        {
            "number": made.certificate.number,
            "company": company,
            "algorithm": algorithm,
            "key": str(key),
            "certificate": str(public),
            "until": utc_text(made.certificate.until),
        }
    )
    call.say(f"Certificate 证书编号 {made.certificate.number} for {company}: {key}, {public}")


@certificate.command()
@_COMPANY
@click.argument("file", type=click.File("rb"))
@command
def register(call: Call, company: str, file: Any) -> None:
    """Register a certificate of one's own (DER, PEM or Base64) for a company.

    \b
    Example:
      single-window certificate register own.cer --company 3702960CGJ
    """
    data = file.read(2 * LARGEST + 1)
    try:
        found = read(data) if data[:1] == b"\x30" else read_text(data.decode("ascii", "replace"))
    except BadCertificate as bad:
        raise Failure(str(bad)) from None
    with call.window() as window:
        try:
            certificates.register(window, call.sandbox, company, found)
        except certificates.Taken as taken:
            raise Failure(str(taken)) from None
    call.give({"number": found.number, "company": company, "algorithm": found.kind.value})
    call.say(f"Registered 已注册 {found.number} for {company}")


@certificate.command("list")
@click.option("--company", default="", metavar="CODE", help="Only of this company.")
@click.option("--after", default="", metavar="NUMBER", help="Only those behind this number.")
@click.option("--limit", "most", type=click.IntRange(1, 10_000), default=100, show_default=True)
@command
def list_(call: Call, company: str, after: str, most: int) -> None:
    """List registered certificates.

    \b
    Example:
      single-window certificate list --company 3702960CGJ
    """
    with call.reading() as (window, connection):
        found, now = rows.page(connection, call.sandbox, company, after, most), window.now(call.sandbox)
    call.give([{**shown(one), "holds": holds(one, now)} for one in found])
    call.table(
        "",
        ("number 证书编号", "company 企业", "algorithm", "from 起", "until 止", "holds 有效"),
        [
            (
                one.number,
                one.company,
                one.kind,
                moment(one.since)[:10],
                moment(one.until)[:10],
                "yes 是" if holds(one, now) else "no 否",
            )
            for one in found
        ],
    )
    if not found:
        call.say("No certificates. 没有已注册的证书。 Make one with: single-window certificate issue --company CODE")


@certificate.command()
@click.argument("number")
@command
def revoke(call: Call, number: str) -> None:
    """Let a certificate hold no longer.

    \b
    Example:
      single-window certificate revoke 01000001
    """
    with call.window() as window:
        try:
            found = certificates.revoke(window, call.sandbox, number)
        except certificates.NotRegistered as unknown:
            raise Failure(str(unknown)) from None
    call.give(shown(found))
    call.say(f"Revoked 已注销 {number}")


def shown(one: Registered) -> dict[str, Any]:
    """A registered certificate as programs see it."""
    return {
        "number": one.number,
        "company": one.company,
        "algorithm": one.kind,
        "holder": one.holder,
        "since": utc_text(one.since),
        "until": utc_text(one.until),
        "revoked": utc_text(one.revoked_at) if one.revoked_at else "",
    }


def holds(one: Registered, now: int) -> bool:
    """Whether a certificate holds at an instant."""
    return one.since <= now <= one.until and not (one.revoked_at and one.revoked_at <= now)
