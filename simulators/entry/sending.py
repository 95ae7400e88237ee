"""The door to sending over HTTP by a timetable."""

from single_window.client.calls import LIMITED, pause_of, status_words
from single_window.client.sending import (
    ACCEPTED,
    SENDERS,
    Answered,
    Due,
    Timetable,
    connection_to,
)

__all__ = [
    "ACCEPTED",
    "LIMITED",
    "SENDERS",
    "Answered",
    "Due",
    "Timetable",
    "connection_to",
    "pause_of",
    "status_words",
]
