"""Explains an assessment in words: each formula with its numbers, and every dated value with its legal source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from declarations.confidence import stored
from declarations.goods import GoodsRegister
from declarations.money import Scaled, decimal, plain
from declarations.parameters import NoValue, Parameters, Value, load
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment, TaxLine, Working
from declarations.tax.parcel_tax import OVER_LIMIT, ParcelAssessment
from declarations.tax.phrases import EN, NAMES, phrase

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
        factor=percent(assessment.factor),
        duty_factor=percent(assessment.duty_factor),
    )
    on = [phrase("day", language, day=day.isoformat())] if day else []
    body = [
        text
        for line in assessment.lines
        for text in (*_line(line, assessment, language), *_register(line, language, day, goods))
    ]
    total = phrase("total", language, **_amounts(assessment), total=plain(assessment.total))
    review = [_review(reason, language) for reason in assessment.needs_review]
    rounding = _rounding(assessment.policy, language, law, day) if day else ()
    return [head, *on, *body, total, *review, *bases(assessment.parameters, language, law), *rounding]


def explain_parcel(assessment: ParcelAssessment, language: str, parameters: Parameters | None = None) -> list[str]:
    """Return the explanation of a mailing's tax, like `explain`."""
    texts = [
        phrase(
            "parcel.catalogue" if line.by_catalogue else "parcel.item",
            language,
            name=line.name,
            value=plain(line.value),
            rate=percent(line.rate),
            tax=plain(line.tax),
        )
        for line in assessment.lines
    ]
    texts.append(
        phrase(
            "parcel.exempt" if assessment.exempt else "parcel.due",
            language,
            tax=plain(assessment.tax),
            computed=plain(assessment.computed),
            exempt_up_to=plain(assessment.exempt_up_to),
        )
    )
    texts.append(
        phrase(
            _limit_of(assessment), language, value=plain(assessment.value), value_limit=plain(assessment.value_limit)
        )
    )
    return [*texts, *bases(assessment.parameters, language, parameters or load())]


def _limit_of(assessment: ParcelAssessment) -> str:
    """The phrase about the value of a mailing and its limit, which a single item may exceed."""
    if assessment.treatment == OVER_LIMIT:
        return "parcel.over_limit"
    return "parcel.within" if assessment.value <= assessment.value_limit else "parcel.indivisible"


def percent(micro: int) -> str:
    """Format a rate: 130000 → "13%"."""
    return f"{(Decimal(micro) / 10_000).normalize():f}%"


def micro_yuan(amount: int) -> str:
    """Format an amount scaled by a million with at least four decimals: 75000000 → "75.0000"."""
    text = f"{Decimal(amount).scaleb(-6):.6f}"
    return text[:-2] + text[-2:].rstrip("0")


def _line(line: TaxLine, assessment: Assessment, language: str) -> Iterator[str]:
    numbers = {
        **_amounts(line),
        **_numbers(line.working),
        "gnum": str(line.gnum),
        "gcode": line.gcode,
        "factor": percent(assessment.factor),
        "duty_factor": percent(assessment.duty_factor),
        "status": phrase(f"status.{_trust(line.working.status)}", language),
    }
    yield phrase("value", language, **numbers)
    if assessment.duty_factor:
        yield phrase("duty_compound" if line.working.duty_specific else "duty", language, **numbers)
    yield from _consumption(line, numbers, language)
    yield phrase("vat", language, **numbers)


def _trust(status: str) -> str:
    """The confidence of a row of the register; old assessments contain words instead of codes."""
    return status if status == UNREGISTERED else stored(status)


def _register(line: TaxLine, language: str, day: date | None, goods: GoodsRegister | None) -> Iterator[str]:
    """The source of the duty rate; nothing if the register now has another rate than the assessment."""
    row = goods.find(line.gcode, day) if goods and day else None
    if row is not None and int(row.duty_rate.scaleb(6)) == line.working.duty_rate:
        yield phrase(
            "register",
            language,
            duty_rate=percent(line.working.duty_rate),
            source=row.source,
            status=phrase(f"rate.{row.confidence}", language),
        )


