"""What warehouses abroad write by EDIFACT: messages of D.96A, with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from single_window.api.app import create_app
from single_window.work.runtime import Runtime
from tests.stories.overseas import ZONES, Overseas
from tests.stories.summarising import MERCHANT

DOCUMENTS = {"DESADV": "351", "RECADV": "632", "INVRPT": "35", "SLSRPT": "73E::9"}
BETWEEN = {"DESADV": "CPS+1'", "RECADV": "CPS+1'", "INVRPT": "", "SLSRPT": "LOC+162+HAM01::92'"}
ROLES = {"DESADV": "SF", "RECADV": "WH", "INVRPT": "WH"}
REFERENCES = count(2)
"""Each interchange has a reference of its own."""
TIMES = {"DESADV": "11", "RECADV": "50", "INVRPT": "179", "SLSRPT": "356"}


def goods(*quantities: str, item: str = "SKU1", lot: str = "L1", number: int = 1, gtin: str = "") -> str:
    """A line of goods with these quantities (`194:10:PCE`); one that begins with a tag stands as it is."""
    named = [f"{item}:SA"] * bool(item) + [f"{lot}:NB"] * bool(lot)
    told = "".join(f"{one}'" if one[:3].isalpha() else f"QTY+{one}'" for one in quantities)
    first = f"LIN+{number}" + (f"++{gtin}:EN" if gtin else "")
    return f"{first}'" + (f"PIA+1+{'+'.join(named)}'" if named else "") + told


def message(
    kind: str,
    *lines: str,
    number: str = "1",
    at: str = "202610010800?+02:303",
    warehouse: str = "HAM01",
    parties: str = "",
    head: str = "",
    function: str = "9",
    dated: str = "20261120:102",
) -> str:
    """The segments of a message of a warehouse, without UNH and UNT; `at`: when it happened, `dated`: of which date
    its document is, each with the format."""
    own = "" if kind == "SLSRPT" else f"NAD+{ROLES[kind]}+{warehouse}::92'"
    when = f"DTM+{TIMES[kind]}:{at}'" if at else ""
    date = f"DTM+137:{dated}'"
    begin = f"BGM+{DOCUMENTS[kind]}+{number}+{function}'{date}"
    between = BETWEEN[kind].replace("HAM01", warehouse)
    if kind == "SLSRPT":
        return f"{begin}{head}NAD+SE+QD-SELLER::92'{parties}{between}{when}{''.join(lines)}"
    if kind == "INVRPT":
        return f"{begin}{when.replace('DTM+179', 'DTM+366')}{head}{own}{parties}{''.join(lines)}"
    return f"{begin}{when}{head}{own}{parties}{between}{''.join(lines)}"


def interchange(*messages: tuple[str, str], reference: str = "R1", head: str = "") -> bytes:
    """An interchange of messages, each its type and its segments."""
    whole = head or f"UNB+UNOC:3+HAM01:ZZ+QD-PORT:ZZ+261120:0900+{reference}'"
    for number, (kind, body) in enumerate(messages, 1):
        segments = body.replace("?'", "").count("'") + 2
        whole += f"UNH+{number}+{kind}:D:96A:UN'{body}UNT+{segments}+{number}'"
    return f"{whole}UNZ+{len(messages)}+{reference}'".encode("latin-1")


def query(warehouse: str = "HAM01", country: str = "DEU", **more: str) -> dict[str, str]:
    """What a call tells besides."""
    told = {"ebcCode": MERCHANT.code, "warehouseCode": warehouse, "timeZone": f"{country}={ZONES[country][1]}"}
    return {**told, "unit": "PCE=011,011", **({"eprNo": "DE1234567890123"} if country == "DEU" else {}), **more}


def post(overseas: Overseas, data: bytes, accept: str = "application/json", **more: str) -> Any:
    """Send an interchange; gives the answer of the call."""
    client = create_app(overseas.story.window, runtime=Runtime(overseas.story.window)).test_client()
    answer = client.post(
        "/api/v1/overseas/edifact",
        data=data,
        query_string=query(**more),
        headers={"X-Sandbox": overseas.story.sandbox, "Accept": accept, "Content-Type": "application/edifact"},
    )
    overseas.story.window.settle()
    return answer


def tell(
    overseas: Overseas, kind: str, *lines: str, call: dict[str, str] | None = None, **more: Any
) -> tuple[str, str]:
    """Send a message alone, an hour after the one before; gives status and first code of the answer to its notice, or
    `refused` and the first finding."""
    overseas.story.pass_time(hours=1)
    warehouse = more.get("warehouse", "HAM01")
    whole = interchange((kind, message(kind, *lines, **more)), reference=f"R{next(REFERENCES)}")
    sent = post(overseas, whole, warehouse=warehouse, **(call or {}))
    if sent.status_code != 202:
        return "refused", sent.json["findings"][0]["code"]
    (key,) = sent.json["notices"]
    return overseas.answers(key.split("|")[1])[-1]


def codes(answer: Any) -> Sequence[tuple[str, str]]:
    """The findings of an answer: code, and place without reference and byte."""
    found = answer.json.get("findings", ())
    return [(one["code"], one["path"].partition("/")[2].partition("@")[0]) for one in found]
