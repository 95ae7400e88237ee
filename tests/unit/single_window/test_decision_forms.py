"""What an officer filled in reaches the decision whole."""

from __future__ import annotations

import pytest
from flask import Flask

from single_window.cases.batches.requests import MAX_LISTS
from single_window.frame.decision_kinds import Subject
from single_window.frame.pages.decision_forms import values_of_form
from single_window.language.words import Words

BATCH = Subject("batch", 1, "B1", "open", Words("在办", "open"), 1)


@pytest.mark.parametrize("count", [1, MAX_LISTS, MAX_LISTS + 1])
def test_every_list_of_a_batch_is_read_and_one_too_many_is_seen(count: int) -> None:
    numbers = [f"42102026I{number:09d}" for number in range(count)]
    with Flask("form").test_request_context(method="POST", data={"act": "add", "lists": "\r\n".join(numbers)}):
        assert values_of_form(BATCH).values["lists"] == numbers
