"""Answers about decisions: the possible acts on a subject, and the result of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, Instant, Reasons

if TYPE_CHECKING:
    from single_window.frame.decision_kinds import Act, Subject
    from single_window.store.decisions import StoredDecision


class ActOut(Answer, frozen=True, kw_only=True):
    """A currently possible act."""

    action: str
    zh: str
    en: str
    to: Annotated[str, Meta(description="the state to which it leads; empty: depends on the findings")]
    return_status: Annotated[str, Meta(description="the status of the receipt that reports it; empty: none")]
    needs: Annotated[tuple[str, ...], Meta(description="`reason`, or names of other required fields of the decision")]


class DecisionMadeOut(Answer, frozen=True, kw_only=True):
    """A decision that was made."""

    decision: int
    action: str
    by: str
    reason: str
    state: Annotated[str, Meta(description="filed, proposed, declined, withdrawn, done, refused, taken_back")]
    at: Instant
    answer: Annotated[Reasons, Meta(description="the reasons of a refusal, or remarks")]


class DecidableOut(Answer, frozen=True, kw_only=True):
    """The current state of a subject of decisions."""

    subject: str
    number: str
    label: str
    state: str
    state_zh: str
    state_en: str
    version: Annotated[
        int, Meta(description="give it as `seen`: the decision is refused if the subject was changed since")
    ]
    acts: Annotated[tuple[ActOut, ...], Meta(description="the acts that the caller may take now")]
    made: Annotated[tuple[DecisionMadeOut, ...], Meta(description="the newest hundred decisions, oldest first")]
    undone_by: Annotated[tuple[str, ...], Meta(description="actions that undo the last decision, of any role")]


class DecidedOut(Answer, frozen=True, kw_only=True):
    """The result of a decision."""

    decision: int
    subject: str
    number: str
    label: str
    action: str
    status: Annotated[
        str, Meta(description="done; proposed: a second person must approve; declined; withdrawn; waiting: filed")
    ]
    before: Annotated[str, Meta(description="the state before")]
    after: Annotated[str, Meta(description="the state now")]
    version: int
    links: dict[str, str]


class CreationOut(Answer, frozen=True, kw_only=True):
    """An act that makes a new subject."""

    action: str
    zh: str
    en: str
    values: Annotated[dict[str, str], Meta(description="the values that it needs, with the format of each")]
    reason: Annotated[bool, Meta(description="true if it needs a reason")]


class CreatableOut(Answer, frozen=True, kw_only=True):
    """A kind of subject of which something may be made, and the acts that make it."""

    subject: str
    acts: Annotated[tuple[CreationOut, ...], Meta(description="the acts that the caller may take")]


class CreatedOut(Answer, frozen=True, kw_only=True):
    """The result of a decision to make a subject."""

    decision: int
    subject: str
    action: str
    status: Annotated[
        str, Meta(description="done; proposed: a second person must approve; declined; withdrawn; waiting: filed")
    ]
    number: Annotated[str, Meta(description="that of what was made, such as a batch's; empty: nothing yet")]
    state: Annotated[str, Meta(description="the state of what was made")]
    version: int
    links: dict[str, str]


class FileOut(Answer, frozen=True, kw_only=True):
    """A file of a case."""

    sha256: Annotated[str, Meta(description="of its content, in hexadecimal digits")]
    name: str
    media_type: str
    size: Annotated[int, Meta(description="bytes")]
    by: Annotated[str, Meta(description="who added it")]
    at: Instant
    line: Annotated[int, Meta(description="the line of goods that it shows; 0: none in particular")]
    links: dict[str, str]


class FilesOut(Answer, frozen=True, kw_only=True):
    """The files of a case."""

    files: tuple[FileOut, ...]


class CaseNoteOut(Answer, frozen=True, kw_only=True):
    """A note about a case, for colleagues."""

    number: Annotated[int, Meta(description="its row in the log of decisions")]
    text: str
    by: str
    role: str
    at: Instant
    mentions: Annotated[tuple[str, ...], Meta(description="the accounts that it mentions")]


class CaseNotesOut(Answer, frozen=True, kw_only=True):
    """The notes about a case."""

    notes: tuple[CaseNoteOut, ...]


class AlertOut(Answer, frozen=True, kw_only=True):
    """Something that concerns an officer about a case that he has not opened since."""

    row: Annotated[int, Meta(description="in the log of decisions")]
    subject: str
    number: Annotated[str, Meta(description="names the case in calls about it")]
    action: Annotated[str, Meta(description="noted, escalate, given, …")]
    by: str
    text: str
    at: Instant


class AlertsOut(Answer, frozen=True, kw_only=True):
    """An officer's alerts."""

    alerts: tuple[AlertOut, ...]


class AbsenceOut(Answer, frozen=True, kw_only=True):
    """When an officer is absent."""

    account: str
    since: Annotated[str, Meta(description="the first day")]
    until: Annotated[str, Meta(description="the last day")]
    to: Annotated[str, Meta(description="the colleague who gets the cases; empty: the queue")]
    by: Annotated[str, Meta(description="who noted it")]
    handed_over: Annotated[bool, Meta(description="true once it has begun and the cases are handed over")]


class AbsencesOut(Answer, frozen=True, kw_only=True):
    """Absences of officers."""

    absences: tuple[AbsenceOut, ...]


class HandedOverOut(Answer, frozen=True, kw_only=True):
    """The cases that were handed over."""

    cases: Annotated[int, Meta(description="the number of cases, in all sandboxes")]


class DistributedOut(Answer, frozen=True, kw_only=True):
    """The outcome of a distribution of cases."""

    given: Annotated[dict[str, int], Meta(description="officer -> number of cases")]


class AssignmentOut(Answer, frozen=True, kw_only=True):
    """The officer who deals with a waiting case, and from when."""

    subject: str
    number: str
    desk: str
    holder: Annotated[str, Meta(description="the officer who has it; empty: anybody may take it")]
    put_off_until: Annotated[Instant, Meta(description="when it comes back; empty: it was not put off")]
    due: Instant


def decidable_out(
    subject: Subject, acts: tuple[Act, ...], made: tuple[StoredDecision, ...], undone_by: tuple[str, ...]
) -> DecidableOut:
    """Return the answer about a subject with its possible acts and past decisions."""
    return DecidableOut(
        subject=subject.kind,
        number=str(subject.id),
        label=subject.label,
        state=subject.state,
        state_zh=subject.words.zh,
        state_en=subject.words.en,
        version=subject.version,
        acts=tuple(
            ActOut(
                action=act.action,
                zh=act.words.zh,
                en=act.words.en,
                to=act.to,
                return_status=act.return_status,
                needs=act.needs,
            )
            for act in acts
        ),
        made=tuple(DecisionMadeOut.of(decided, decision=decided.id) for decided in made),
        undone_by=undone_by,
    )
