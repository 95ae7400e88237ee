"""`single-window certificate`: with which certificates companies sign; a test authority issues them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from declarations.calendar import utc_text
from schemas.signature import keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import LARGEST, BadCertificate, Certificate, read, read_text
from single_window.answers.certificates import certificate_out
from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http
from single_window.master_data import certificates
from single_window.store import certificates as rows

T = TypeVar("T")


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


def _issue_there(call: Call, sandbox: SandboxClient, company: str, algorithm: str, days: int, folder: Path) -> None:
    body = {"company": company, "algorithm": algorithm, "days": days}
    _written(call, sandbox.call("POST", "/certificates", json=body), folder)


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
@over_http(_issue_there)
def issue(call: Call, company: str, algorithm: str, days: int, folder: Path) -> None:
    """Make a key and a certificate for a company, register it, write both into files.

    The private key is kept nowhere else. Everything in it is invented.

    \b
    Examples:
      single-window certificate issue --company 3702960CGJ --algorithm sm2
      single-window certificate issue --company 3702960CGJ --days 1 --to keys
    """
    with call.window() as window:
        made = _registering(lambda: certificates.issue(window, call.sandbox, company, Key(algorithm), days))
    fields = {
        "number": made.certificate.number,
        "company": company,
        "algorithm": algorithm,
        "until": utc_text(made.certificate.until),
        "certificate": made.certificate.base64,
        "key": keys.to_pem(made.key).decode("ascii"),
    }
    _written(call, fields, folder)


def _written(call: Call, made: Mapping[str, Any], folder: Path) -> None:
    """Write key and certificate to files, and show where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    key, public = folder / f"{made['number']}.key", folder / f"{made['number']}.cer"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(made["key"].encode("ascii"))
    public.write_text(made["certificate"] + "\n", "ascii")
    fields = {name: made[name] for name in ("number", "company", "algorithm", "until")}
    call.give({**fields, "key": str(key), "certificate": str(public)})
    call.say(f"Certificate 证书编号 {made['number']} for {made['company']}: {key}, {public}")


def _register_there(call: Call, sandbox: SandboxClient, company: str, file: Any) -> None:
    body = {"company": company, "certificate": _own(file).base64}
    _registered(call, sandbox.call("POST", "/certificates/register", json=body))


@certificate.command()
@_COMPANY
@click.argument("file", type=click.File("rb"))
@command
@over_http(_register_there)
def register(call: Call, company: str, file: Any) -> None:
    """Register a certificate of one's own (DER, PEM or Base64) for a company.

    \b
    Example:
      single-window certificate register own.cer --company 3702960CGJ
    """
    own = _own(file)
    with call.window() as window:
        _registering(lambda: certificates.register(window, call.sandbox, company, own))
    _registered(call, {"number": own.number, "company": company, "algorithm": own.kind.value})


def _own(file: Any) -> Certificate:
    data = file.read(2 * LARGEST + 1)
    try:
        return read(data) if data[:1] == b"\x30" else read_text(data.decode("ascii", "replace"))
    except BadCertificate as bad:
        raise Failure(str(bad)) from None


def _registering(work: Callable[[], T]) -> T:
    try:
        return work()
    except certificates.Taken as taken:
        raise Failure(str(taken)) from None


def _registered(call: Call, fields: Mapping[str, Any]) -> None:
    call.give({name: fields[name] for name in ("number", "company", "algorithm")})
    call.say(f"Registered 已注册 {fields['number']} for {fields['company']}")


def _list_there(call: Call, sandbox: SandboxClient, company: str, after: str, most: int) -> None:
    query = {"company": company, "after": after, "limit": min(most, 1_000)}
    _list(call, sandbox.call("GET", "/certificates", query=query)["certificates"])


@certificate.command("list")
@click.option("--company", default="", metavar="CODE", help="Only of this company.")
@click.option("--after", default="", metavar="NUMBER", help="Only those behind this number.")
@click.option("--limit", "most", type=click.IntRange(1, 10_000), default=100, show_default=True)
@command
@over_http(_list_there)
def list_(call: Call, company: str, after: str, most: int) -> None:
    """List registered certificates.

    \b
    Example:
      single-window certificate list --company 3702960CGJ
    """
    with call.reading() as (window, connection):
        registered, now = rows.page(connection, call.sandbox, company, after, most), window.now(call.sandbox)
    _list(call, [msgspec.to_builtins(certificate_out(entry, now)) for entry in registered])


def _list(call: Call, fields: Sequence[Mapping[str, Any]]) -> None:
    call.give(fields)
    call.table(
        "",
        ("number 证书编号", "company 企业", "algorithm", "from 起", "until 止", "holds 有效"),
        [
            (
                entry["number"],
                entry["company"],
                entry["algorithm"],
                entry["since"][:10],
                entry["until"][:10],
                "yes 是" if entry["holds"] else "no 否",
            )
            for entry in fields
        ],
    )
    if not fields:
        call.say("No certificates. 没有已注册的证书。 Make one with: single-window certificate issue --company CODE")


def _revoke_there(call: Call, sandbox: SandboxClient, number: str) -> None:
    _revoked(call, sandbox.call("DELETE", f"/certificates/{part(number)}"))


@certificate.command()
@click.argument("number")
@command
@over_http(_revoke_there)
def revoke(call: Call, number: str) -> None:
    """Let a certificate hold no longer.

    \b
    Example:
      single-window certificate revoke 01000001
    """
    with call.window() as window:
        try:
            revoked = certificates.revoke(window, call.sandbox, number)
        except certificates.NotRegistered as unknown:
            raise Failure(str(unknown)) from None
        _revoked(call, msgspec.to_builtins(certificate_out(revoked, window.now(call.sandbox))))


def _revoked(call: Call, fields: Mapping[str, Any]) -> None:
    call.give(fields)
    call.say(f"Revoked 已注销 {fields['number']}")
