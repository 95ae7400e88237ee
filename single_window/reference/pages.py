"""Generates reference pages from the program's data: catalogue, rules, receipt texts, parameters, lifecycles.

Deterministic: uses no clock and no data folder. `manual` adds settings and commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

from declarations import lifecycle, parameters, rules
from declarations.law import all_sources, values_of
from declarations.lifecycle import Lifecycle, LifecycleState, Transition
from schemas import catalogue, codes, receipt_texts
from schemas.elements import ElementField
from schemas.message_types import EDITION, EDITIONS
from single_window.language import rule_records
from single_window.language.phrases import content
from single_window.language.rule_records import ConcernedElements
from single_window.language.statuses import FAILED, codes_about, occurring, return_status
from single_window.reference.law_readers import readers_of_parameters
from single_window.reference.manual import commands, events, metrics, settings
from single_window.reference.tables import ready_made, table, topics

MADE = "<!-- Written by the program; change the source, not this page. -->"
FURTHER = "single_window.reference"
"""Entry-point group for pages of other packages."""
ONLY = {"I": "imports", "E": "exports"}
"""Flow → note on a transition that only applies to it."""


def pages() -> dict[str, str]:
    """Every page by its file name."""
    made = {
        "messages.md": messages,
        "fields.md": elements,
        "rules.md": port_checks,
        "findings.md": findings,
        "receipt-texts.md": texts,
        "return-statuses.md": statuses,
        "parameters.md": law,
        "sources.md": sources,
        "lifecycle.md": lives,
        "settings.md": settings,
        "command-line.md": commands,
        "metrics.md": metrics,
        "events.md": events,
        "scenarios.md": ready_made,
        "topics.md": topics,
    }
    made |= {f"{entry_point.name}.md": entry_point.load() for entry_point in sorted(entry_points(group=FURTHER))}
    return {name: "\n".join([MADE, "", *make()]).rstrip() + "\n" for name, make in made.items()}


def write(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Write files (path → text) into a folder; returns the paths of new and changed ones."""
    changed = [
        name
        for name, text in texts.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
    ]
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(texts[name], "utf-8")
    return changed


MESSAGE_COLUMNS = (
    *("code", "报文", "message", "flow", "root", "sent by"),
    *("business key", "answered by", "most", "signature", "editions"),
)


def messages() -> Iterator[str]:
    """The catalogue."""
    yield "# Messages 报文"
    yield ""
    yield (
        "Every message the window takes or sends, in the editions "
        + " and ".join(EDITIONS)
        + ". `single-window sample CODE` prints a valid one."
    )
    yield ""
    yield from table(
        MESSAGE_COLUMNS,
        (
            (
                entry.code,
                entry.title_zh,
                entry.title_en,
                entry.flow,
                f"`{entry.root}`",
                entry.sender,
                ", ".join(entry.key),
                entry.answered_by or "",
                entry.most or "",
                "yes" if entry.signature else "",
                ", ".join(entry.editions),
            )
            for entry in catalogue.entries()
        ),
    )


def elements() -> Iterator[str]:
    """The elements of every message."""
    yield "# Elements 要素"
    yield ""
    yield f"Head and lines of every message in schema order, edition {EDITION}."
    yield ""
    for entry in catalogue.entries():
        layout = catalogue.layout(entry.code)
        yield f"## {entry.code} {entry.title_en} {entry.title_zh}"
        yield ""
        for name, part in (("head", layout.head), ("line", layout.line)):
            if part:
                yield f"{name}:"
                yield ""
                yield from table(
                    ("element", "要素", "meaning", "type", "required"),
                    (
                        (f"`{field.name}`", field.zh, field.en, _type(field), "yes" if field.required else "")
                        for field in part
                    ),
                )


def _type(field: ElementField) -> str:
    """The type of an element, with notes on its default and white space."""
    facts = {"fixed": field.fixed, "default": field.default}
    notes = [f"{word} {text}" for word, text in facts.items() if text is not None]
    return ", ".join([field.type, *notes, *(["white space collapsed"] if field.collapsed else [])])


