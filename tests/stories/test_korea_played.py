"""Korea's customs is played by somebody outside, with faults: what is known at the end is what is true."""

from __future__ import annotations

from datetime import datetime

import pytest

from schemas.message import Transfer
from simulators.korea.telling import DOUBTFUL, KoreaTroubles, outcome_message, run_korea
from tests.databases import ON_BOTH
from tests.stories.korea import CARRIER, Korea

pytestmark = ON_BOTH
PARCELS = [f"QD{number:012d}" for number in range(1, 61)]
ARRIVAL = datetime(2026, 11, 21, 6)
OFTEN = KoreaTroubles(held=40, asked=10, sent_back=20, silent=15, late=50, twice=40, contradicting=20)


@pytest.mark.parametrize("seed", [1, 2])
def test_late_double_and_contradicting_outcomes_end_in_what_is_true(start_story, seed: int) -> None:
    korea = Korea(start_story(korea="on"))
    korea.manifest(*PARCELS)
    korea.list(*map(korea.line, PARCELS))
    run = run_korea(seed, PARCELS, ARRIVAL, OFTEN)
    sender = Transfer(CARRIER.code, CARRIER.name, "DXP", CARRIER.dxp_id)
    for number, told in enumerate(run.outcomes):
        korea.story.file(outcome_message(f"S{number}", [told], sender))
    korea.story.window.settle()
    assert {parcel: state for parcel, state in korea.states().items() if parcel in run.states} == run.states
    silent = {parcel for parcel in PARCELS if parcel not in run.states}
    assert silent and {korea.states()[parcel] for parcel in silent} == {"taken_in"}
    korea.story.pass_time(hours=30)
    assert {korea.states()[parcel] for parcel in silent} == {"cleared"}, "our own clock answers for those"
    assert DOUBTFUL in run.states.values()


def test_the_same_seed_tells_the_same() -> None:
    assert run_korea(3, PARCELS, ARRIVAL) == run_korea(3, PARCELS, ARRIVAL)
    assert run_korea(3, PARCELS, ARRIVAL) != run_korea(4, PARCELS, ARRIVAL)
    assert set(run_korea(3, PARCELS, ARRIVAL, KoreaTroubles(*[0] * 7)).states.values()) == {"cleared"}
