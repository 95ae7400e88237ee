"""Lists the dated law with its sources as plain values: all values of a day, and whatever cites an act."""

from __future__ import annotations

from datetime import date
from typing import Any

from declarations import goods, law, parameters
from declarations.parameters import NoValue, Value
from declarations.refund import rates
from single_window.language.phrases import content


def values_on(on: date) -> list[dict[str, Any]]:
    """Return the values of all parameters that have one on a day. `acts` of a cumulative one: the acts that make it up
    on that day, oldest first, with the `rows` of each list and other `values`; the `value` is that of the latest."""
    values = []
    for parameter in parameters.describe():
        try:
            value = parameter.on(on)
        except NoValue:
            continue
        values.append(
            {
                "name": parameter.name,
                "title_zh": parameter.title,
                "title_en": parameter.title_en,
                "value": content(value.content),
                "unit": parameter.unit,
                "since": "" if value.since == date.min else value.since.isoformat(),
                "until": value.until,
                "source": value.source,
                "confidence": value.confidence,
                "acts": [_act_of(act) for act in parameter.values_begun_by(on)] if parameter.cumulative else [],
            }
        )
    return values


def _act_of(value: Value) -> dict[str, Any]:
    """One act of a cumulative table: its day, its source, how many rows each of its lists contributed, and its other
    values."""
    return {
        "since": value.since.isoformat(),
        "source": value.source,
        "confidence": value.confidence,
        "rows": {name: len(rows) for name, rows in value.table.items() if isinstance(rows, list)},
        "values": {name: held for name, held in value.table.items() if not isinstance(held, list)},
    }


def citing(cited: law.LegalSource) -> list[dict[str, Any]]:
    """Return all dated values, refund rates and rows of the goods register that cite a source."""
    titles = {parameter.name: parameter for parameter in parameters.describe()}
    dated = [
        {
            "id": value.id,
            "value": content(value.content),
            "title_zh": titles[value.name].title,
            "title_en": titles[value.name].title_en,
            "confidence": value.confidence,
        }
        for value in law.values_of(cited)
    ]
    refunded = [
        {
            "id": row.id,
            "value": rates.percent_text(row.refund),
            "title_zh": f"退税率：{row.name}",
            "title_en": f"Refund rate of {row.hs10}",
            "confidence": row.confidence,
        }
        for row in rates.load_rates().all_rows()
        if law.cites(row.source, cited)
    ]
    listed = [
        {
            "id": f"goods/{row.hs10}@{row.listed_since}",
            "value": row.consumption or row.remark,
            "title_zh": row.zh,
            "title_en": row.en,
            "confidence": row.confidence,
        }
        for row in goods.load()
        if law.cites(row.source, cited)
    ]
    return [*dated, *refunded, *listed]
