"""Two lists in one message that a ready-made outcome refuses as malformed: sent again, each is released, and its
timeline tells that the first refusal was forced."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulators.entry.windows import SandboxClient

LIST, OUTCOME, FORCED, RELEASED = "621", "format_error", "forced", "released"
GUID = "0F0B5CED-70C7-4A11-9C75-62D1F0F0CED0"


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    trades = [sandbox.sample("import", f"forced together {place}") for place in ("first", "second")]
    sandbox.submit(together(*(trade.messages[LIST] for trade in trades)), X_Scenario=OUTCOME)
    sandbox.settle()
    sandbox.submit(*trades)
    sandbox.settle()
    for place, trade in enumerate(trades, 1):
        story = sandbox.call("GET", f"/stories/{trade.order_no}")["declaration"]
        events = [happening["event"] for happening in story["timeline"]]
        if FORCED not in events:
            yield f"the timeline of list {place} of a message that was refused by force says nothing of it"
        if story["head"]["state"] != RELEASED:
            yield f"list {place} of a message that was refused by force is {story['head']['state']} afterwards"


def together(first: bytes, second: bytes) -> bytes:
    """Return the first message with another guid and with the list of the second behind its own."""
    [added] = re.findall(rb"<ceb:Inventory>.*</ceb:Inventory>", second, re.DOTALL)
    renamed = re.sub(rb'guid="[^"]*"', f'guid="{GUID}"'.encode(), first, count=1)
    return renamed.replace(b"</ceb:Inventory>", b"</ceb:Inventory>" + added, 1)
