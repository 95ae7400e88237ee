"""A stand-in for the client control that holds the port's hardware key: a WebSocket on the own machine, which signs.

Its cards, their holders and their numbers are invented. What no public source tells of the real one is chosen here and
marked so in docs/signatures.md.
"""
