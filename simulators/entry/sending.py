"""Interface to scheduled sending over HTTP."""

from single_window.client.calls import LIMITED, status_words
from single_window.client.sending import (
    ACCEPTED,
    SENDERS,
    ApiAnswer,
    ApiConnection,
    Sender,
    SentAnswer,
    TimedMessage,
    Timetable,
)

__all__ = [
    "ACCEPTED",
    "LIMITED",
    "SENDERS",
    "ApiAnswer",
    "ApiConnection",
    "Sender",
    "SentAnswer",
    "TimedMessage",
    "Timetable",
    "status_words",
]