def port_checks() -> Iterator[str]:
    """The port's checks."""
    yield "# Port checks 口岸校验"
    yield ""
    yield (
        "What one document must fulfil by itself. `-301008/15019`: the words of check 15019 inside the answer -301008."
    )
    yield ""
    for kind in rules.RULE_BOOKS:
        entry = catalogue.by_kind(kind)
        yield f"## {entry.code} {entry.title_en} {entry.title_zh}"
        yield ""
        yield from table(
            ("code", "rule", "source", "回执文字"),
            (
                (
                    rule_doc.code,
                    rule_doc.sentence + (" (each line)" if rule_doc.each_line else ""),
                    rule_doc.source,
                    rule_doc.zh,
                )
                for rule_doc in rules.describe()
                if rule_doc.kind == kind
            ),
        )


def findings() -> Iterator[str]:
    """Every code with the fields it concerns and what to do."""
    yield "# Codes, fields and remedies 代码、要素和处理办法"
    yield ""
    yield (
        "What `single-window rules show CODE` and `GET /api/v1/rules/CODE` say: which elements of which documents a "
        "code concerns, and what to do. How to read a finding: [findings](../findings.md). Other codes only inform."
    )
    yield ""
    yield from table(
        ("code", "status", "文字", "words", "fields 要素", "处理办法", "what to do"),
        (
            (
                record.code,
                record.return_status,
                record.zh,
                record.en,
                _elements_text(record.fields),
                record.remedy_zh,
                record.remedy_en,
            )
            for record in rule_records.records()
            if record.remedy_zh
        ),
    )


def _elements_text(fields: Iterable[ConcernedElements]) -> str:
    return "; ".join(f"{field.kind}: {' '.join(field.elements)}" for field in fields)


def texts() -> Iterator[str]:
    """The words of receipts."""
    yield "# Words of receipts 回执文字"
    yield ""
    yield (
        "`observed`: code and words were seen in traffic; `official`: the code is published, the words are ours; "
        "`own`: both are ours. Codes are permanent."
    )
    yield ""
    yield from table(
        ("code", "status", "文字", "words", "origin", "source"),
        (
            (
                text.code,
                text.return_status,
                text.zh + text.tail,
                text.en + (text.tail_en or text.tail),
                text.origin,
                text.source,
            )
            for text in receipt_texts.texts().values()
        ),
    )


def statuses() -> Iterator[str]:
    """The return statuses."""
    yield "# Return statuses 回执状态"
    yield ""
    yield from table(
        ("status", "状态", "meaning", "source"),
        ((status.code, status.zh, status.en, status.source) for status in codes.return_statuses),
    )
    yield ""
    yield "## By what a receipt is about 按单证"
    yield ""
    yield (
        "Every status that may occur, as command line, HTTP (`status_zh`, `status_en`) and pages say it; every "
        f"negative one is {FAILED.zh}, {FAILED.en}. Results of summaries (792) and copies for subscribers have none."
    )
    yield ""
    yield from table(("about", "receipt", "status", "状态", "meaning"), map(_status, occurring()))


def _status(pair: tuple[str, str]) -> tuple[str, ...]:
    kind, status = pair
    words = return_status(status, kind)
    return kind, " ".join(codes_about(kind)), status, words.zh, words.en


