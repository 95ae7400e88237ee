"""HTTP calls for companies' signing certificates: issue by the sandbox's test authority, register, list, revoke."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import Response
from werkzeug.routing import BaseConverter

from schemas.signature import keys
from schemas.signature.algorithms import Key
from schemas.signature.certificates import MAX_CERTIFICATE_BYTES, BadCertificate, read_text
from single_window.answers.certificates import (
    CertificateOut,
    CertificatesOut,
    IssuedCertificateOut,
    certificate_out,
    issued_out,
)
from single_window.frame.http import guard
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.kinds import page
from single_window.language.words import Words
from single_window.master_data import certificates as keeping
from single_window.master_data.certificates import YEARS
from single_window.store import certificates as rows
from single_window.store import sandboxes
from single_window.store.engine import reading

_COMPANY = {"description": "the company's customs code (copCode)"}
_CODE = Regexp("[0-9A-Za-z]{1,18}$")


class CertificateIn(Schema):
    """A certificate to issue."""

    company = String(required=True, validate=_CODE, metadata=_COMPANY)
    algorithm = String(
        load_default=Key.RSA.value,
        validate=OneOf([key.value for key in Key]),
        metadata={"description": "rsa: 1024 bits, like older cards; sm2: like cards since 2022"},
    )
    days = Integer(
        load_default=YEARS * 365,
        validate=Range(1, 20_000),
        metadata={"description": "days of validity, by the sandbox's clock"},
    )


class OwnCertificateIn(Schema):
    """A certificate of another authority to register."""

    company = String(required=True, validate=_CODE, metadata=_COMPANY)
    certificate = String(
        required=True, validate=Length(1, 2 * MAX_CERTIFICATE_BYTES), metadata={"description": "PEM, or DER in Base64"}
    )


class CertificatesIn(Schema):
    """The certificates to list."""

    company = String(load_default="", validate=Length(0, 18), metadata=_COMPANY)
    after = String(load_default="", validate=Length(0, 40), metadata={"description": "only numbers behind this one"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class CertificateNumber(BaseConverter):
    """The number of a certificate in a path, except the word `register`, which is another call."""

    regex = "(?!register$)[^/]+"


blueprint = Calls("certificates", __name__, rights=CONTROL, tag="signatures")
blueprint.record(lambda state: state.app.url_map.converters.update(certificate=CertificateNumber))
_REFUSED = {
    400: refused("the request is not as described"),
    404: refused("no such sandbox or certificate"),
    409: refused("the number exists already, or the sandbox has the maximum number of certificates"),
}


@blueprint.get("/certificates", rights=("send_messages", "control_tests", "see_cases"))
@blueprint.input(CertificatesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("by number", CertificatesOut), 404: _REFUSED[404]})
def listed(query: dict[str, Any]) -> Response:
    """List certificates.

    The certificates registered in the sandbox, optionally of one company; `next` is the `after` of the next page."""
    at, sandbox = ports(), guard.sandbox_name()
    now = at.window.now(sandbox)
    with reading(at.window.engine) as connection:
        sandboxes.find(connection, sandbox)
        certificates = rows.page(connection, sandbox, query["company"], query["after"], query["limit"] + 1)
    first, following = page(certificates, query["limit"], by="number")
    shown = tuple(certificate_out(certificate, now) for certificate in first)
    return json_response(CertificatesOut(certificates=shown, next=following))


@blueprint.post("/certificates")
@blueprint.input(CertificateIn, arg_name="body")
@blueprint.doc(responses={201: answer("issued", IssuedCertificateOut), **_REFUSED})
def issue(body: dict[str, Any]) -> Response:
    """Issue a certificate.

    The sandbox's test authority creates a key and a certificate for a company and registers it. The private key is only
    in this answer; all its data are invented."""
    at, sandbox = ports(), guard.sandbox_name()
    made = keeping.issue(at.window, sandbox, body["company"], Key(body["algorithm"]), body["days"])
    secret = keys.to_pem(made.key).decode("ascii")
    registered, now = _find_registered(sandbox, made.certificate.number), at.window.now(sandbox)
    return json_response(issued_out(registered, now, made.certificate.base64, secret), 201)


@blueprint.post("/certificates/register")
@blueprint.input(OwnCertificateIn, arg_name="body")
@blueprint.doc(responses={201: answer("registered", CertificateOut), **_REFUSED})
def register(body: dict[str, Any]) -> Response:
    """Register a certificate.

    A company's certificate from another authority: its signatures are valid from now on."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        certificate = read_text(body["certificate"])
    except BadCertificate as bad:
        raise problem("wrong-parameter", name="certificate", reason=_unreadable(bad), path="certificate") from None
    keeping.register(at.window, sandbox, body["company"], certificate)
    return json_response(certificate_out(_find_registered(sandbox, certificate.number), at.window.now(sandbox)), 201)


@blueprint.delete("/certificates/<certificate:number>")
@blueprint.doc(responses={200: answer("the revoked certificate", CertificateOut), 404: _REFUSED[404]})
def revoke(number: str) -> Response:
    """Revoke a certificate.

    From the sandbox's current instant; signatures accepted before stay valid."""
    at, sandbox = ports(), guard.sandbox_name()
    certificate = keeping.revoke(at.window, sandbox, number)
    return json_response(certificate_out(certificate, at.window.now(sandbox)))


def _find_registered(sandbox: str, number: str) -> rows.RegisteredCertificate:
    with reading(ports().window.engine) as connection:
        return rows.certificates_by_number(connection, sandbox, [number])[number]


def _unreadable(bad: BadCertificate) -> Words:
    """The fault of a certificate; the reader says the rest in English."""
    return Words(f"无法读取证书（{bad}）", str(bad))
