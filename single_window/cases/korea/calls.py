"""HTTP calls about Korea: parcels, certificates of origin, and what testers' programs ask its customs."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from declarations.korea.lists import seoul_day
from declarations.korea.people import faults_of_consignee
from single_window.cases.korea.answers import KoreaCertificateOut
from single_window.cases.korea.queries import (
    KOREA_READER,
    certificate_out,
    find_parcel,
    names_certificate,
    tracked_parcel,
)
from single_window.cases.korea.return_drafts import owners_of, return_draft
from single_window.cases.korea.tracking import BAD_QUERY, NO_PARCEL, consignee_asked, progress, verification
from single_window.frame import case_rows
from single_window.frame.http import key_access
from single_window.frame.http.calls import READ, READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import CasesIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response, problem
from single_window.store.law_books import law_of
from single_window.store.sandboxes import clocks

XML = "application/xml"
blueprint = Calls("korea", __name__, rights=READ_OFFICERS_PAPERS, tag="korea")


def _asked(description: str) -> String:
    return String(load_default="", validate=Length(0, 60), metadata={"description": description})


class TrackingIn(Schema):
    """The query of a parcel, by the names of API001."""

    hblNo, mblNo = _asked("number of the parcel"), _asked("bill of lading; not read")
    blYy = _asked("year of its arrival in Korea")


class PersonalCodeIn(Schema):
    """The query of a personal code, by the names of API028; `zip` is our own."""

    persEcm, pltxNm = _asked("personal code"), _asked("name")
    cralTelno, zip = _asked("phone"), _asked("postcode")


@blueprint.get("/korea/certificates/<number>", rights=READ)
@blueprint.doc(
    responses={
        200: answer("as its data were told last", KoreaCertificateOut),
        404: refused("no parcel of the caller's names it"),
    }
)
def certificate(number: str) -> Response:
    """Show a certificate of origin.

    With or without hyphens; one of which no data were exchanged says so (`not_exchanged`). A company's key reads those
    that parcels of its own name."""
    with reading_sandbox() as (connection, sandbox):
        own = key_access.companies(connection, sandbox)
        if own is not None and not names_certificate(connection, sandbox, number, own):
            raise problem("no-such-case", sandbox=sandbox, number=number, zh="原产地证书", en="certificate of origin")
        return json_response(certificate_out(connection, sandbox, number))


@blueprint.get("/korea/parcels/<number>/return", rights=READ)
@blueprint.doc(
    responses={
        200: {"description": "a message", "content": {XML: {}}},
        404: refused("no such parcel of the caller's was sent back, or there is no list of ours of it"),
    }
)
def draft_return(number: str) -> Response:
    """Draft the return (CEB213) of a parcel that Korea sent back.

    By its parcelNo, as its agent may send it. Ship, voyage and bill of the way back are those of the way out: fill in
    others. Nothing is stored."""
    with reading_sandbox() as (connection, sandbox):
        own, parcel = key_access.companies(connection, sandbox), find_parcel(connection, sandbox, number)
        owners = owners_of(connection, parcel) if parcel else frozenset()
        body = None
        if parcel is not None and (own is None or own & owners):
            body = return_draft(connection, sandbox, parcel)
    if body is None:
        raise problem("no-such-case", sandbox=sandbox, number=number, zh="退运的包裹", en="parcel that was sent back")
    return Response(body, mimetype=XML)


@blueprint.get("/korea/tracking/cargCsclPrgsInfoQry", query=None)
@blueprint.input(TrackingIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("as API001; errors have tCnt 0", None, XML)})
def tracking(asked: dict[str, Any]) -> Response:
    """Track a parcel in Korea as UNI-PASS does.

    XML with the names of API001. Errors come as HTTP 200 with tCnt 0."""
    year = asked["blYy"]
    if not (asked["hblNo"] and len(year) == 4 and year.isascii() and year.isdigit()):
        return Response(progress(None, (), BAD_QUERY), mimetype=XML)
    with reading_sandbox() as (connection, sandbox):
        parcel = tracked_parcel(connection, sandbox, asked["hblNo"], int(year))
        told = case_rows.history(connection, sandbox, parcel.parcel_no, "korea_parcel") if parcel else ()
    return Response(progress(parcel, told, NO_PARCEL), mimetype=XML)


@blueprint.get("/korea/tracking/persEcmQry", query=None)
@blueprint.input(PersonalCodeIn, location="query", arg_name="asked")
@blueprint.doc(responses={200: answer("as API028; errors have tCnt 0", None, XML)})
def personal_code(asked: dict[str, Any]) -> Response:
    """Compare a personal code with the register as UNI-PASS does.

    XML with the names of API028, by the law of today in Korea. The people of the register are synthetic."""
    with reading_sandbox() as (connection, sandbox):
        law, day = law_of(connection, sandbox), seoul_day(clocks(connection)[sandbox].now())
    person = consignee_asked(asked["persEcm"], asked["pltxNm"], asked["cralTelno"], asked["zip"])
    return Response(verification(list(faults_of_consignee("–", person, day, law))), mimetype=XML)


add_cases(blueprint, KOREA_READER, CasesIn)
