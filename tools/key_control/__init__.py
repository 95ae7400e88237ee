"""A simulator of the port's client control for hardware keys: a WebSocket server on the local machine that signs.
Its cards, holders and numbers are invented. Behaviour that no public source documents is our choice and marked so in
docs/signatures.md.
"""

HOST, PORT = "127.0.0.1", 61232
"""The address at which pages look for the control."""
