"""What is wrong with recalled goods is told in the reader's language, where it was chosen and not typed."""

from __future__ import annotations

from single_window.language.hazards import hazard_in_words, known_hazards
from tests.tables import each


@each(
    ("stored", "english"),
    [
        ("沙门氏菌阳性", "salmonella was found in it"),
        ("铅超标；镉超标（0.5mg/kg）", "it has too much lead; it has too much cadmium (0.5mg/kg)"),
        ("铅超标，0.6mg/kg", "it has too much lead; 0.6mg/kg"),
        ("铅超标，每千克0.6毫克", None),
        ("铅超标（儿童）", None),
        ("超标", None),
        ("non-food", None),
        ("", None),
    ],
)
def test_known_hazards_are_translated_and_others_stay_in_their_own_words(stored: str, english: str | None) -> None:
    told = hazard_in_words(stored)
    assert (told and told.en) == english and (told is None or told.zh == stored)


def test_each_hazard_is_told_in_its_own_words() -> None:
    assert len({words.en for words in known_hazards().values()}) == len(known_hazards()) > 15
