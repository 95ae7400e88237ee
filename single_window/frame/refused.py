"""Why something about a channel is not done: by a code that the API has words for, and in words of its own."""

from __future__ import annotations

from single_window.intake.reading import is_address


class Refused(ValueError):
    """`code` and `values` name the words of the API in both languages; the text is for the command line."""

    permanent = True

    def __init__(self, code: str, text: str, **values: object) -> None:
        super().__init__(text)
        self.code, self.values = code, values


def demand_mailbox(mailbox: str) -> None:
    """Raise `Refused` where no mailbox can have this name."""
    if not is_address(mailbox):
        raise Refused(
            "channel-mailbox",
            f"{mailbox!r} is no DXP id: 1 to 30 visible ASCII characters without a semicolon.",
            found=mailbox,
            allowed="1-30 visible ASCII characters without ;",
        )
