"""Runs all probes on a window, in a sandbox of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes import (
    agency_codes,
    apart,
    asked,
    awaited_uploads,
    batches_by_hand,
    browsers,
    companies_of_keys,
    copied_codes,
    dated_outcomes,
    desk_of_accounts,
    drawn_profiles,
    earned_codes,
    edges,
    emptied,
    exchange_limits,
    forced_together,
    found_on_pages,
    imported_files,
    imported_rows,
    injected,
    kept_channels,
    known_statuses,
    law_days,
    lists_in_states,
    lives_of_keys,
    long_numbers,
    made_sandboxes,
    mailboxes_of_keys,
    matches,
    narrowed,
    officers_queue,
    owned_folder,
    pages,
    payment_uploads,
    polled,
    pushed,
    refusals,
    requested,
    rights,
    second_eyes,
    shares,
    signatures,
    statuses,
    subscribed,
    told,
    told_goods,
    transmissions,
    two_officers,
    unreadable,
)
from simulators.verdict import TradeVerdict

MOMENT = "2026-11-24T08:00:00+08:00"
UNREAD = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors of reading an answer in which something is missing: the window's fault, and named as one."""
Probe = Callable[[WindowClient, SandboxClient, str], Iterator[str]]
"""Probes a sandbox of a window; the text is the prefix of the names of further sandboxes."""
PROBES: Mapping[str, Probe] = {
    "matches": lambda client, sandbox, under: matches.probe(sandbox),
    "sent_again": lambda client, sandbox, under: transmissions.probe(sandbox),
    "refusals": lambda client, sandbox, under: refusals.probe(sandbox),
    "earned_codes": lambda client, sandbox, under: earned_codes.probe(sandbox),
    "agency_codes": lambda client, sandbox, under: agency_codes.probe(sandbox),
    "exchange_limits": lambda client, sandbox, under: exchange_limits.probe(sandbox),
    "drawn_profiles": lambda client, sandbox, under: drawn_profiles.probe(sandbox),
    "requested": lambda client, sandbox, under: requested.probe(sandbox),
    "signatures": lambda client, sandbox, under: signatures.probe(sandbox),
    "unreadable": lambda client, sandbox, under: unreadable.probe(sandbox),
    "law_days": lambda client, sandbox, under: law_days.probe(sandbox),
    "dated_outcomes": lambda client, sandbox, under: dated_outcomes.probe(client, under),
    "edges": lambda client, sandbox, under: edges.probe(client, under),
    "asked": lambda client, sandbox, under: asked.probe(client, under),
    "batches_by_hand": lambda client, sandbox, under: batches_by_hand.probe(client, under),
    "officers_queue": lambda client, sandbox, under: officers_queue.probe(client, under),
    "found_on_pages": lambda client, sandbox, under: found_on_pages.probe(client, under),
    "injected": lambda client, sandbox, under: injected.probe(client, under),
    "polled": lambda client, sandbox, under: polled.probe(client, under),
    "forced_together": lambda client, sandbox, under: forced_together.probe(sandbox),
    "lists_in_states": lambda client, sandbox, under: lists_in_states.probe(client, under),
    "long_numbers": lambda client, sandbox, under: long_numbers.probe(sandbox),
    "two_officers": lambda client, sandbox, under: two_officers.probe(client, under),
    "told": lambda client, sandbox, under: told.probe(client, under),
    "told_goods": lambda client, sandbox, under: told_goods.probe(client, under),
    "copied_codes": lambda client, sandbox, under: copied_codes.probe(client, under),
    "subscribed": lambda client, sandbox, under: subscribed.probe(client, under),
    "pushed": lambda client, sandbox, under: pushed.probe(client, under),
    "payment_uploads": lambda client, sandbox, under: payment_uploads.probe(client, under),
    "awaited_uploads": lambda client, sandbox, under: awaited_uploads.probe(client, under),
    "imported_rows": lambda client, sandbox, under: imported_rows.probe(client, under),
    "imported_files": lambda client, sandbox, under: imported_files.probe(client, under),
    "lives_of_keys": lambda client, sandbox, under: lives_of_keys.probe(client, under),
    "kept_channels": lambda client, sandbox, under: kept_channels.probe(client, under),
    "pages": lambda client, sandbox, under: pages.probe(client, sandbox, under),
    "narrowed": lambda client, sandbox, under: narrowed.probe(client, sandbox, under),
    "known_statuses": lambda client, sandbox, under: known_statuses.probe(sandbox),
    "statuses": lambda client, sandbox, under: statuses.probe(sandbox),
    "browsers": lambda client, sandbox, under: browsers.probe(client, sandbox),
    "made_sandboxes": lambda client, sandbox, under: made_sandboxes.probe(client, sandbox),
    "second_eyes": lambda client, sandbox, under: second_eyes.probe(client, under),
    "emptied": lambda client, sandbox, under: emptied.probe(client, under),
    "apart": lambda client, sandbox, under: apart.probe(client, under),
    "shares": lambda client, sandbox, under: shares.probe(client, under),
    "rights": lambda client, sandbox, under: rights.probe(client, sandbox),
    "mailboxes": lambda client, sandbox, under: mailboxes_of_keys.probe(client, sandbox),
    "companies": lambda client, sandbox, under: companies_of_keys.probe(client, under),
    "desk_of_accounts": lambda client, sandbox, under: desk_of_accounts.probe(),
    "owned_folder": lambda client, sandbox, under: owned_folder.probe(),
}
"""In this order: what is sent first, later ones read."""


def probe_window(client: WindowClient, under: str = "") -> Iterator[TradeVerdict]:
    """Probe a window; yields a verdict of each probe. Raises `CallRefused` if it gives no sandbox, and
    `NotReachable`."""
    with fresh_sandbox(client, "probes", "probes", MOMENT, under=under) as sandbox:
        for name, probe in PROBES.items():
            try:
                complaints = tuple(probe(client, sandbox, under))
            except CallRefused as refused:
                complaints = (f"a call was refused with HTTP {refused.status}: {refused}",)
            except UNREAD as unread:
                complaints = (f"an answer lacks what it must have: {unread!r}",)
            got = f"{len(complaints)} wrong" if complaints else "as it must"
            yield TradeVerdict(name, name, "as it must", got, complaints, "calls")
