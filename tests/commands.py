"""The command line, called in this process."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner, Result

from single_window.cli import main


def run_command(*words: object, code: int | None = None, env: dict[str, Any] | None = None, **how: Any) -> Result:
    """What `single-window` with these words comes to, in English; it must end with `code` where one is given."""
    around = {"LANG": "C", "LC_ALL": "", **(env or {})}
    result = CliRunner().invoke(main, [str(word) for word in words], env=around, **how)
    assert code in (None, result.exit_code), result.output
    return result