def law() -> Iterator[str]:
    """Every dated value."""
    yield "# Dated values 参数"
    yield ""
    yield (
        "Every rate, limit and deadline with the day it begins and its legal source. Confidence: C confirmed, C* "
        "weakly, K known, I our own choice. `single-window rules day DAY` gives the law of a day."
    )
    yield ""
    for parameter in parameters.describe():
        yield f"## {parameter.name}"
        yield ""
        yield f"{parameter.title} · {parameter.title_en} ({parameter.unit})" + (
            f". {parameter.note_en}" if parameter.note_en else ""
        )
        yield ""
        yield (
            "Informative: nothing depends on it."
            if parameter.informative
            else "Read by " + ", ".join(f"`{module}`" for module in readers_of_parameters()[parameter.name]) + "."
        )
        if parameter.changeable:
            least, most = parameter.changeable.least, parameter.changeable.most
            yield f"An administrator may change it for a sandbox, from {least} to {most}."
        yield ""
        yield from table(
            ("since", "until", "value", "source", "ref", "confidence", "note"),
            (
                (
                    "always" if value.since == date.min else value.since,
                    value.until or "",
                    content(value.content),
                    value.source,
                    " ".join(f"[{ref}](sources.md#{ref.lower()})" for ref in value.ref),
                    value.confidence,
                    value.note_en,
                )
                for value in parameter.values
            ),
        )


def sources() -> Iterator[str]:
    """The sources of the dated values."""
    yield "# Sources 依据"
    yield ""
    yield (
        "Acts of authorities, pages that confirm a value, and our own choice. The day is that of the act, where we "
        "know it. `single-window rules source ACT` lists all that rests on one."
    )
    for basis in all_sources().values():
        yield ""
        yield f"## {basis.id}"
        yield ""
        issued = f", {basis.issued}" if basis.issued else ""
        if basis.in_force:
            issued += f", in force from {basis.in_force}"
        if basis.repealed:
            by = all_sources()[basis.repealed_by]
            issued += f", repealed {basis.repealed} by {by.act} ({basis.repeal_confidence})"
        yield f"{basis.act + ' · ' if basis.act else ''}{basis.about} ({basis.kind}{issued}, {basis.where})"
        yield ""
        resting = [f"`{value.id}`" for value in values_of(basis)]
        yield ", ".join(resting) or "Rows of the tables of goods or refund rates alone."


def lives() -> Iterator[str]:
    """The lifecycles."""
    yield "# Lifecycles 状态流转"
    yield ""
    yield (
        "What may happen to whom. A state in bold ends a life; its key may then be declared again where the table "
        "says so."
    )
    yield ""
    for described in lifecycle.all_lifecycles().values():
        yield f"## {described.name}: {described.en} {described.zh}"
        yield ""
        yield from _diagram(described)
        yield from table(("state", "状态", "meaning", "ends"), map(_state, described.states.values()))
        yield from table(
            ("action (only of)", "操作", "from", "to", "by", "receipt", "needs", "undoes"),
            map(_transition, described.transitions),
        )
    yield "## Conditions (needs) 条件"
    yield ""
    yield from table(
        ("word", "条件", "meaning"),
        ((name, condition.zh, condition.en) for name, condition in lifecycle.all_conditions().items()),
    )


def _state(state: LifecycleState) -> tuple[str, ...]:
    return (
        f"**{state.name}**" if state.final else state.name,
        state.zh,
        state.en,
        "may be declared again" if state.ended else "for good" if state.final else "",
    )


def _transition(step: Transition) -> tuple[str, ...]:
    return (
        f"{step.action} ({ONLY[step.flow]})" if step.flow else step.action,
        step.zh,
        ", ".join(step.sources),
        step.to,
        ", ".join(step.by),
        f"{step.return_status}, exports {step.export_status}" if step.export_status else step.return_status,
        ", ".join(step.needs),
        ", ".join(step.undoes),
    )


def _diagram(described: Lifecycle) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for start in described.start:
        yield f"    [*] --> {start}"
    drawn: dict[tuple[str, str], list[str]] = {}
    for step in described.transitions:
        for source in step.sources:
            drawn.setdefault((source, step.to), []).append(f"{step.action} {step.return_status}".rstrip())
    for (source, to), actions in drawn.items():
        yield f"    {source} --> {to}: {', '.join(actions)}"
    for state in described.states.values():
        if state.final:
            yield f"    {state.name} --> [*]"
    yield "```"
    yield ""
