"""What an amendment changed, field by field, as an officer sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, update

from schemas.envelope import Envelope, wrap
from simulators.imports.stories import amended_document
from simulators.imports.trade import ImportTrade
from single_window.api import create_app
from single_window.cases.declarations import versions
from single_window.cases.declarations.versions import Amendment
from single_window.store.engine import writing
from single_window.store.tables import archive, message
from tests.databases import ON_BOTH
from tests.described import described_client
from tests.officers import signed_in
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH


def amended(
    story: StoryRunner, change: Callable[[bytes], bytes] = bytes, times: int = 1, **changes: str
) -> ImportTrade:
    """A list that an officer has suspended, and its declarant amended, so many times.

    More than once only where customs rejects what was amended, as for a telephone number that is not the order's.
    """
    trade = story.trade(fault="content_missing")
    story.send(trade)
    story.decide(trade, "suspend", "补充材料")
    numbers = {name: str(story.column(trade, name)) for name in ("pre_no", "invt_no")}
    for place in range(times):
        head = {**changes, "loctNo": f"HW{place}"}
        story.submit(change(amended_document(trade, changes=head, after=600 * (place + 1), **numbers).body))
    return trade


def amendment_of(story: StoryRunner, trade: ImportTrade) -> Amendment | None:
    return story.read(versions.versions_of, int(story.column(trade, "id")))


def differing(story: StoryRunner, trade: ImportTrade) -> dict[str, tuple[str, str]]:
    """Old and new text of each field of the head that differs."""
    result = amendment_of(story, trade)
    assert result is not None and result.kept
    return {change.name: (change.old, change.new) for change in result.changes if not change.line}


def head(trade: ImportTrade) -> dict[str, Any]:
    assert trade.inventory is not None
    return dict(trade.inventory.head)


def test_a_list_that_was_never_amended_has_nothing_to_compare(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    assert amendment_of(story, trade) is None


def test_fields_that_an_amendment_changed_are_reported_old_and_new(story: StoryRunner) -> None:
    trade = amended(story, buyerTelephone="13900000000", freight="7.50")
    result = amendment_of(story, trade)
    assert result is not None and (result.version, result.kept) == (2, True)
    old = head(trade)
    assert differing(story, trade) == {
        "buyerTelephone": (old["buyerTelephone"], "13900000000"),
        "freight": (old["freight"], "7.50"),
        "loctNo": (old.get("loctNo", ""), "HW0"),
    }


def test_the_newest_version_is_compared_with_the_one_before_and_not_with_the_first(story: StoryRunner) -> None:
    trade = amended(story, times=2, buyerTelephone="13900000000")
    assert differing(story, trade) == {"loctNo": ("HW0", "HW1")}


def test_lines_are_compared_by_their_numbers(story: StoryRunner) -> None:
    trade = amended(story, lambda body: body.replace(b"</ceb:gname>", "（改）</ceb:gname>".encode(), 1))
    result = amendment_of(story, trade)
    assert result is not None
    assert [(change.line, change.name, change.new) for change in result.changes if change.line] == [
        (1, "gname", next(change.old for change in result.changes if change.line) + "（改）")
    ]


def test_a_version_that_came_in_an_envelope_is_found_near_its_receipt(story: StoryRunner) -> None:
    def enveloped(body: bytes) -> bytes:
        return wrap(
            Envelope(
                f"C{body.count(b'HW1')}", sender, ("DXPEDCCEB0000002",), "2026-11-20T12:00:00", "CEB621Message", body
            )
        )

    sender = story.trade(fault="content_missing").parties.sender("inventory").dxp_id
    trade = amended(story, enveloped, times=2, buyerTelephone="13900000000")
    assert differing(story, trade) == {"loctNo": ("HW0", "HW1")}


def test_a_version_whose_message_was_pruned_is_reported_as_gone(story: StoryRunner) -> None:
    trade = amended(story)
    with writing(story.window.engine) as connection:
        connection.execute(delete(archive))
        connection.execute(update(message).values(state="read"))
    result = amendment_of(story, trade)
    assert result is not None and (result.version, result.kept, result.changes) == (2, False, ())


def test_the_case_page_shows_them_with_identity_numbers_masked(story: StoryRunner) -> None:
    trade = amended(story, buyerIdNumber="110101199003074514", buyerName="他人甲")
    number = int(story.column(trade, "id"))
    with described_client(create_app(story.window)) as client:
        page = signed_in(client, story.window).get(f"/declarations/{number}?sandbox={story.sandbox}&lang=en").text
    assert "Changed since the earlier version" in page and "This is version 2" in page
    assert "他人甲" in page and "1101****4514" in page and "110101199003074514" not in page
