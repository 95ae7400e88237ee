"""Validates messages without storing them: schema, port checks, effect, codes, limits, tax.

A list is examined by the rules of customs (`customs_preview`), with the documents of the same upload and, if requested,
stored documents. The risk draw and the guarantee are in the receipts of the trial (`trial_filing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import filterfalse
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.documents import ExportInventory, Inventory
from declarations.export import list_clearance, requirements
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.submission import STAGE, StoredVersion, decide, refusals_of
from declarations.tax.explanation import explain
from declarations.tax.import_tax import assess
from declarations.tax.price_query import add_price_queries
from declarations.tax.rates import rates_on
from declarations.unanswered import LIST_WITHOUT_VALUE
from gateways.circumstances import Circumstances
from gateways.desk import Desk
from gateways.topics.topic import NO_ROUTES
from schemas import catalogue, codes
from schemas.findings import Finding
from single_window.context import Context
from single_window.intake import located, signatures, signers, uploaded
from single_window.intake.concerned import declaration_of, declarations_of, request_states
from single_window.intake.customs_preview import LISTS, PredictedOutcome, PreviewedCustoms
from single_window.intake.located import StagedFinding
from single_window.intake.outside_formats import validator_of
from single_window.intake.prediction import FindingPredictor, no_value, unit_warnings
from single_window.intake.reading import Arrived, Reading
from single_window.intake.uploaded import Uploaded, UploadedMessage
from single_window.intake.validated import (
    Against,
    CodeInWords,
    PredictedExport,
    PredictedTax,
    Repetition,
    StoredUnderKey,
    ValidatedDocument,
    Validation,
)
from single_window.store.bulk import chunks
from single_window.store.content_hashes import of_content
from single_window.store.engine import reading
from single_window.store.tables import document, message

FORM, PORT, CUSTOMS = "form", "port", "customs"
_OF_AMOUNTS = ("/15014", "/15015")
"""Ends of the port's codes for amounts and quantities below zero, from which no tax follows."""
_HEAD_CODES = {
    "customs_code": "offices",
    "port_code": "offices",
    "trade_mode": "trade_modes",
    "traf_mode": "transport_modes",
    "currency": "currencies",
    "country": "countries",
    "f_currency": "currencies",
    "i_currency": "currencies",
    "wrap_type": "wrap_types",
}
_LINE_CODES = {"country": "countries", "currency": "currencies", "unit": "units", "unit1": "units", "unit2": "units"}


def of_refused(parsed: Reading) -> Validation:
    """The validation of a message that could not be opened."""
    return Validation(
        type="",
        title_zh="",
        title_en="",
        edition="",
        sender=parsed.sender,
        transmission_id="",
        size=parsed.size,
        count=0,
        findings=[StagedFinding(FORM, finding) for finding in parsed.findings],
    )


def validate(
    context: Context, sandbox: str, body: bytes, edition: str | None = None, against: Against = Against.UPLOAD
) -> Validation:
    """Validate a message as a sandbox would receive it now. Raises `UnknownSandbox`."""
    return validate_all(context, sandbox, [body], edition, against)[0]


def validate_all(
    context: Context,
    sandbox: str,
    bodies: Sequence[bytes],
    edition: str | None = None,
    against: Against = Against.UPLOAD,
) -> list[Validation]:
    """Validate the messages of one upload, each as a sandbox would receive it now; those of formats of
    others (`outside_formats`) by their standards alone. Raises `UnknownSandbox`."""
    with reading(context.engine) as connection:
        circumstances = context.circumstances(connection, sandbox)
        uploads: list[UploadedMessage] = []
        for body in filterfalse(validator_of, bodies):
            first = 1 + sum(len(upload.documents) for upload in uploads)
            uploads.append(uploaded.take(context, sandbox, body, circumstances.day, edition, first))
        predictor = _make_predictor(context, connection, circumstances, uploads, against == Against.STORED)
        messages = (_validation(upload, predictor) for upload in uploads)
        outside = map(validator_of, bodies)
        return [check(body) if check else next(messages) for body, check in zip(bodies, outside, strict=True)]


