"""The fictitious companies of a synthetic world and their master data, marked （模拟）."""

from __future__ import annotations

from typing import NamedTuple

from schemas.identifiers import credit_code_check_digit, organisation_code_check_digit
from simulators.draws import Draws

PLATFORM, MERCHANT, PAYMENT_PROVIDER = "platform", "merchant", "payment_provider"
CARRIER, AGENT, WAREHOUSE, GUARANTOR = "carrier", "agent", "warehouse", "guarantor"
LABORATORY = "laboratory"
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a credit code; we use them for the serial of a customs code too."""

_FIRST = "澄海岚星青禾云帆远舟嘉木晨曦瀚洋松屿启明知潮蓝湾"
_SECOND = "汇达泽润诚恒悦通盛和锦辰优宁拓瑞"
_TRADES = {
    PLATFORM: "跨境商城",
    MERCHANT: "国际贸易",
    PAYMENT_PROVIDER: "支付服务",
    CARRIER: "供应链速运",
    AGENT: "报关代理",
    WAREHOUSE: "保税仓储",
}
_OWNERSHIP = {PLATFORM: "96", MERCHANT: "96", PAYMENT_PROVIDER: "91", CARRIER: "91", AGENT: "98", WAREHOUSE: "W6"}
"""Zone type and ownership, the 5th and 6th character of a customs code."""


class TradingCompany(NamedTuple):
    """A participant as the importer's CSV describes it; `code` is the customs code with ten characters."""

    code: str
    credit_code: str
    name: str
    kinds: tuple[str, ...]
    dxp_id: str
    credit_grade: str = "ordinary"
    edition: str = "2022-05"


def laboratory(code: str) -> TradingCompany:
    """The laboratory of a code, with a mailbox of its own; a world registers none by itself."""
    return TradingCompany(code, "", f"{code}检测实验室（模拟）", (LABORATORY,), f"DXP{code}")


class Warehouse(NamedTuple):
    """A bonded warehouse: its company, its account book, the trade mode and the customs office it works with."""

    company: TradingCompany
    ems_no: str
    trade_mode: str
    customs_code: str


def make_company(seed: int, number: int, kinds: tuple[str, ...], grade: str = "ordinary") -> TradingCompany:
    """The company with a number below 961 in the world of a seed; its first kind determines name and code."""
    draws = Draws(seed, "company", number)
    main = kinds[0]
    first, second = divmod(number, len(CODE_ALPHABET))
    serial = CODE_ALPHABET[first] + CODE_ALPHABET[second] + draws.one_of(CODE_ALPHABET) + draws.one_of(CODE_ALPHABET)
    return TradingCompany(
        code=f"3702{_OWNERSHIP[main]}{serial}",
        credit_code=_credit_code("MA" + "".join(draws.one_of(CODE_ALPHABET) for _ in range(4)) + serial[:2]),
        name=_name(draws, main, number),
        kinds=kinds,
        dxp_id=f"DXPENT{draws.below(900_000) + 100_000}{number:04d}",
        credit_grade=grade,
    )


def _name(draws: Draws, kind: str, number: int) -> str:
    first = _FIRST[number % len(_FIRST)]
    return f"青岛{first}{draws.one_of(_SECOND)}{draws.one_of(_SECOND)}{_TRADES[kind]}有限公司（模拟）"


def _credit_code(organisation: str) -> str:
    body = "91370202" + organisation + organisation_code_check_digit(organisation)
    return body + credit_code_check_digit(body)
