"""Companies for stories: applications and filings of goods as messages, officers' acts, and what came of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select

from gateways.decisions import decision_route
from gateways.topics.shared import Decision
from simulators.companies import TradingCompany
from single_window.clock import system_now
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import ROWS
from single_window.store.tables import credit_grade, enterprise, filed_goods, participant
from tests.databases import fetch, write_by
from tests.stories.story import WORLD, StoryRunner, first_code, message_of, parties

TIME = "20261120{:06d}"
OFFICE = "4227"
MILK, BEEF = "0402210000", "0201300090"


class _Named(NamedTuple):
    id: str


def application(
    company: TradingCompany, clock: int = 0, app_type: str = "1", sender: TradingCompany | None = None, **changes: str
) -> bytes:
    """An application of a company, sent by itself unless another one is named."""
    sender = sender or company
    sent = {"appType": app_type, "appTime": TIME.format(clock), "customsCode": OFFICE}
    firm = {"code": company.code, "creditCode": company.credit_code, "name": company.name, "dxpId": company.dxp_id}
    kinds = {"kinds": ";".join(company.kinds), "taxpayerKind": "1", "refundKind": "T"}
    return message_of(sender, "Registration", {**sent, **firm, **kinds, **changes})


def goods(company: TradingCompany, *lines: tuple[str, str], number: str = "SP1", clock: int = 0) -> bytes:
    """A filing of goods, each (item number, goods code)."""
    head = {"appType": "1", "appTime": TIME.format(clock), **parties(ebc=company), "copNo": number}
    rows = [
        {"gnum": str(place), "itemNo": item, "gcode": code, "gname": "商品", "unit": "011", "country": "CHN"}
        for place, (item, code) in enumerate(lines, 1)
    ]
    return message_of(company, "GoodsFiling", head, rows)


def acted(story: StoryRunner, code: str, action: str, **values: str) -> None:
    """An officer acts, and the window works."""
    decision = Decision(code, 0, 0, action, values.get("reason", ""), "关员甲", values)
    story.window.numbering.ensure(ROWS, "row", 5)
    write_by(
        story.window.engine,
        write_sends,
        story.window.numbering,
        story.sandbox,
        {decision_route("registration"): [decision]},
        system_now(),
    )
    story.window.wake()
    story.window.settle()


def answers_about(story: StoryRunner, number: str, kind: str = "registration") -> list[tuple[str, str]]:
    """Status and rule of each receipt about a company, or what else meets under a number."""
    return [(receipt.return_status, first_code(receipt)) for receipt in story.receipts(_Named(number), kind)]  # type: ignore[arg-type]


def words(story: StoryRunner, number: str, kind: str = "registration") -> str:
    """What the last of these receipts says."""
    return story.receipts(_Named(number), kind)[-1].info  # type: ignore[arg-type]


def noted(story: StoryRunner, number: str) -> list[str]:
    """What was noted about a number, oldest first."""
    return [line.event for line in story.timeline(_Named(number))]  # type: ignore[arg-type]


def state(story: StoryRunner, company: TradingCompany) -> str:
    """The state of a company's registration; empty: there is none."""
    return str(_value(story, enterprise.c.state, enterprise.c.code == company.code) or "")


def known(story: StoryRunner, company: TradingCompany, *names: str) -> tuple[Any, ...]:
    """What all agencies know of a participant."""
    row = fetch(
        story.window.engine,
        select(*[participant.c[name] for name in names]).where(
            participant.c.sandbox == story.sandbox, participant.c.code == company.code
        ),
    ).first()
    return tuple(row) if row else ()


def grades(story: StoryRunner, company: TradingCompany) -> list[tuple[str, str]]:
    """The grades of a company, each with the day from which it counts."""
    rows = fetch(
        story.window.engine,
        select(credit_grade.c.since, credit_grade.c.grade)
        .where(credit_grade.c.sandbox == story.sandbox, credit_grade.c.code == company.code)
        .order_by(credit_grade.c.since),
    ).all()
    return [(since, grade) for since, grade in rows]


def items(story: StoryRunner, company: TradingCompany) -> list[str]:
    """The item numbers of what a company has filed."""
    return sorted(
        fetch(
            story.window.engine,
            select(filed_goods.c.item_no).where(
                filed_goods.c.sandbox == story.sandbox, filed_goods.c.ebc_code == company.code
            ),
        ).scalars()
    )


def _value(story: StoryRunner, column: Any, where: Any) -> Any:
    return fetch(story.window.engine, select(column).where(enterprise.c.sandbox == story.sandbox, where)).scalar()


NEWCOMER, MERCHANT, CARRIER = WORLD.stranger, WORLD.merchants[0], WORLD.carriers[0]
