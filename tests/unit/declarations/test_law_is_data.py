"""No rule knows a day of the law: days, rates and the choice of methods live in parameters."""

from __future__ import annotations

import ast
from pathlib import Path

import declarations
from tests.tables import each

ROOT = Path(declarations.__file__).parent
FOLDERS = ("tax", "export", "batches", "refund", "forex", "registration")
RULES = sorted(
    [
        *(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py")),
        ROOT / "summary" / "rule.py",
        *(
            ROOT / f"{name}.py"
            for name in ("limits", "caps", "allowance", "collection", "returns", "exchange", "clearance", "districts")
        ),
    ]
)
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq)


def days_in(source: str) -> list[str]:
    """What a source knows of days: literal dates, and comparisons of something called a day."""
    results = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("date")
            and node.args
            and all(isinstance(argument, ast.Constant) for argument in node.args)
        ):
            results.append(ast.unparse(node))
        if (
            isinstance(node, ast.Compare)
            and any(isinstance(order, ORDERS) for order in node.ops)
            and any(
                isinstance(part, ast.Name | ast.Attribute) and ast.unparse(part).split(".")[-1] in ("day", "year")
                for part in (node.left, *node.comparators)
            )
        ):
            results.append(ast.unparse(node))
    return results


@each("path", RULES, ids=lambda path: path.stem)
def test_a_rule_compares_no_days(path):
    assert days_in(path.read_text(encoding="utf-8")) == []


@each(
    "source",
    [
        "limit = 5000 if day >= date(2019, 1, 1) else 2000",
        "since = datetime.date(2019, 1, 1)",
        "rate = 13 if day > change else 16",
        "new = rates.day.year >= 2019",
    ],
)
def test_the_check_can_bark(source):
    assert days_in(source)