def _rounding(policy: str, language: str, parameters: Parameters, day: date) -> Iterator[str]:
    """The rounding policy: its dated value, and the sandbox's choice if that differs."""
    try:
        value = parameters.on("import_tax.rounding", day)
    except NoValue:
        return
    yield from bases([value.id], language, parameters)
    if value.text != policy:
        yield phrase("rounding.chosen", language, policy=policy)


def _consumption(line: TaxLine, numbers: Mapping[str, str], language: str) -> Iterator[str]:
    working = line.working
    if working.basis:
        yield _test(line, numbers, language)
    levied = {(False, False): "none", (True, False): "ad_valorem", (False, True): "specific", (True, True): "compound"}
    yield phrase(f"consumption.{levied[bool(working.rate), bool(working.specific)]}", language, **numbers)


def _test(line: TaxLine, numbers: Mapping[str, str], language: str) -> str:
    working = line.working
    units = {"unit": decimal(working.quantity), "litre": decimal(working.litres)}.get(
        working.basis, decimal(working.quantity) * decimal(working.content)
    )
    each, threshold = decimal(line.value) / units if units else Decimal(0), Decimal(working.threshold).scaleb(-6)
    compared = phrase("reached" if each >= threshold else "below", language)
    return phrase(
        f"test.{working.basis}",
        language,
        **{
            **numbers,
            "each": micro_yuan(int(each.quantize(_SIX, ROUND_HALF_UP).scaleb(6))),
            "compared": compared,
            "threshold": f"{threshold.normalize():f}",
        },
    )


def _amounts(taxed: Assessment | TaxLine) -> dict[str, str]:
    return {
        "value": plain(taxed.value),
        "duty": plain(taxed.duty),
        "consumption": plain(taxed.consumption),
        "vat": plain(taxed.vat),
    }


def _numbers(working: Working) -> dict[str, str]:
    return {
        "goods": plain(working.goods),
        "freight": plain(working.freight),
        "insurance": plain(working.insurance),
        "quantity": _bare(working.quantity),
        "content": _bare(working.content),
        "litres": _bare(working.litres),
        "legal_quantity": _bare(working.legal_quantity),
        "duty_rate": percent(working.duty_rate),
        "duty_specific": micro_yuan(working.duty_specific),
        "rate": percent(working.rate),
        "specific": f"{Decimal(working.specific).scaleb(-6).normalize():f}",
        "s": micro_yuan(working.specific * working.litres // 100_000),
        "consumption_full": micro_yuan(working.consumption_full),
        "vat_rate": percent(working.vat_rate),
        "vat_full": micro_yuan(working.vat_full),
    }


def _bare(quantity: Scaled) -> str:
    return f"{decimal(quantity).normalize():f}"


def _review(reason: Reason, language: str) -> str:
    return phrase("review", language, **reason.values, why=phrase(f"why.{reason.rule}", language, **reason.values))


def bases(identities: Iterable[str], language: str, parameters: Parameters) -> Iterator[str]:
    """Yield a text for each dated value, with its first day and its legal source."""
    for identity in identities:
        value = parameters.value(identity)
        parameter = parameters.parameter(value.name)
        since = phrase("open", language) if value.since == date.min else value.since.isoformat()
        yield phrase(
            "parameter",
            language,
            title=parameter.title_en if language == EN else parameter.title,
            content=_content(value, language),
            since=since,
            source=value.source,
            confidence=value.confidence,
        )


def _content(value: Value, language: str) -> str:
    content = value.content
    if isinstance(content, Decimal):
        return f"{content:f}"
    if isinstance(content, str):
        return _name(content, language)
    numbers = [(key, number) for key, number in content.items() if isinstance(number, Decimal)]
    return ", ".join(f"{_name(key, language)} {number}" for key, number in numbers)


def _name(word: str, language: str) -> str:
    """The label of a name in a dated value, or the name itself if it has none, such as a code."""
    return NAMES[word][language] if word in NAMES else word
