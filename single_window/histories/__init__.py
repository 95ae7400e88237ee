"""Judges a history: is there an order of events that explains every receipt, balance and state that clients saw?

No order is searched for, which would be exponential: paths are judged by automata of the lifecycles, balances by
bounds, so that a value outside is surely wrong and one inside may be. Nothing is concluded from silence, unless a
client states that nothing was left out. The rules read observations only, so that other windows are judged too; a fault
in the data of the lifecycles themselves is not found.
"""
