"""The HTTP call by which companies hand on what warehouses abroad tell by EDIFACT, answered in JSON or by CONTRL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length, OneOf, Regexp, Validator
from flask import Response, request
from marshmallow import ValidationError
from msgspec import UNSET, Meta, UnsetType

from declarations.overseas.times import is_zone
from schemas.edifact.control import RECEIVED
from schemas.edifact.interchange import Interchange
from schemas.edifact.reading import MEDIA_TYPE
from schemas.edifact.verdicts import accepted_messages
from single_window.cases.overseas.edifact_lines import EdifactTerms
from single_window.cases.overseas.edifact_notices import read_notices
from single_window.cases.overseas.sending_calls import SEND, admit_notices, blueprint
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.documentation import answer, raw_body, refused
from single_window.frame.http.json_messages import is_trial
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, refusal
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED
from single_window.intake.interchanges import control_of, is_duplicate, test_note, text_of

__all__ = ["blueprint"]
JUDGED = "7"
_PAIRS_AT_MOST = 20_000
_PLACE = re.compile(r"([A-Z]{3})=(.+)")


class CountryZone(Validator):
    """A validator of a country with the time zone of a warehouse there."""

    def __call__(self, value: str) -> str:
        found = _PLACE.fullmatch(value)
        if found is None or not is_zone(found[2]):
            raise ValidationError("it must be COUNTRY=ZONE with a time zone (IANA), as DEU=Europe/Berlin")
        return value


def _text(most: int, description: str, required: bool = False) -> String:
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return String(validate=Length(1 if required else 0, most), metadata={"description": description}, **how)


class InterchangeIn(Schema):
    """Facts that an interchange of EDIFACT does not tell of stock abroad."""

    ebcCode = _text(18, "货主企业代码", required=True)
    warehouseCode = _text(30, "海外仓代码", required=True)
    timeZone = String(
        required=True,
        validate=CountryZone(),
        metadata={"description": "COUNTRY=ZONE: DEU=Europe/Berlin, whose clock counts where no offset is told"},
    )
    unit = _text(
        1_000,
        "declared units of those of EDIFACT, by commas: PCE=011,KGM=035; 011 alone for quantities without a unit",
        required=True,
    )
    items = _text(_PAIRS_AT_MOST, "GTIN=SKU of lines without the seller's item number, by commas")
    partners = _text(_PAIRS_AT_MOST, "PARTY=COUNTRY (CN, DE) of other parties whose segment names none, by commas")
    party = _text(35, "how the interchange names the warehouse; empty: by its code")
    dayTime = String(
        load_default="",
        validate=Regexp(r"^(([01]\d|2[0-3]):[0-5]\d)?$(?!\n)"),
        metadata={"description": "HH:MM there, of events of which only the day is told; empty: they are refused"},
    )
    eprNo = _text(30, "LUCID in Germany")
    control = String(
        load_default=JUDGED,
        validate=OneOf([JUDGED, RECEIVED]),
        metadata={"description": "what CONTRL says: 7 what became of each message, 8 only that the interchange came"},
    )


class SentInterchangeOut(Answer, frozen=True, kw_only=True):
    """The outcome of sending an interchange."""

    messages: tuple[AcceptedOut, ...]
    notices: Annotated[tuple[str, ...], Meta(description="warehouseCode|noticeNo|part of each")]
    refused: Annotated[tuple[str, ...], Meta(description="references (0062) of the messages that are refused")]
    control: Annotated[str | UnsetType, Meta(description="the interchange with the CONTRL that answers")] = UNSET
    findings: Annotated[Findings | UnsetType, Meta(description="what is wrong, and remarks; absent without any")] = (
        UNSET
    )


@blueprint.post(
    "/overseas/edifact",
    rights=SEND,
    reads=raw_body("an interchange, from UNA or UNB on", MEDIA_TYPE),
    makes_messages=True,
)
@blueprint.input(InterchangeIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        202: answer("notices of the messages that are not refused, filed", SentInterchangeOut, MEDIA_TYPE),
        400: refused("every message is refused: each place is named; with Accept application/edifact by CONTRL"),
        403: refused("the company's DXP id is not one of the key's"),
        503: refused("overloaded; send again after Retry-After seconds"),
    }
)
def send_interchange(query: dict[str, Any]) -> Response:
    """Send an interchange of EDIFACT.

    DESADV, RECADV, INVRPT and SLSRPT (D.96A, D.01B) of a warehouse abroad about a company's goods. Each message becomes
    a notice (OverseasStockNotice), or is refused with every segment and element that is wrong, and nothing of it is
    booked. With `Accept: application/edifact` the answer is an interchange with CONTRL."""
    sandbox = guard.sandbox_name()
    now, body = ports().window.now(sandbox), request.get_data()
    read = read_notices(body, _terms(query, now))
    interchange, sent_by = read.interchange, ("overseas", query["ebcCode"], query["warehouseCode"])
    if interchange.is_test:
        interchange.faults = [*interchange.faults, test_note(interchange)]
        read = read._replace(notices=())
    elif read.notices and is_duplicate(
        ports().window.engine, sandbox, interchange, body, sent_by, None if is_trial() else now
    ):
        read = read._replace(notices=())
    answered = _control(read.interchange, body, now, query["control"] == RECEIVED)
    if not read.notices and (interchange.refused or not interchange.is_test):
        return _as_edifact(answered, 400) or refusal(
            400, read.interchange.findings, control=_text_of(answered, read.interchange)
        )
    findings = interchange.findings
    accepted = admit_notices(read.notices, query["ebcCode"], now, findings) if read.notices or is_trial() else ()
    if isinstance(accepted, Response):
        return accepted
    out = SentInterchangeOut(
        messages=accepted,
        notices=tuple(notice.number for notice in read.notices),
        refused=_refused(read.interchange),
        control=_text_of(answered, read.interchange),
        findings=findings_out(findings) or UNSET,
    )
    return _as_edifact(answered, ACCEPTED) or json_response(out, ACCEPTED)


def _terms(query: Mapping[str, str], now: int) -> EdifactTerms:
    country, _, zone = query["timeZone"].partition("=")
    return EdifactTerms(
        ebc_code=query["ebcCode"],
        warehouse_code=query["warehouseCode"],
        country=country,
        zone=zone,
        as_of=now,
        units=_pairs(query["unit"]),
        skus=_pairs(query["items"]),
        countries=_pairs(query["partners"]),
        party=query["party"],
        day_time=query["dayTime"],
        epr_no=query["eprNo"],
    )


def _pairs(text: str) -> dict[str, str]:
    """`PCE=011,KGM=035` by its first halves; a half alone stands under an empty key."""
    halves = [pair.rpartition("=") for pair in text.split(",") if pair]
    return {first.strip(): second.strip() for first, _, second in halves}


def _refused(interchange: Interchange) -> tuple[str, ...]:
    taken = {message.number for message in accepted_messages(interchange)}
    return tuple(message.reference for message in interchange.messages if message.number not in taken)


def _control(interchange: Interchange, body: bytes, now: int, received_only: bool) -> bytes | None:
    """The CONTRL that answers; its reference follows from what it answers and when."""
    reference = sha256(b"%d|%b" % (now, body)).hexdigest()[:14].upper()
    return control_of(interchange, reference, now, received_only)


def _text_of(answered: bytes | None, interchange: Interchange) -> str | UnsetType:
    return UNSET if answered is None else text_of(answered, interchange)


def _as_edifact(answered: bytes | None, status: int) -> Response | None:
    """The answer as EDIFACT, if that is what the caller would rather have and there is one."""
    best = request.accept_mimetypes.best_match(["application/json", MEDIA_TYPE])
    return Response(answered, status, mimetype=MEDIA_TYPE) if answered is not None and best == MEDIA_TYPE else None
