"""Interface to scheduled sending over HTTP."""

from single_window.sending.timetable import (
    ACCEPTED,
    SENDERS,
    ApiAnswer,
    ApiConnection,
    Sender,
    SentAnswer,
    TimedMessage,
    Timetable,
)
from single_window_client.calls import LIMITED, status_words

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
