"""Drawn stories of documents: trades with several other fields at once, treatments and claims of refunds, profiles over
past lists, refused acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from declarations.lifecycle import NotAllowed, all_lifecycles, transition_of
from declarations.open_data.lists import TradedList, traded_in
from declarations.parameters import NoValue, UnknownParameter
from declarations.parameters.tables.risk import RiskProfile
from declarations.profile_preview import PastList, ProfilePreview
from declarations.profiles import RiskFacts, RiskLine
from declarations.refund.matching import match_exports
from declarations.refund.rates import NoRefundRate
from declarations.refusals import refusal_of_action
from tests.law import refund_claims
from tests.law.clean_documents import document
from tests.law.clean_trades import JUDGES
from tests.law.drawing_stories import Chances
from tests.law.imported import law
from tests.law.of_refunds import treated
from tests.law.other_values import changed, fields
from tests.law.rows import cases

TODAY = date(2026, 6, 1)
STEP = 100_000
KINDS: Mapping[str, tuple[str, ...]] = {
    "trade": ("order", "payment", "waybill", "inventory"),
    "export trade": ("export_order", "collection", "export_waybill", "export_inventory"),
    "cancellation": ("cancellation", "inventory"),
    "return": ("refund", "inventory"),
    "export return": ("export_refund", "export_inventory"),
}
TREATED: Mapping[str, tuple[Any, ...]] = {
    "mode": ("9610", "1210", "9710", "9810", "0110"),
    "exported": ("2018-09-30", "2018-10-01", "2026-01-01", "2026-06-20"),
    "hs10": ("6109100010", "1518000000", "9999999999"),
    "refund_kind": ("T", "M", ""),
    "zone": ("青岛", "", "上海"),
    "invoices": ("matching", "missing", "differing", None),
    "voucher": (True, False, None),
    "exchange": ("collected", "due", "missing", "not_needed", None),
    **dict.fromkeys(("declared", "counted", "recorded", "registered", "platform"), (True, False)),
    **dict.fromkeys(("general_taxpayer", "false_documents"), (True, False, None)),
}


def spoiled_documents(chances: Chances) -> Any:
    """Return what the checks say of documents in which several fields are others at once."""
    check = chances.one_of(list(KINDS))
    kinds = KINDS[check]
    documents = {kind: document(kind) for kind in kinds}
    told = []
    for _ in range(2 + chances.number(3)):
        kind = chances.one_of(kinds)
        field = chances.one_of(list(fields(documents[kind])))
        value, documents[kind] = chances.one_of(list(changed(documents[kind], field, ())))
        told.append(f"{kind} {field} {value}")
    return [check, told, JUDGES[check](documents, kinds[-1], TODAY)]


def treatment(chances: Chances) -> Any:
    """The treatment of an export of which several facts are others."""
    clean = cases("refund/treatments.toml")[0].facts["clean"]
    drawn = {name: chances.one_of(TREATED[name]) for name in sorted(TREATED) if chances.yes(1, 4)}
    try:
        return [drawn, treated({**clean, **drawn})]
    except (NoValue, NoRefundRate) as error:
        return [drawn, str(error)]


def claim(chances: Chances) -> Any:
    """A claim of several exports and purchases, of which some values are others."""
    clean = cases("refund/matching.toml")[0].facts["clean"]

    def others(name: str, count: int) -> list[dict[str, Any]]:
        drawn: list[dict[str, Any]] = [{} for _ in range(count)]
        for place, each in enumerate(drawn):
            each.update({"number": place + 1} if "number" in clean[name] else {})
            for field in ("link_no", "qty", "unit", "hs10", "amount", "used", "fob"):
                if field in clean[name] and chances.yes(1, 4):
                    each[field] = _other(field, clean[name][field], chances)
        return drawn

    count = 1 + chances.number(3)
    asked = {"exports": others("export", count), "purchases": others("purchase", chances.number(4))}
    known = {"invoices": others("invoice", 1), "items": others("item", 1)}
    read = refund_claims.read({"clean": clean, **asked, **known})
    return [asked, known, read.matched(), match_exports(read.exports, read.items, refund_claims.rule())]


def _other(field: str, text: str, chances: Chances) -> str:
    if field in ("qty", "amount", "used", "fob"):
        return str(int(text) + chances.one_of((-400, -1, 1, 300)) if int(text) else chances.one_of((1, 500)))
    return text[:-1] + chances.one_of("0123")


def preview(chances: Chances) -> Any:
    """Return what a risk profile would draw of past lists, beside the one in force."""
    found = ProfilePreview("spring", "P1", _profile(chances), chances.one_of((None, _profile(chances))))
    for number in range(25):
        lines = [RiskLine(chances.one_of(("3304990029", "4202920000")), chances.one_of(("133", "142"))) for _ in "ab"]
        facts = RiskFacts(
            key=f"3702960A0{chances.number(3)}|DD{number}",
            company=f"3702960A0{chances.number(3)}",
            grade="ordinary",
            value=chances.number(9) * 100 * STEP,
            office=chances.one_of(("4227", "4240")),
            mode=chances.one_of(("9610", "1210")),
            flow="I",
        )
        on = TODAY + timedelta(chances.number(4))
        seen = (chances.yes(1, 4), chances.yes(1, 4), chances.yes(1, 2))
        found.count(PastList(f"I{number}", facts, on, *seen, lambda lines=lines: lines))  # type: ignore[misc]
    return found


def _profile(chances: Chances) -> RiskProfile:
    return RiskProfile(
        title="A",
        lane="inspect",
        share=chances.one_of((Decimal(1), Decimal("0.5"))),
        goods=chances.one_of(((), ("3304",), ("42",))),
        origins=chances.one_of(((), ("133",))),
        offices=chances.one_of(((), ("4227",))),
        modes=chances.one_of(((), ("9610",))),
        value_from=chances.one_of((None, Decimal(300))),
        value_to=chances.one_of((None, Decimal(500))),
    )


def refused_acts(chances: Chances) -> Any:
    """Return what is said of every act that a state of a lifecycle does not allow, by lifecycles in turn."""
    name = chances.one_of(sorted(all_lifecycles()))
    life = all_lifecycles()[name]
    told: list[Any] = []
    actions = sorted({step.action for step in life.transitions} | {"approve", "refuse", "pay", "add", "remove", "fly"})
    for state in sorted(life.states):
        action = chances.one_of(actions)
        try:
            told.append([state, action, transition_of(state, action, name)])
        except NotAllowed as refused:
            told.append([state, action, refusal_of_action(refused, name)])
    return [name, told]


def released_lists(chances: Chances) -> Any:
    """Return what merchants traded by lists that were released, as open data counts it."""
    drawn = []
    for _ in range(3):
        kind, flow = chances.one_of((("inventory", "I"), ("export_inventory", "E")))
        clean = document(kind, {"trade_mode": chances.one_of(("9610", "1210"))})
        field = chances.one_of(("lines.total_price", "lines.country", "lines.gcode"))
        _, other = chances.one_of([each for each in changed(clean, field, ()) if each[0][:3] not in ("'' ", "'9'")])
        drawn.append(TradedList(flow, TODAY + timedelta(chances.number(200)), other))
    try:
        return traded_in(drawn, law())
    except (NoValue, UnknownParameter) as missing:
        return str(missing)
