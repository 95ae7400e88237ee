"""The result of a replay: counts, digests compared with those of the recording, audit, pace of sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from single_window.cases.digests.comparing import Comparison, compare_digests
from single_window.cases.digests.lines import Digests
from single_window.language.words import Words
from single_window.recordings.file import Recording
from single_window.recordings.playing import Progress, ReplayPlan
from single_window.recordings.posting import Pace
from single_window.recordings.stage import Stage, Timing
from single_window_client import Audited

OUTCOMES, SEQUENCE = Words("结果摘要", "outcome digest"), Words("次序摘要", "sequence digest")
SHOWN = 8
"""Maximum number of kinds of differences shown; --json has all."""
ANOTHER_ORDER = "another order or other instants; in process, --strict plays it in that order"


class ExpectedDigest(NamedTuple):
    """A digest and that of the recording (empty: nothing to compare with). `may_differ`: the reason why a difference is
    not a failure; empty if it is one."""

    words: Words
    digest: str
    recorded: str
    may_differ: str

    @property
    def equal(self) -> bool | None:
        """True if both are equal; None if there is nothing to compare with."""
        return self.digest == self.recorded if self.recorded else None

    @property
    def holds(self) -> bool:
        """False if a difference is a failure."""
        return self.equal is not False or bool(self.may_differ)

    @property
    def told(self) -> str:
        """The digest for people, and how it compares with that of the recording."""
        line = f"{self.words.en} {self.digest}"
        if self.equal is None:
            return line
        if self.equal:
            return f"{line}, as recorded"
        if self.may_differ:
            return f"{line}, not the recorded one: {self.may_differ}"
        return f"{line}\nNOT as recorded: {self.recorded}"


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The result of a replay. `alike`: every message must be answered as recorded, and every act must be carried out;
    `may_differ`: why outcomes may differ from the recorded ones. `comparison`: the recorded outcomes and these, if they
    are others and the recording holds them."""

    ended: Progress
    digests: Digests
    outcome: ExpectedDigest
    sequence: ExpectedDigest
    audited: Audited
    timing: Timing | None
    alike: bool
    may_differ: str
    comparison: Comparison | None = None

    @property
    def otherwise(self) -> int:
        """The number of messages that were not answered as recorded."""
        return self.ended.messages - self.ended.alike

    @property
    def holds(self) -> bool:
        """True if no check failed."""
        answered = not (self.alike and (self.otherwise or self.ended.undone))
        return answered and self.outcome.holds and self.sequence.holds and self.audited.balanced

    def plainly(self) -> dict[str, Any]:
        """The result for programs."""
        return {
            "messages": self.ended.messages,
            "acts": self.ended.acts,
            "answered_alike": self.ended.alike,
            "acts_not_done": self.ended.undone,
            "outcomes": self.digests.outcome.lines,
            "digest": self.outcome.digest,
            "recorded": self.outcome.recorded,
            "equal": self.outcome.equal,
            "may_differ": self.may_differ,
            "sequence": {
                "deliveries": self.digests.sequence.lines,
                "digest": self.sequence.digest,
                "recorded": self.sequence.recorded,
                "equal": self.sequence.equal,
            },
            "differences": _differences(self.comparison) if self.comparison else None,
            "audit": self.audited.plainly,
            "pace": _pace(self.timing.pace) if self.timing else None,
        }


def _differences(comparison: Comparison) -> dict[str, Any]:
    return {"outcomes": comparison.differing, "causes": dict(comparison.causes.most_common())}


def result_of(
    stage: Stage, ended: Progress, recording: Recording, plan: ReplayPlan, *, comparable: bool, alike: bool
) -> ReplayResult:
    """The result of a replay that has ended on a stage. `comparable`: the recorded messages were played as they were;
    `alike`: see `ReplayResult`."""
    manifest = recording.manifest
    digests, recorded = stage.digests(), (manifest.digest, manifest.sequence) if comparable else ("", "")
    another_order = "" if plan.exactly else ANOTHER_ORDER
    return ReplayResult(
        ended=ended,
        digests=digests,
        outcome=ExpectedDigest(OUTCOMES, digests.outcome.sha256, recorded[0], stage.may_differ),
        sequence=ExpectedDigest(SEQUENCE, digests.sequence.sha256, recorded[1], another_order),
        audited=stage.audit(),
        timing=stage.timing(),
        alike=alike,
        may_differ=stage.may_differ,
        comparison=_compare(stage, recording) if plan.same_messages else None,
    )


def _compare(stage: Stage, recording: Recording) -> Comparison | None:
    """The recorded outcomes and those of the replay; None if they are equal, or the recording does not hold them."""
    recorded = recording.outcomes()
    if recorded is None or stage.digests().outcome.sha256 == recording.manifest.digest:
        return None
    return compare_digests(recorded, stage.outcomes(), SHOWN)


def _pace(pace: Pace) -> dict[str, Any]:
    return {
        "seconds": pace.seconds,
        "rate": {"asked": pace.wanted, "reached": pace.reached, "answered": pace.answered},
        "late_ms": {"half": pace.half_late, "latest": pace.most_late, "free": pace.free_late},
        "held": pace.held,
        "turned_away": pace.turned_away,
        "limited": pace.limited,
    }
