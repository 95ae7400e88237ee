"""Summaries as people see them: requests and what came of them, months and the lists that wait, where a list stands."""

from single_window.cases.summaries.due import Due, due
from single_window.cases.summaries.filing import file_closed_lists
from single_window.cases.summaries.queries import Where, find, history, listed, made, members, where

__all__ = ["Due", "Where", "due", "file_closed_lists", "find", "history", "listed", "made", "members", "where"]