def _make_predictor(
    context: Context,
    connection: Connection,
    circumstances: Circumstances,
    uploads: Sequence[UploadedMessage],
    stored: bool,
) -> FindingPredictor:
    documents = [document for upload in uploads for document in upload.documents]
    last = {(document.kind, document.arrived.key): document.filed for document in documents}
    outcome = PreviewedCustoms(connection, circumstances.sandbox, context.numbering, stored, list(last.values()))
    by_id = {document.filed.id: document for document in documents}
    return FindingPredictor(connection, Desk(outcome, circumstances, NO_ROUTES), stored, by_id)


def _validation(upload: UploadedMessage, predictor: FindingPredictor) -> Validation:
    parsed, connection, sandbox = upload.parsed, predictor.connection, predictor.desk.circumstances.sandbox
    if parsed.refused:
        return of_refused(parsed)
    entry = catalogue.by_code(parsed.code)
    validation = Validation(
        type=entry.root,
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        edition=parsed.edition,
        sender=parsed.sender,
        transmission_id=parsed.transmission_id,
        size=parsed.size,
        count=parsed.count,
        findings=[StagedFinding(FORM, finding) for finding in (*parsed.findings, *parsed.remarks, *upload.habits)],
    )
    validation.reading = parsed
    validation.repeats = _repeats(connection, sandbox, parsed, validation)
    known = _StoredFacts(connection, sandbox, upload)
    unsigned = signers.against(connection, predictor.desk.circumstances, [(0, parsed)])
    for sent in upload.documents:
        wrong = unsigned.get((0, sent.located.source.position), ())
        sent = _apply_signature(parsed, sent, wrong, predictor, validation.findings)
        validation.documents.append(_document(sent, known, predictor, validation.findings))
    return validation


def _apply_signature(
    parsed: Reading,
    uploaded: Uploaded,
    wrong: Sequence[Reason],
    predictor: FindingPredictor,
    findings: list[StagedFinding],
) -> Uploaded:
    """Apply signature faults: as reasons to refuse the document if signatures are required, else as warnings."""
    if wrong and predictor.desk.options.signatures == signatures.REQUIRE:
        refused = (signers.refusal(parsed, wrong)[1], *wrong[1:], *uploaded.arrived.reasons)
        return replace(uploaded, arrived=uploaded.arrived._replace(reasons=refused))
    findings += [located.staged_finding(PORT, reason, [uploaded.located], warning=True) for reason in wrong]
    return uploaded


def _repeats(connection: Connection, sandbox: str, parsed: Reading, validation: Validation) -> Repetition | None:
    """The earlier message with the same transmission id or the same bytes. Adds a finding if the id was used with other
    bytes (409)."""
    columns = (message.c.id, message.c.content_hash, message.c.transmission_id)
    where = (message.c.sandbox == sandbox, message.c.state != "refused")
    same_id = connection.execute(
        select(*columns).where(
            *where, message.c.sender == parsed.sender, message.c.transmission_id == parsed.transmission_id
        )
    ).first()
    if same_id is not None and same_id.content_hash != parsed.content_hash:
        used = parsed.transmission_id
        validation.findings.append(
            StagedFinding(
                FORM,
                Finding(
                    "transmission-id-reused",
                    f"传输编号{used}已用于内容不同的报文{same_id.id}",
                    f"the transmission id {used} was used for message {same_id.id} with other content",
                    found=used,
                    remedy_zh="请使用新的传输编号",
                    remedy_en="use a new transmission id",
                ),
            )
        )
    same = (
        same_id
        if same_id is not None
        else connection.execute(select(*columns).where(*where, of_content(parsed.content_hash))).first()
    )
    if same is None:
        return None
    return Repetition(same.id, same.content_hash == parsed.content_hash, same_id is not None)


class _LeftDocument(NamedTuple):
    """The document that an earlier document of the same message would leave under a key."""

    message_id: int | None
    state: str
    app_time: str
    guid: str
    content_hash: str


