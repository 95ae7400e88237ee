"""A stand-in for the client control that holds the port's hardware key: a WebSocket on the own machine, which signs.

Its cards, their holders and their numbers are invented. What no public source tells of the real one is chosen here and
marked so in docs/signatures.md.
"""

HOST, PORT = "127.0.0.1", 61232
"""The address at which pages look for the control."""
