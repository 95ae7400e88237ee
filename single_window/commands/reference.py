"""`single-window reference`: the reference pages, written from catalogue, rules, parameters, lifecycle and commands."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.frame.commands.call import Call, command
from single_window.reference import pages as pages


@click.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pages into this folder [default: list them].",
)
@command
def reference(call: Call, folder: Path | None) -> None:
    """Write the reference pages again from the running code.

    \b
    Example:
      single-window reference --write docs/reference
    """
    made = pages.pages()
    changed = []
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            path = folder / name
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")
                changed.append(name)
    call.give({"pages": list(made), "written": changed})
    call.say(
        "\n".join(made)
        if folder is None
        else f"{len(made)} pages, {len(changed)} changed: {', '.join(changed) or 'none'}"
    )
