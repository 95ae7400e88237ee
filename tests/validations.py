"""What a sandbox says of messages that are only tried, as the API answers it."""

from __future__ import annotations

from typing import Any

import msgspec

from single_window.answers.validation import validation_out
from single_window.intake.validated import Against
from single_window.intake.validation import validate_all
from tests.stories.story import StoryRunner


def validation_of(story: StoryRunner, body: bytes, against: Against = Against.UPLOAD) -> Any:
    """The validation of a message."""
    return validations_of(story, body, against=against)[0]


def validations_of(story: StoryRunner, *bodies: bytes, against: Against = Against.UPLOAD) -> list[Any]:
    """The validation of each message of an upload."""
    validations = validate_all(story.window, story.sandbox, bodies, against=against)
    return [msgspec.json.decode(msgspec.json.encode(validation_out(validation))) for validation in validations]
