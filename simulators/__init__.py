"""The world outside: synthetic companies and traffic. Talks to the window as an outsider does."""

PART_OF = "cross-border-single-window"
"""The distribution, by which the command line recognises the package where another has the same name."""
