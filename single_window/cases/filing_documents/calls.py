"""HTTP calls about the filing documents of refund claims: an index as JSON, cases."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import File, List, Nested, String
from apiflask.validators import Length
from flask import Response
from sqlalchemy import Connection

from declarations.calendar import stamp14
from schemas.message import Transfer
from schemas.writing import write
from single_window.cases.filing_documents.answers import KeptPaperOut, KeptPapersOut
from single_window.cases.filing_documents.decisions import FILING_DECISION
from single_window.cases.filing_documents.queries import FILING_CASE_READER, find_own_filing_case
from single_window.frame.decision_kinds import Subject
from single_window.frame.files import add
from single_window.frame.http import key_access
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.json_messages import send_alone
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.intake.made_messages import guid_of

blueprint = Calls("filing_documents", __name__, rights=READ_OFFICERS_PAPERS, tag="filing documents")


def _word(description: str, required: bool = False, most: int = 100) -> String:
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return String(validate=Length(1 if required else 0, most), metadata={"description": description}, **how)


class FilingPaperIn(Schema):
    """A paper of a claim."""

    paperKind = _word("C contract, T transport, A of the declaring agent, W warehouse abroad, S sales", True, 1)
    paperNo = _word("单证编号", True, 60)
    exportNo = _word("declaration or list of 18 digits; empty: all exports of the claim", most=18)
    medium = _word("P paper, I image, D data", True, 1)
    place = _word("where it is kept")


class FilingIndexIn(Schema):
    """The index of the filing documents of a claim; its fields are the elements of the message FilingIndex."""

    ebcCode = _word("企业代码", True, 18)
    ebcName = _word("企业名称", True)
    copNo = _word("企业内部编号, unique with ebcCode", True, 20)
    claimNo = _word("the copNo of the claim", True, 20)
    lines = List(Nested(FilingPaperIn), required=True, validate=Length(1, 2_000))


def _file() -> Any:
    made: Any = File()  # type: ignore[no-untyped-call]
    return made


class PapersIn(Schema):
    """Papers as files, as a form (multipart/form-data)."""

    files = List(_file(), required=True, validate=Length(1, 10))


@blueprint.post("/filing-documents", rights=("send_messages",), makes_messages=True)
@blueprint.input(FilingIndexIn, arg_name="told")
@blueprint.doc(
    responses={
        202: answer("converted into a message, archived and filed", AcceptedOut),
        400: refused("it cannot be converted into a message"),
        403: refused("the company's DXP id is not one of the key's"),
        503: refused("overloaded; send again after Retry-After seconds"),
    }
)
def send_index(told: dict[str, Any]) -> Response:
    """Send the index of filing documents as JSON.

    It becomes the message FilingIndex of the company, whose receipts report the outcome."""
    lines = [{name: value for name, value in line.items() if value} for line in told.pop("lines")]
    return send_alone(lambda sender, now: _index_message(told, lines, sender, now), told["ebcCode"])


def _index_message(head: dict[str, str], lines: list[dict[str, str]], sender: Transfer, now: int) -> bytes:
    key = "|".join((*head.values(), *(value for line in lines for value in line.values()), str(now)))
    whole = {"guid": guid_of("document", key), "appType": "1", "appTime": stamp14(now), **head}
    numbered = [{"gnum": str(place), **line} for place, line in enumerate(lines, 1)]
    return write("FilingIndex", [(whole, numbered)], guid=guid_of("message", key), transfer=sender)


@blueprint.post("/filing-documents/<number>/files", rights=("send_messages",))
@blueprint.input(PapersIn, location="form_and_files", arg_name="body")
@blueprint.doc(
    responses={
        200: answer("kept with the filing documents", KeptPapersOut),
        404: refused("no such filing documents, or those of another company"),
        413: refused("the request is larger than 10.2 MB"),
        422: refused("a file is not accepted, or there are too many"),
    }
)
def send_papers(number: str, body: dict[str, Any]) -> Response:
    """Send papers of filing documents as files.

    PDF, PNG, JPEG, or text without markup, for the officer who looks at the documents of a claim (its caseNo, or its
    claimNo). A key sends for the company of its mailbox; the same file again changes nothing."""
    with reading_sandbox() as (connection, sandbox):
        subject = _demand_own(connection, sandbox, number)
    kept = [
        add(ports().window, sandbox, subject, file.filename or "", file.mimetype, file.read(), caller())[0]
        for file in body["files"]
    ]
    return json_response(KeptPapersOut(case_no=subject.label, files=tuple(KeptPaperOut.of(file) for file in kept)))


def _demand_own(connection: Connection, sandbox: str, number: str) -> Subject:
    """The filing documents of a number that are those of the caller's mailbox; raises `Problem` (404) if none are."""
    case = find_own_filing_case(connection, sandbox, number, key_access.senders())
    if case is None:
        raise problem("no-such-case", sandbox=sandbox, number=number, zh="备案单证", en="filing documents")
    return FILING_DECISION.by_id(connection, sandbox, str(case.id))


add_cases(blueprint, FILING_CASE_READER, CasesOfMerchantIn)