class _StoredFacts:
    """The documents stored under the keys of a message's documents, and the declarations of their orders."""

    def __init__(self, connection: Connection, sandbox: str, upload: UploadedMessage) -> None:
        kind, documents = upload.parsed.kind, [uploaded.arrived for uploaded in upload.documents]
        keys = [arrived.key for arrived in documents]
        self.stored: dict[str, Any] = {}
        for chunk in chunks(keys):
            for row in connection.execute(
                select(document).where(
                    document.c.sandbox == sandbox, document.c.kind == kind, document.c.key.in_(chunk)
                )
            ):
                self.stored[row.key] = row
        self.declared = declarations_of(connection, sandbox, [(kind, arrived) for arrived in documents])
        self.answered = request_states(connection, sandbox, {kind: keys})

    def take(self, arrived: Arrived, would: str) -> None:
        """Record the state in which this document would leave its key."""
        if would in {"insert", "replace", "declare_staged"}:
            state = "staged" if arrived.app_status == STAGE else "declared"
        elif would == "delete":
            state = "deleted"
        else:
            return
        self.stored[arrived.key] = _LeftDocument(None, state, arrived.app_time, arrived.guid, arrived.content_hash)


def _document(
    uploaded: Uploaded, known: _StoredFacts, predictor: FindingPredictor, findings: list[StagedFinding]
) -> ValidatedDocument:
    arrived, facts = uploaded.arrived, uploaded.facts
    own_fields = {name: text for name in facts.__struct_fields__ if isinstance(text := getattr(facts, name), str)}
    would, refused = _decide_action(uploaded.kind, arrived, known)
    stored = known.stored.get(arrived.key)
    before = {"stored": stored.app_time} if stored is not None else {}
    # the document's fields fill placeholders for which the reason has no values
    own_findings = [
        located.staged_finding(
            PORT, reason._replace(values={**own_fields, **before, **reason.values}), [uploaded.located]
        )
        for reason in (*refused, *arrived.reasons)[: located.max_reasons(facts)]
    ]
    known.take(arrived, would)
    validated = ValidatedDocument(
        position=arrived.position,
        guid=arrived.guid,
        kind=uploaded.kind,
        key=arrived.key,
        order_no=arrived.order_no,
        would=would,
        stored=_stored_under_key(stored, arrived) if stored is not None else None,
        codes=list(_codes(facts, predictor.desk.circumstances)),
    )
    if uploaded.kind in LISTS:
        outcome, predicted = predictor.of_list(uploaded)
        circumstances = predictor.desk.circumstances
        findings += [
            StagedFinding(FORM, warning) for warning in unit_warnings(uploaded, circumstances.goods, circumstances.day)
        ]
        own_findings += predicted
        if outcome is not None:
            own_findings += _add_figures(uploaded, outcome, predictor, validated)
    else:
        own_findings += [*predictor.of_partner(uploaded), *predictor.of_order(uploaded)]
    findings += [staged for staged in own_findings if not _rests_on_faulty(staged, uploaded)]
    return validated


def _stored_under_key(stored: Any, arrived: Arrived) -> StoredUnderKey:
    """`stored`: the row of a document, or a `_LeftDocument`."""
    same_content = stored.content_hash == arrived.content_hash
    return StoredUnderKey(stored.message_id, stored.state, stored.app_time, same_content)


def _rests_on_faulty(staged: StagedFinding, uploaded: Uploaded) -> bool:
    """True if a finding rests on elements with schema findings, and may disappear when these are corrected."""
    own = [
        field
        for field in staged.fields
        if field.kind == uploaded.kind and field.number == uploaded.located.source.number
    ]
    return bool(uploaded.faulty) and any(
        field.path.rpartition("/")[2].partition("[")[0] in uploaded.faulty for field in own
    )


def _add_figures(
    uploaded: Uploaded, outcome: PredictedOutcome, predictor: FindingPredictor, validated: ValidatedDocument
) -> list[StagedFinding]:
    """Add to a list's validation its tax, or its value as an export; returns further findings."""
    try:
        if uploaded.kind == "export_inventory":
            validated.export = _of_export(uploaded.facts, outcome, predictor.desk.circumstances)
            return []
        if uploaded.faulty or any(reason.rule == LIST_WITHOUT_VALUE for reason in outcome.reasons):
            return []
        if any(reason.rule.endswith(_OF_AMOUNTS) for reason in uploaded.arrived.reasons):
            return []
        validated.tax, review = _predict_tax(uploaded.facts, outcome, predictor)
    except NoValue as missing:
        return [no_value(missing, uploaded)]
    return [located.staged_finding(CUSTOMS, reason, [uploaded.located], warning=True) for reason in review]


