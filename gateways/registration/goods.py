"""Filings of goods: each line is filed, or refused for what stands against it; who may not trade files none."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.reasons import Reason
from declarations.registration.goods_filing import FilingLine, decide
from gateways.gateway import Answers, Circumstances, Event, Item, ReceiptDraft
from gateways.registration.memory import FiledGoods, GoodsPaper, Paper, RegistrarMemory
from gateways.registration.outcome import ACTOR, known
from gateways.replies import ANSWERS, identify
from schemas.receipt_texts import return_status

KIND = "goods_filing"
FILED = "filed"
TAKEN, NOT_REGISTERED, ALL_REFUSED = "21364", "21365", "21366"
NAMED = 30
"""Numbers of refused lines that a receipt names at most; the filing keeps the reason of each."""


def hear_filings(items: Sequence[Item], memory: RegistrarMemory, circumstances: Circumstances,
                 answers: Answers) -> None:
    """Filings of goods came in, each item [document id, meeting]."""
    papers = memory.documents(sorted({item[0] for item in items}))
    filings = memory.filings(sorted(papers))
    memory.companies(sorted({one.facts.ebc_code for one in papers.values()}))
    for paper in papers.values():
        filing = filings.get(paper.id) or GoodsPaper(paper.id, paper.key, "declared", paper.facts.ebc_code,
                                                     paper.facts.cop_no, "", paper.id, 0)
        if filing.document_version == paper.version:
            continue
        filing.document_version, filing.mailboxes = paper.version, paper.mailboxes
        filing.last_return = max(filing.last_return, paper.last_return)
        if paper.state == "deleted":
            filing.state = lifecycle.move(filing.state, "delete", "paper").to
        else:
            filing.state, filing.filed_at = "declared", circumstances.now
            _decide(filing, paper, memory, circumstances, answers)
        memory.put_filing(filing)


def _decide(filing: GoodsPaper, paper: Paper, memory: RegistrarMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    barred = _barred(paper.facts.ebc_code, memory, circumstances)
    decided = () if barred else decide(
        [FilingLine(one.gnum, one.item_no, one.gcode, one.gname, one.country) for one in paper.facts.lines],
        circumstances.day, circumstances.parameters)
    refused = [one for one in decided if not one.filed]
    filing.reasons = (*barred, *(reason for one in refused for reason in one.reasons))
    if barred or len(refused) == len(decided):
        said = barred[0] if barred else _of_all(filing.reasons, len(refused))
        _say(filing, paper, "reject", said, circumstances, answers)
        return
    gone = {one.number for one in refused}
    for line in paper.facts.lines:
        if line.gnum not in gone:
            memory.put_goods(FiledGoods(filing.ebc_code, line.item_no, line.gcode, line.gname, line.unit, line.country,
                                        FILED, filing.id, circumstances.now))
    lines = ", ".join(map(str, sorted(gone)[:NAMED])) + ("…" if len(gone) > NAMED else "")
    said = Reason(TAKEN, {"filed": str(len(decided) - len(refused)), "refused": str(len(refused)),
                          **({"lines": lines} if gone else {})})
    _say(filing, paper, "accept", said, circumstances, answers)


def _of_all(reasons: Sequence[Reason], refused: int) -> Reason:
    """One reason that holds for all lines is said itself; else how many there are."""
    same = {(one.rule, tuple(sorted(one.values.items()))) for one in reasons}
    return reasons[0] if len(same) == 1 else Reason(ALL_REFUSED, {"refused": str(refused)})


def _barred(code: str, memory: RegistrarMemory, circumstances: Circumstances) -> tuple[Reason, ...]:
    """A suspended company files no goods, nor does a stranger where strangers are not admitted."""
    companies = memory.companies([code]).get(code, ())
    company = known(companies[0] if companies else None, circumstances.now)
    if (company is None and not circumstances.options.open) or (company is not None and company.suspended):
        return (Reason(NOT_REGISTERED, {"ebc_code": code}),)
    return ()


def _say(filing: GoodsPaper, paper: Paper, action: str, said: Reason, circumstances: Circumstances,
         answers: Answers) -> None:
    filing.state = lifecycle.move(filing.state, action, "paper").to
    answers.receipts.append(ReceiptDraft(filing.mailboxes, ANSWERS[KIND], paper.order_no, KIND, filing.key,
                                         return_status(said.rule), filing.stamp(circumstances.now), said,
                                         identify(KIND, paper.facts)))
    event = "goods_filed" if action == "accept" else "goods_refused"
    answers.timeline.append(Event(paper.order_no, KIND, filing.key, filing.last_return, ACTOR, event, filing.state,
                                  (said, *(one for one in filing.reasons if one != said))))
