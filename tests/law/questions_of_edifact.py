"""Questions about EDIFACT: what is wrong, which stock an interchange tells of, how CONTRL answers. Texts in and out."""

from __future__ import annotations

from datetime import datetime

from schemas.edifact.control import control
from schemas.edifact.dates import instant, is_date
from schemas.edifact.interchange import Interchange
from schemas.edifact.places import SyntaxFault
from schemas.edifact.reading import read_interchange
from schemas.edifact.warehouse import stock_lines
from schemas.edifact.writing import write

_AT = datetime(2026, 11, 20, 9, 5)
_LATIN = "latin-1"


def edifact_interchange(text: str) -> str:
    """Return what is wrong with an interchange, each with its place; `clean` if nothing is, and it is written alike."""
    data = text.encode(_LATIN)
    interchange = read_interchange(data)
    told = "; ".join(map(_told, interchange.faults))
    return told or ("clean" if write(interchange) == data else "written otherwise")


def edifact_message(kind: str, body: str) -> str:
    """Return what is wrong with a message of these segments in an interchange with right counts."""
    return "; ".join(map(_told, _interchange(kind, body).faults)) or "clean"


def edifact_stock(kind: str, body: str) -> str:
    """Return the events of stock of a message, with quantity, time, item, lot, reference and parties."""
    lines = stock_lines(_interchange(kind, body))
    return "; ".join(
        f"{line.event}{line.quantity} {line.unit} {line.condition} {line.at}{line.offset or ''} {line.item}/{line.gtin}"
        f"/{line.lot} {line.ref} {line.warehouse}>{line.partner}"
        for line in lines
    )


def edifact_control(kind: str, body: str) -> str:
    """Return the segments of the CONTRL that answers a message, without its envelopes."""
    answer = control(_interchange(kind, body), reference="C1", at=_AT)
    return " ".join(one.raw for one in read_interchange(answer or b"").segments[2:-2])


def edifact_date(value: str, form: str) -> str:
    """Return the day or instant of a date in its format; whether it is one, if it names none."""
    found = instant(value, form)
    return f"{found.at}{found.offset or ''}" if found else "yes" if is_date(value, form) else "no"


def _interchange(kind: str, body: str) -> Interchange:
    count = body.replace("?'", "").count("'") + 2
    head, end = "UNB+UNOC:3+WH1:ZZ+SW:ZZ+261120:0900+R1'", "UNZ+1+R1'"
    return read_interchange(f"{head}UNH+1+{kind}'{body}UNT+{count}+1'{end}".encode(_LATIN))


def _told(fault: SyntaxFault) -> str:
    place = fault.place
    element = f" {place.element}.{place.component}" if place.element else ""
    code = fault.finding.code.removeprefix("edifact-") + ("?" if fault.finding.warning else "")
    return f"{code} {place.segment} {place.tag}{element}".replace(" 0 ", " ").strip()
