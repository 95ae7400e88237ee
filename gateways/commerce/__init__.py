"""Market supervision and commerce: licences, filings of foreign-trade operators, months of pilot zones. Off by default:
a sandbox opts in by its option `commerce`.

Neither register nor statistics has a published interface: facts are states, dates and duties, and the messages are this
program's. A record never changes, a correction is a further row; answers are kept as they were given, so that
contradictions and corrections are comparisons. A silent register registers nobody: it makes a case. Customs' counts of
a month are computed when it is told or due, since a delivery for each list would cost too much for two figures.
"""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="commerce",
    zh="市场监管与商务",
    en="market supervision and commerce",
    order=15,
    files=("officers.toml", "words.toml"),
    subjects={"commerce_case": "commerce_case"},
    lives=("commerce_case",),
    parameters={"registration": ("commerce",)},
)
