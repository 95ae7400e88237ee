"""Why something about a channel is not done: by a code that the API has words for, and in words of its own."""

from __future__ import annotations


class Refused(ValueError):
    """`code` and `values` name the words of the API in both languages; the text is for the command line."""

    permanent = True

    def __init__(self, code: str, text: str, **values: object) -> None:
        super().__init__(text)
        self.code, self.values = code, values
