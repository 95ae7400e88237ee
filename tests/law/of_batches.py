"""Runners of batches and summaries: sampling, verdicts, joining, eligibility, merging."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.batches.opening import BatchCandidate, BatchInfo, check_joining
from declarations.batches.sampling import acceptance_number_of, decide_batch, plan_sampling
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue
from declarations.summary.eligibility import SummaryCandidate, check
from declarations.summary.merging import merge_by_rule
from declarations.summary.rule import MergingOptions, rule_on
from declarations.summary.shapes import ClearedLine, ClearedList, MergedSummary
from tests.law.comparing import Comparisons, codes, refusal
from tests.law.imported import law
from tests.law.rows import Facts, day
from tests.law.wholes import whole

LIST = BatchCandidate("C|1", "E", "4227", "9610", "accepted", "MWB1")
BATCH = BatchInfo(
    "B1",
    "E",
    customs_code="4227",
    trade_mode="9610",
    opened_by="master_waybill",
    opening="master_waybill|E|4227|9610|MWB1",
    state="open",
    members=3,
)


def plans(case: Facts) -> Comparisons:
    """The number of samples of batches by size, with their acceptance numbers."""
    if case["plans"] == "none":
        yield refusal("", NoValue, lambda: plan_sampling(10, case["day"], law()))
        return
    for row in case["plans"]:
        size, sample, accept = (int(word.rstrip(":")) for word in row.split())
        planned = plan_sampling(size, case["day"], law())
        yield f"samples of {size}", sample, planned.sample
        yield f"spot check of {size}", case["spot_check"], str(planned.spot_check)
        yield f"at least of {size}", min(size, case["at_least"]), planned.at_least
        yield f"accepted of {sample}", accept, acceptance_number_of(sample, case["day"], law())
        yield whole(f"plan of {size}", planned)


def verdicts(case: Facts) -> Comparisons:
    """The verdict about a batch by its samples."""
    decision = decide_batch("B1", case["samples"], case["failed"], case["day"], law())
    yield "verdict", (case["verdict"], [case["code"]]), (decision.action, codes([decision.reason]))
    yield "held", tuple(sorted(case["failed"])), decision.held
    yield whole("decision", decision)
    yield "parameters", (law().on("batches.sampling", case["day"]).id,), decision.reason.parameter_ids


def joining(case: Facts) -> Comparisons:
    """The reasons against a list's joining a batch."""
    candidate, batch = LIST._replace(**case.get("list", {})), BATCH._replace(**case.get("batch", {}))
    reasons = check_joining(candidate, batch, case.get("day", day("2026-06-01")), law())
    yield whole("reasons", reasons)
    yield "reasons", case["reasons"], codes(reasons)


def eligibility(case: Facts) -> Comparisons:
    """The reasons against a list in a summary."""
    state = case.get("state", "closed")
    candidate = SummaryCandidate(
        "42272026E000000001",
        case.get("merchant", "C"),
        state=state,
        trade_mode=case.get("mode", "9610"),
        statistics_flag=case.get("flag", "B"),
        closed_on=case.get("closed", day("2026-11-20")) if state == "closed" else None,
        returned=case.get("returned", False),
        sum_no=case.get("sum_no", ""),
    )
    reasons = check(candidate, "C", law())
    yield "reasons", case["reasons"], codes(reasons)
    yield whole("reasons", reasons)


def merging(case: Facts) -> Comparisons:
    """The declarations that lists merge into, whatever their order, and the place of each list."""
    flags = case.get("summary_flag", ""), case.get("item_name_flag", ""), case.get("split_currency", False)
    lists = [cleared_list(text) for text in case["lists"]]
    for given in (lists, lists[::-1]):
        merged = merge_by_rule(given, rule_on(case["day"], law(), MergingOptions(*flags)))
        yield "declarations", case["declarations"], _shown(merged)
        yield whole("merged", merged.declarations)
        placed: dict[str, list[str]] = {}
        for placement in merged.placements():
            placed.setdefault(placement.list_id, []).append(f"{placement.declaration}/{placement.gseqno}")
        yield "places", case["placed"], {number: " ".join(places) for number, places in placed.items()}
        yield "parameters", (law().on("summary.merging", case["day"]).id,), merged.parameter_ids


def cleared_list(text: str) -> ClearedList:
    """Return a list from its head, net weight and lines, "L1 C P 2 133 4227 9610 | 1.00 | …; …"."""
    head, weight, lines = (part.strip() for part in text.split("|"))
    number, *keys = head.split()
    net = scaled_from_text(weight)
    merged = [_line(gnum, line.split()) for gnum, line in enumerate(lines.split(";"), 1)]
    return ClearedList(number, *keys, net + scaled_from_text("0.10"), net, merged)  # type: ignore[call-arg, arg-type]


def _line(gnum: int, words: Sequence[str]) -> ClearedLine:
    hs10, destination, currency, quantity, unit, legal, legal_unit, amount, name = words
    goods = gnum, hs10, destination, currency
    first, second = (scaled_from_text(quantity), unit), (scaled_from_text(legal), legal_unit)
    return ClearedLine(*goods, *first, *second, scaled_from_text(amount), name)


def _shown(merged: MergedSummary) -> list[list[str]]:
    return [
        [f"{declaration.head.destination} {declaration.head.exit_office} | {amount_text(declaration.net)}"]
        + [
            f"{line.hs10} {line.final_destination or '-'} {line.currency} | {_quantity(line.quantity)} {line.unit} | "
            f"{amount_text(line.amount)} | {amount_text(line.unit_price)} | {amount_text(line.net)}"
            for line in declaration.lines
        ]
        for declaration in merged.declarations
    ]


def _quantity(scaled: int) -> str:
    return amount_text(scaled).rstrip("0").rstrip(".")
