"""Files of master data that are refused as a whole, or for what stands in other rows or is in use; each beside one that
comes closest and is imported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.changed_messages import changed
from simulators.probes.master_rows import as_csv, refused, row_of

MOMENT = "2026-11-24T08:00:00+08:00"
GUARANTEE, AMOUNT = "PROBE00001", "1000.00"
PERSON = row_of("persons", 1)
LINE = ",".join(PERSON.values())


class ImportedFile(NamedTuple):
    """A file of one kind, as CSV or JSON, and the places that are named when it is refused; none: it is imported."""

    words: str
    kind: str
    body: bytes
    places: frozenset[str] = frozenset()
    content: str = "text/csv"


def _rates(**second: str) -> bytes:
    """Two refund rates of a code, the first of which ends with the year 2026."""
    return as_csv([{**row_of("refund_rates", 1), "until": "2026-12-31"}, {**row_of("refund_rates", 1), **second}])


def _goods(**second: str) -> bytes:
    """Two rows of a code, the first of which ends with the year 2026."""
    return as_csv([{**row_of("goods", 1), "listed_until": "2026-12-31"}, {**row_of("goods", 1), **second}])


def _rate(currency: str, month: str, rate: str = "6.5") -> bytes:
    """An exchange rate."""
    return as_csv([{**row_of("exchange_rates", 0), "currency": currency, "month": month, "rate": rate}])


def _persons(*lines: str, header: str = "id_number,name", encoding: str = "utf-8") -> bytes:
    """A file of persons by its lines."""
    return "\n".join([header, *lines]).encode(encoding)


FILES: Sequence[ImportedFile] = (
    ImportedFile(
        "without a column", "persons", _persons(PERSON["id_number"], header="id_number"), frozenset({"1:name"})
    ),
    ImportedFile(
        "with a column twice", "persons", _persons(f"{LINE},X", header="id_number,name,name"), frozenset({"1:name"})
    ),
    ImportedFile(
        "with an unknown column", "persons", _persons(f"{LINE},7", header="id_number,name,age"), frozenset({"1:age"})
    ),
    ImportedFile("with a cell too many", "persons", _persons(LINE, f"{LINE},7"), frozenset({"3:"})),
    ImportedFile("with a cell too few", "persons", _persons(PERSON["id_number"]), frozenset({"2:"})),
    ImportedFile("with a row twice", "persons", _persons(LINE, "", LINE), frozenset({"4:id_number"})),
    ImportedFile("in UTF-16", "persons", _persons(LINE, encoding="utf-16"), frozenset({"0:"})),
    ImportedFile("with an open quotation", "persons", _persons(f'{PERSON["id_number"]},"王'), frozenset({"2:"})),
    ImportedFile("with empty lines", "persons", _persons("", LINE, ",,")),
    ImportedFile("with a mark of its encoding", "persons", _persons(LINE, encoding="utf-8-sig")),
    ImportedFile("in GB18030", "persons", _persons(LINE, encoding="gb18030")),
    ImportedFile("in JSON", "persons", json.dumps([PERSON]).encode(), content="application/json"),
    ImportedFile(
        "in JSON with an object twice",
        "persons",
        json.dumps([PERSON, PERSON]).encode(),
        frozenset({"2:id_number"}),
        "application/json",
    ),
    ImportedFile("in JSON without an object", "persons", b"[]", frozenset({"rows-expected"}), "application/json"),
    ImportedFile("of rates of one day", "refund_rates", _rates(since="2026-12-31"), frozenset({"3:since"})),
    ImportedFile("of rates of following days", "refund_rates", _rates(since="2027-01-01")),
    ImportedFile("of goods of one day", "goods", _goods(listed_since="2026-12-31"), frozenset({"3:listed_since"})),
    ImportedFile("of goods of following days", "goods", _goods(listed_since="2027-01-01")),
    ImportedFile("of the rate of this month", "exchange_rates", _rate("USD", "2026-11"), frozenset({"2:rate"})),
    ImportedFile("of the rate of the next month", "exchange_rates", _rate("USD", "2026-12")),
    ImportedFile("of another rate of the next month", "exchange_rates", _rate("USD", "2026-12", "6.6")),
    ImportedFile("of the first rate of a month", "exchange_rates", _rate("THB", "2026-11")),
    ImportedFile(
        "of another rate of that month", "exchange_rates", _rate("THB", "2026-11", "6.6"), frozenset({"2:rate"})
    ),
)


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandbox's name."""
    with fresh_sandbox(client, "files", "probes", MOMENT, under=under) as sandbox:
        for file in FILES:
            yield from _complaints(sandbox, file)
        yield from _in_use(sandbox)


def _complaints(sandbox: SandboxClient, file: ImportedFile) -> Iterator[str]:
    found = refused(sandbox, file.kind, file.body, file.content)
    if found != file.places:
        wanted = " ".join(sorted(file.places)) or "imported"
        yield f"a file of {file.kind} {file.words} is {' '.join(sorted(found)) or 'imported'}, and not {wanted}"


def _in_use(sandbox: SandboxClient) -> Iterator[str]:
    """The faults of a guarantee that is imported again when a tax is reserved in it."""
    sandbox.import_master_data("guarantees", [_guarantee(AMOUNT)])
    trade = sandbox.sample("import", "files")
    sandbox.submit(changed(trade.messages, "621", f"assureCode={GUARANTEE}")["621"], *_partners(trade.messages))
    sandbox.settle()
    tax = Decimal((sandbox.state(trade).declaration.tax or {}).get("total", "0"))
    if tax <= 0:
        yield f"the tax of a list that is {sandbox.state(trade).state} is {tax}"
    for amount, places in ((tax - Decimal("0.01"), {"2:amount"}), (tax, set())):
        file = ImportedFile(
            f"of {amount} with {tax} in use", "guarantees", as_csv([_guarantee(str(amount))]), frozenset(places)
        )
        yield from _complaints(sandbox, file)


def _guarantee(amount: str) -> dict[str, str]:
    return {"assure_code": GUARANTEE, "amount": amount}


def _partners(messages: Mapping[str, bytes]) -> Sequence[bytes]:
    return [body for code, body in messages.items() if code != "621"]
