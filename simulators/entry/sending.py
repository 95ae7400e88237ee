"""The door to sending over HTTP by a timetable."""

from single_window.client.sending import (
    ACCEPTED,
    BUSY,
    SENDERS,
    Answered,
    Due,
    Timetable,
    connection_to,
)

__all__ = ["ACCEPTED", "BUSY", "SENDERS", "Answered", "Due", "Timetable", "connection_to"]
