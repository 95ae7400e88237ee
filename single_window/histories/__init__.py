"""Judges a history: is there an order of events that explains every receipt, balance and state that clients saw?"""