def _of_export(facts: ExportInventory, outcome: PredictedOutcome, circumstances: Circumstances) -> PredictedExport:
    day, parameters = circumstances.day, circumstances.parameters
    verdict = list_clearance.check(facts, day, parameters, circumstances.goods, warehouse_filed=True)
    used = dict.fromkeys(
        (
            *verdict.fob.parameter_ids,
            *requirements.collection_requirement_on(day, parameters).parameter_ids,
            *(identity for reason in (*outcome.reasons, *outcome.review) for identity in reason.parameter_ids),
        )
    )
    kinds = {filed.kind for filed in outcome.documents}
    return PredictedExport(
        day.isoformat(),
        verdict.fob.amount,
        list_clearance.joins_monthly_summary(facts),
        tuple(outcome.missing),
        {"export_order", "export_waybill"} <= kinds,
        tuple(used),
    )


def _decide_action(kind: str, arrived: Arrived, known: _StoredFacts) -> tuple[str, tuple[Reason, ...]]:
    """(action, faults) of a document against the stored one: insert, replace, delete, declare_staged, repeat, refuse;
    and all reasons against it."""
    row, declaration = known.stored.get(arrived.key), declaration_of(kind, arrived, known.declared)
    declared = declaration.state if declaration is not None else None
    stored = StoredVersion(row.app_time, row.guid, row.content_hash, row.state) if row is not None else None
    own, answered = catalogue.handling(kind).declares and stored is not None, known.answered.get((kind, arrived.key))
    if stored is not None and declared is not None and own and stored.state not in {"staged", "deleted"}:
        stored = stored._replace(state=declared.state)
    elif stored is not None and answered is not None and stored.state == "declared":
        stored = stored._replace(state=answered.state)
    submission, declared = arrived.submission(kind), declared if stored is not None else None
    action = "refuse" if arrived.reasons else decide(submission, stored, declared).action
    return action, refusals_of(submission, stored, declared)


def _codes(facts: Any, circumstances: Circumstances) -> Iterator[CodeInWords]:
    """Every code of a document with its meaning."""
    lines: Sequence[Any] = getattr(facts, "lines", ())
    for place, chunk, tables in [
        ("", facts, _HEAD_CODES),
        *[(str(number), line, _LINE_CODES) for number, line in enumerate(lines, 1)],
    ]:
        for name, table in tables.items():
            value = getattr(chunk, name, "")
            if value:
                entry = codes.TABLES[table].get(value, circumstances.day)
                yield CodeInWords(
                    name,
                    int(place) if place else None,
                    value,
                    table,
                    entry.zh if entry else "",
                    entry.en if entry else "",
                    entry is not None,
                )


def _predict_tax(
    facts: Inventory, outcome: PredictedOutcome, predictor: FindingPredictor
) -> tuple[PredictedTax, Sequence[Reason]]:
    """(tax on the sandbox's day with its calculation, reasons why an officer must review it)"""
    circumstances, year = predictor.desk.circumstances, predictor.desk.circumstances.day.year
    day, goods, parameters = circumstances.day, circumstances.goods, circumstances.parameters
    full_tax = None if outcome.reasons else outcome.full_tax
    assessed = assess(facts, day, goods, parameters, circumstances.options.rounding, full_tax=full_tax)
    assessed = add_price_queries(assessed, facts, rates_on(day, goods, parameters))
    person = (facts.buyer_id_number, year)
    used = predictor.desk.repository.allowances([person])[person].taken
    zh, en = (tuple(explain(assessed, language, parameters, day=day, goods=goods)) for language in ("zh", "en"))
    tax = PredictedTax(
        day=day.isoformat(),
        value=assessed.value,
        duty=assessed.duty,
        consumption=assessed.consumption,
        vat=assessed.vat,
        total=assessed.total,
        full_tax=assessed.full_tax,
        used_this_year=used,
        working_zh=zh,
        working_en=en,
    )
    return tax, assessed.needs_review
