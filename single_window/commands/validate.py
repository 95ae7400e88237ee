"""`single-window validate`: validates messages without storing them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from declarations.concerned_fields import ConcernedField
from schemas.edifact.reading import EDIFACT_EDITION
from schemas.epcis.reading import EPCIS_EDITION
from schemas.findings import Finding
from schemas.manifests.reading import MANIFEST_EDITION
from schemas.message_types import EDITION, EDITIONS
from schemas.parsing import Unreadable
from schemas.platform_files.reading import PLATFORM_FILE_EDITION
from schemas.reading import open_message, read
from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window.intake.explaining import explain
from single_window.intake.validated import Against
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window_client import SandboxClient


@client_command(without_data=True)
def validate(
    call: Call,
    sandbox: SandboxClient,
    files: tuple[BinaryIO, ...] = argument("FILE...", required=True),
    edition: str | None = option("Schema edition [default: the sender's].", type=click.Choice(EDITIONS)),
    against: str = option(
        "Compare documents with those in the same FILEs, or also with stored ones.",
        type=click.Choice([way.value for way in Against]),
        default=Against.UPLOAD.value,
    ),
    tax: bool = option("Include the tax of each list, with its calculation."),
    form: bool = option("See the documents alone: do not file them on trial in the sandbox."),
) -> None:
    """Validate messages, EPCIS, EDIFACT, platform files, manifests (- reads standard input); store none.

    Messages are filed on trial in the sandbox, of which nothing stays: the receipts that they would get are told. Where
    there is no database, only their form is seen.

    \b
    Examples:
      single-window validate list.xml
      single-window validate order.xml payment.xml waybill.xml list.xml
      single-window validate list.xml --against stored
      single-window sample 621 | single-window validate - --tax
      single-window validate events.jsonld
      single-window validate despatch.edi
      single-window validate packing-list.txt
    """
    bodies = [file.read() for file in files]
    receipts = [_receipt(body, call, edition) for body in bodies]
    sent = [b64encode(body).decode() for body, receipt in zip(bodies, receipts, strict=True) if receipt is None]
    answer: dict[str, Any] = {}
    if sent:
        query = {"edition": edition, "against": against, "trial": not form and call.without is None}
        answer = sandbox.call("POST", "/validate", json={"messages": sent}, query=query)
    readable = iter(answer.get("messages", [answer]))
    _print_results(call, files, [receipt if receipt is not None else next(readable) for receipt in receipts], tax)


def _print_results(call: Call, files: Sequence[BinaryIO], results: Sequence[dict[str, Any]], tax: bool) -> None:
    valid = all(result["valid"] for result in results)
    call.print_json(results[0] if len(results) == 1 else {"valid": valid, "messages": results})
    for file, result in zip(files, results, strict=True):
        _show(call, getattr(file, "name", "<stdin>"), result, tax)
    if not valid:
        raise click.exceptions.Exit(FAILED)


def _receipt(body: bytes, call: Call, edition: str | None) -> dict[str, Any] | None:
    """Validate a message of the window to participants by its schema; None for another message."""
    try:
        opened = open_message(body, cap=call.settings.body_cap)
    except Unreadable:
        return None
    if not opened.entry.receipt:
        return None
    message = read(opened, edition or EDITION, explain=explain)
    return {
        "valid": not message.findings,
        "findings": [{"stage": "form", **finding._asdict()} for finding in message.findings],
        "type": opened.entry.root,
        "edition": message.edition,
        "count": opened.count,
        "sender": "",
        "documents": [],
    }


def _show(call: Call, name: str, result: dict[str, Any], tax: bool) -> None:
    findings = result["findings"]
    summary = (
        f"{result['type']}, edition {result['edition']}, {result['count']} {_counted(result)}"
        if result["type"]
        else "not a known message"
    )
    clean = "no finding 校验通过" if result.get("receipts") is not None else "no finding by its form 格式校验通过"
    call.print_line(f"{name}: {summary}: {f'{len(findings)} finding(s)' if findings else clean}")
    show_findings(
        call,
        [Finding(**{key: finding[key] for key in Finding._fields}) for finding in findings],
        [[ConcernedField(**field) for field in finding.get("fields", ())] for finding in findings],
    )
    _show_receipts(call, result.get("receipts"))
    for document in result["documents"]:
        stored = f", stored before by message {document['stored']['message']}" if document["stored"] else ""
        call.print_line(
            f"  document {document['position']} ({document['key']}): would be "
            f"{_WOULD.get(document['would'], document['would'])}{stored}"
        )
        if export := document.get("export"):
            missing = ", ".join(call.pick(phrase("role", kind)) for kind in export["missing"])
            call.print_line(
                f"    {call.pick(phrase('label', 'fob'))} {export['fob'] or '?'}"
                + (f" · {call.pick(phrase('label', 'not_there'))}: {missing}" if missing else "")
            )
        if tax and document["tax"]:
            for line in document["tax"]["working_zh" if call.language == "zh" else "working_en"]:
                call.print_line(f"    {line}")


def _show_receipts(call: Call, receipts: Sequence[dict[str, Any]] | None) -> None:
    if receipts is None:
        why = "" if call.without is None else f" (no database in {call.without.resolve()}: --data or --url names one)"
        call.print_line(f"  the form alone was seen: no receipt is foretold 仅校验格式，未试报{why}")
        return
    for receipt in receipts:
        status, info = (call.pick(Words(receipt[f"{name}_zh"], receipt[f"{name}_en"])) for name in ("status", "info"))
        text = f": {info}" if info else ""
        call.print_line(f"  would be answered 将答复 {receipt['type']} {receipt['status']} {status}{text}")


_COUNTED = {
    EPCIS_EDITION: "event(s)",
    EDIFACT_EDITION: "message(s)",
    PLATFORM_FILE_EDITION: "record(s)",
    MANIFEST_EDITION: "bill(s)",
}
"""What is counted in formats of others, by the first word, or words, of their editions."""


def _counted(result: dict[str, Any]) -> str:
    edition = result["edition"]
    return next((words for name, words in _COUNTED.items() if edition.startswith(name)), "document(s)")


_WOULD = {
    "insert": "inserted 新增",
    "replace": "inserted in place of the stored one 变更",
    "delete": "deleted 删除",
    "declare_staged": "declared (it was staged) 申报",
    "refuse": "refused 拒收",
    "repeat": "answered as a repetition 重复",
}
