"""Commands as functions, whose options and arguments are their parameters, whose help is the docstring and examples
without the command's own name; none of what calls a window is imported. `rows` has the commands that are calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import cleandoc
from typing import Any, Self

import click

from single_window.frame.commands.call import command
from single_window.frame.commands.options import from_signature


class LocalGroup(click.Group):
    """A group of commands that are functions. `above`: the words before its name; `path`: its name with them. Without
    `help`, it is the line of the list of commands."""

    def __init__(self, name: str, help: str = "", above: str = "single-window", **attributes: Any) -> None:
        super().__init__(name, help=help, **attributes)
        self.path = f"{above} {name}"

    def local(self, name: str | None = None, examples: Sequence[str] = ()) -> Callable[..., click.Command]:
        """Decorate a function as a command that calls no window: it gets its `Call`. Its docstring is the help, to
        which `examples` are added, the words after the command's name."""

        def decorate(function: Callable[..., Any]) -> click.Command:
            made = local_command(name, examples, self.path)(function)
            self.add_command(made)
            return made

        return decorate

    def below(self, name: str, help: str) -> Self:
        """Add a group below this one."""
        group = type(self)(name, help, self.path)
        self.add_command(group)
        return group


def local_command(
    name: str | None = None, examples: Sequence[str] = (), above: str = "single-window"
) -> Callable[..., click.Command]:
    """Decorate a function as `LocalGroup.local` does, for a command in no group; `above`: the words before its name."""
    return lambda function: made_command(lambda same: same, from_signature(function, 1), name, examples, above)


def made_command(
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]],
    function: Callable[..., Any],
    name: str | None,
    examples: Sequence[str],
    above: str,
) -> click.Command:
    """Return the command that calls the wrapped function, with its own options, then those that every command has."""
    own = function.__dict__.pop("__click_params__", [])
    made = command(wrap(function))
    made.__click_params__ += own  # type: ignore[attr-defined]
    done = click.command(name)(made)
    done.help = with_examples(cleandoc(done.help or ""), f"{above} {done.name}", examples)
    return done


def with_examples(help: str, path: str, examples: Sequence[str]) -> str:
    """Return a help text with examples of the command at a path."""
    title = "Example:" if len(examples) == 1 else "Examples:"
    lines = [f"  {path} {example}".rstrip() for example in examples]
    return "\n".join([help, "", "\b", title, *lines]) if lines else help
