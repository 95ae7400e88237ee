"""`python -m single_window`: the command line, where its script is not on the path."""

from single_window.cli import main

main(prog_name="single-window")
