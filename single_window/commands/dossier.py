"""`single-window dossier`: one case with everything about it as one file."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.cases import folders
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window.language.words import LANGUAGES, ZH
from single_window_client import SandboxClient
from single_window_client.calls import part


@client_command(
    examples=("declaration 42402026I000000001", "refund_claim TS202612001 --output claim.html --language en")
)
def dossier(
    call: Call,
    sandbox: SandboxClient,
    subject: str = argument(
        type=click.Choice([name for name in folders.subjects_of_decisions() if name != "proposal"])
    ),
    number: str = argument(),
    output: Path | None = option("The file to write [default: dossier-NUMBER.html here]."),
    language: str = option("The dossier's language.", type=click.Choice(LANGUAGES), default=ZH),
) -> None:
    """Write the dossier of a case: one HTML file that needs no other, to print on A4 or to keep.

    It has why the case was here, evidence, documents, receipts, decisions, files by name and SHA-256, and its rows in
    the log of decisions with their proof, which `single-window audit log --dossier` verifies. Making one is a row of
    that log.
    """
    page = sandbox.call("POST", f"/dossiers/{subject}/{part(number)}", query={"lang": language})
    path = output or Path(f"dossier-{'-'.join(number.replace('|', ' ').replace('/', ' ').split())}.html")
    try:
        path.write_bytes(str(page).encode())
    except OSError as bad:
        raise Failure(f"The dossier was not written to {path}: {bad.strerror}.") from None
    call.print_json({"subject": subject, "number": number, "file": str(path)})
    call.print_line(f"{path}: verify it with single-window audit log --dossier {path}{call.scope_options}")
