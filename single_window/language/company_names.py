"""Names of companies as rows of lists show them."""

from __future__ import annotations

import re

_FORM = re.compile(
    r"(国际贸易|国际物流|国际|电子商务|进出口贸易|进出口|贸易|供应链管理|供应链|物流|科技)?"
    r"(股份|集团|控股)?(有限责任公司|有限公司|公司)?\s*([（(][^（）()]*[）)])?$"
)


def short_name(name: str) -> str:
    """Return a company's name without its line of business, its legal form and a remark in brackets."""
    return name[: _FORM.search(name).start()] or name  # type: ignore[union-attr]  # the pattern matches the empty end
