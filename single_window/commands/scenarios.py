"""`single-window scenarios`: the ready-made outcomes that a test may force."""

from __future__ import annotations

import click

from single_window.answers.outcomes import scenario_out
from single_window.frame.commands.call import Call, command
from single_window.language.words import Words
from single_window.outcomes.scenarios import scenarios as ready_made


@click.command()
@command
def scenarios(call: Call) -> None:
    """List ready-made outcomes: for `trigger add --scenario`, and for the header X-Scenario of one call.

    \b
    Example:
      single-window scenarios
    """
    known = ready_made().values()
    call.give([scenario_out(scenario) for scenario in known])
    call.table(
        "",
        ("scenario 场景", "outcome 结果", "what you see 可见"),
        [
            (
                scenario.name,
                Words(scenario.zh, scenario.en).text(call.language),
                Words(scenario.seen_zh, scenario.seen_en).text(call.language),
            )
            for scenario in known
        ],
    )
