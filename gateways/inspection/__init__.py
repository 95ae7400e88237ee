"""The inspection gateway: inspects the goods that customs selected, and reports the result after some time."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(name="inspection", zh="检验检疫", en="inspection", order=2, apart=True)
