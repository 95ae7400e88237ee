"""The rail of each role: what is his stands, other lists are folded, and no two links have the same name."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

from single_window.accounts import rights
from single_window.api import create_app
from tests.officers import signed_in
from tests.tables import each

MOST_STANDING = 17
"""Links that stand unfolded in the rail of any role, the supervisor's 7 of all desks among them."""


def rail(story: Any, role: str, language: str) -> tuple[list[str], list[str]]:
    """Names of the links that stand in the rail of a role, and of those that are folded."""
    browser = signed_in(create_app(story.window).test_client(), story.window, f"a-{role.replace('_', '-')}", role)
    page = html.fromstring(browser.get(f"/home?sandbox=story&lang={language}").text)
    found: dict[bool, list[str]] = {True: [], False: []}
    for place in page.xpath("//*[@class='places']//a"):
        is_folded = any(parent.tag == "details" for parent in place.iterancestors())
        found[is_folded].append(re.sub(r"\s+\d+( \w+)?$", "", place.text_content().strip()))
    return found[False], found[True]


@each("language", ["zh", "en"])
def test_no_role_has_two_links_of_the_same_name_and_none_has_many(start_story: Any, language: str) -> None:
    story = start_story(language)
    for role in rights.book().roles:
        standing, folded = rail(story, role, language)
        names = [name.casefold() for name in (*standing, *folded)]
        assert len(set(names)) == len(names), f"{role}: {sorted(names)}"
        assert len(standing) <= MOST_STANDING, f"{role}: {standing}"


def test_a_role_finds_its_own_lists_unfolded(start_story: Any) -> None:
    story = start_story("own")
    for role, own, other in (
        ("reviewer", "Summaries", "Registrations"),
        ("inspector", "Failed goods", "Summaries"),
        ("registrar", "Registrations, all", "Batches"),
        ("auditor", "Lists", "Refunds"),
    ):
        standing, folded = rail(story, role, "en")
        assert own in standing and other in folded, f"{role}: {standing} / {folded}"
