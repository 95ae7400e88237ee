"""Explains an assessment in words: each formula with its numbers, and every dated value with its legal source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from declarations.confidence import parse_stored
from declarations.goods import GoodsRegister
from declarations.law.citations import in_english
from declarations.money import Scaled, amount_text, decimal_of
from declarations.parameters import NoValue, Parameters, Value, load
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment, TaxLine, Working
from declarations.tax.parcel_tax import OVER_LIMIT, ParcelAssessment
from declarations.tax.phrases import EN, NAMES, phrase
from declarations.tax.returned_export import ReturnedTax

_SIX = Decimal("0.000001")

UNREGISTERED = "unknown"
"""The status, in an assessment, of goods that are not in the register."""


def explain(
    assessment: Assessment,
    language: str,
    parameters: Parameters | None = None,
    *,
    day: date | None = None,
    goods: GoodsRegister | None = None,
) -> list[str]:
    """Return the explanation of a list's tax ("zh" or "en"), one sentence in each text; indented ones belong to the
    text above. `parameters` are the dated values used (None: the package's). With the `day` of acceptance, the day and
    the basis of the rounding are added; with `goods` as well, the source of each duty rate.
    """
    law = parameters or load()
    head = phrase(
        "full" if assessment.full_tax else "reduced",
        language,
        policy=assessment.policy,
        factor=percent_text(assessment.factor),
        duty_factor=percent_text(assessment.duty_factor),
    )
    on = [phrase("day", language, day=day.isoformat())] if day else []
    body = _explain_lines(assessment, language, day, goods)
    total = phrase("total", language, **_amount_texts(assessment), total=amount_text(assessment.total))
    review = [_explain_review(reason, language) for reason in assessment.needs_review]
    rounding = _explain_rounding(assessment.policy, language, law, day) if day else ()
    return [head, *on, *body, total, *review, *explain_values(assessment.parameter_ids, language, law), *rounding]


def explain_returned(
    tax: ReturnedTax,
    language: str,
    parameters: Parameters | None = None,
    *,
    day: date | None = None,
    goods: GoodsRegister | None = None,
) -> list[str]:
    """Return the explanation of the taxes of a returned export, like `explain`."""
    law, assessment = parameters or load(), tax.assessment
    on = [phrase("returned.day", language, day=day.isoformat())] if day else []
    waived = [phrase(f"returned.{reason.rule}", language, **reason.values) for reason in tax.waived]
    due = {name: amount_text(tax.due(name)) for name in ("duty", "consumption", "vat")}
    total = phrase("total", language, value=amount_text(assessment.value), **due, total=amount_text(tax.total))
    used = dict.fromkeys((*assessment.parameter_ids, *(one for reason in tax.waived for one in reason.parameter_ids)))
    return [
        phrase("returned", language, policy=assessment.policy),
        *on,
        *_explain_lines(assessment, language, day, goods),
        *waived,
        total,
        *[_explain_review(reason, language) for reason in assessment.needs_review],
        *explain_values(used, language, law),
        *(_explain_rounding(assessment.policy, language, law, day) if day else ()),
    ]


def _explain_lines(assessment: Assessment, language: str, day: date | None, goods: GoodsRegister | None) -> list[str]:
    return [
        text
        for line in assessment.lines
        for text in (*_explain_line(line, assessment, language), *_explain_goods(line, language, day, goods))
    ]


def explain_parcel(assessment: ParcelAssessment, language: str, parameters: Parameters | None = None) -> list[str]:
    """Return the explanation of a mailing's tax, like `explain`."""
    texts = [
        phrase(
            "parcel.catalogue" if line.by_catalogue else "parcel.item",
            language,
            name=line.name,
            value=amount_text(line.value),
            rate=percent_text(line.rate),
            tax=amount_text(line.tax),
        )
        for line in assessment.lines
    ]
    texts.append(
        phrase(
            "parcel.exempt" if assessment.exempt else "parcel.due",
            language,
            tax=amount_text(assessment.tax),
            computed=amount_text(assessment.computed),
            exempt_up_to=amount_text(assessment.exempt_up_to),
        )
    )
    texts.append(
        phrase(
            _limit_text(assessment),
            language,
            value=amount_text(assessment.value),
            value_limit=amount_text(assessment.value_limit),
        )
    )
    return [*texts, *explain_values(assessment.parameter_ids, language, parameters or load())]


def _limit_text(assessment: ParcelAssessment) -> str:
    """The phrase about the value of a mailing and its limit, which a single item may exceed."""
    if assessment.treatment == OVER_LIMIT:
        return "parcel.over_limit"
    return "parcel.within" if assessment.value <= assessment.value_limit else "parcel.indivisible"


def percent_text(micro: int) -> str:
    """Format a rate: 130000 → "13%"."""
    return f"{(Decimal(micro) / 10_000).normalize():f}%"


def micro_yuan_text(amount: int) -> str:
    """Format an amount scaled by a million with at least four decimals: 75000000 → "75.0000"."""
    text = f"{Decimal(amount).scaleb(-6):.6f}"
    return text[:-2] + text[-2:].rstrip("0")


def _explain_line(line: TaxLine, assessment: Assessment, language: str) -> Iterator[str]:
    numbers = {
        **_amount_texts(line),
        **_number_texts(line.working),
        "gnum": str(line.gnum),
        "gcode": line.gcode,
        "factor": percent_text(assessment.factor),
        "duty_factor": percent_text(assessment.duty_factor),
        "status": phrase(f"status.{_explain_confidence(line.working.status)}", language),
    }
    yield phrase("value", language, **numbers)
    if line.working.redetermined_by:
        method = phrase(f"method.{line.working.redetermined_by}", language)
        yield phrase("redetermined", language, **numbers, method=method)
    if assessment.duty_factor:
        yield phrase("duty_compound" if line.working.duty_specific else "duty", language, **numbers)
    yield from _explain_consumption(line, numbers, language)
    yield phrase("vat", language, **numbers)


def _explain_confidence(status: str) -> str:
    """The confidence of a row of the register; old assessments contain words instead of codes."""
    return status if status == UNREGISTERED else parse_stored(status)


def _explain_goods(line: TaxLine, language: str, day: date | None, goods: GoodsRegister | None) -> Iterator[str]:
    """The source of the duty rate; nothing if the register now has another rate than the assessment."""
    row = goods.find(line.gcode, day) if goods and day else None
    if row is not None and int(row.duty_rate.scaleb(6)) == line.working.duty_rate:
        yield phrase(
            "register",
            language,
            duty_rate=percent_text(line.working.duty_rate),
            source=_cited(row.source, language),
            status=phrase(f"rate.{row.confidence}", language),
        )


def _explain_rounding(policy: str, language: str, parameters: Parameters, day: date) -> Iterator[str]:
    """The rounding policy: its dated value, and the sandbox's choice if that differs."""
    try:
        value = parameters.on("import_tax.rounding", day)
    except NoValue:
        return
    yield from explain_values([value.id], language, parameters)
    if value.text != policy:
        yield phrase("rounding.chosen", language, policy=policy)


def _explain_consumption(line: TaxLine, numbers: Mapping[str, str], language: str) -> Iterator[str]:
    working = line.working
    if working.cosmetic:
        yield phrase(f"cosmetic.{working.cosmetic}", language)
    if working.basis:
        yield _explain_threshold(line, numbers, language)
    levied = {(False, False): "none", (True, False): "ad_valorem", (False, True): "specific", (True, True): "compound"}
    yield phrase(f"consumption.{levied[bool(working.rate), bool(working.specific)]}", language, **numbers)


def _value_of_each(line: TaxLine) -> Decimal:
    """The value of a unit of measure of the threshold: a piece, a litre, or what a piece contains."""
    working = line.working
    units = {"unit": decimal_of(working.quantity), "litre": decimal_of(working.litres)}.get(
        working.basis, decimal_of(working.quantity) * decimal_of(working.content)
    )
    return decimal_of(line.value) / units if units else Decimal(0)


def _explain_threshold(line: TaxLine, numbers: Mapping[str, str], language: str) -> str:
    working = line.working
    each, threshold = _value_of_each(line), Decimal(working.threshold).scaleb(-6)
    compared = phrase("reached" if each >= threshold else "below", language)
    return phrase(
        f"test.{working.basis}",
        language,
        **{
            **numbers,
            "each": micro_yuan_text(int(each.quantize(_SIX, ROUND_HALF_UP).scaleb(6))),
            "compared": compared,
            "threshold": f"{threshold.normalize():f}",
        },
    )


def _amount_texts(taxed: Assessment | TaxLine) -> dict[str, str]:
    return {
        "value": amount_text(taxed.value),
        "duty": amount_text(taxed.duty),
        "consumption": amount_text(taxed.consumption),
        "vat": amount_text(taxed.vat),
    }


def _number_texts(working: Working) -> dict[str, str]:
    return {
        "goods": amount_text(working.goods),
        "price": amount_text(working.price),
        "declared_price": amount_text(working.declared_price),
        "freight": amount_text(working.freight),
        "insurance": amount_text(working.insurance),
        "quantity": _quantity_text(working.quantity),
        "content": _quantity_text(working.content),
        "litres": _quantity_text(working.litres),
        "legal_quantity": _quantity_text(working.legal_quantity),
        "duty_rate": percent_text(working.duty_rate),
        "duty_specific": micro_yuan_text(working.duty_specific),
        "rate": percent_text(working.rate),
        "specific": f"{Decimal(working.specific).scaleb(-6).normalize():f}",
        "s": micro_yuan_text(working.specific * working.litres // 100_000),
        "consumption_full": micro_yuan_text(working.consumption_full),
        "vat_rate": percent_text(working.vat_rate),
        "vat_full": micro_yuan_text(working.vat_full),
    }


def _quantity_text(quantity: Scaled) -> str:
    return f"{decimal_of(quantity).normalize():f}"


def _explain_review(reason: Reason, language: str) -> str:
    return phrase("review", language, **reason.values, why=phrase(f"why.{reason.rule}", language, **reason.values))


def explain_values(identities: Iterable[str], language: str, parameters: Parameters) -> Iterator[str]:
    """Yield a text for each dated value, with its first day and its legal source."""
    for identity in identities:
        value = parameters.value(identity)
        parameter = parameters.parameter(value.name)
        since = phrase("open", language) if value.since == date.min else value.since.isoformat()
        yield phrase(
            "parameter",
            language,
            title=parameter.title_en if language == EN else parameter.title,
            content=_content_text(value, language),
            since=since,
            source=_cited(value.source, language),
            confidence=value.confidence,
        )


def _cited(source: str, language: str) -> str:
    return in_english(source) if language == EN else source


def _content_text(value: Value, language: str) -> str:
    content = value.content
    if isinstance(content, Decimal):
        return f"{content:f}"
    if isinstance(content, str):
        return _name_text(content, language)
    numbers = [(key, number) for key, number in content.items() if isinstance(number, Decimal)]
    return ", ".join(f"{_name_text(key, language)} {number}" for key, number in numbers)


def _name_text(word: str, language: str) -> str:
    """The label of a name in a dated value, or the name itself if it has none, such as a code."""
    return NAMES[word][language] if word in NAMES else word
