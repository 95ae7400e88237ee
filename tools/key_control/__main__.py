"""`python -m tools.key_control`: a stand-in for the client control of the hardware key."""

from __future__ import annotations

import json
import signal
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Protocol

import click

from schemas.signature.algorithms import Key
from schemas.signature.certificates import BadCertificate
from schemas.signature.keys import BadSigningKey
from simulators.entry.commands import from_signature, option
from tools.key_control import HOST, PORT
from tools.key_control.cards import ERRORS, PIN, Card, make_card, read_card


class Control(Protocol):
    """A card that is served."""

    @property
    def port(self) -> int:
        """The port that it listens on."""

    def run(self) -> None:
        """Serve until it is closed."""

    def close(self) -> None:
        """End."""


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@from_signature
def key_control(
    port: int = option("0: any that is free.", type=click.IntRange(0, 65_535), default=PORT),
    card: Path | None = option(
        "The key on the card, as `certificate issue` writes it, with its certificate beside it "
        "[default: a new one that no window knows].",
        type=_FILE,
        metavar="KEYFILE",
    ),
    certificate: Path | None = option("The certificate of --card where it lies elsewhere.", type=_FILE),
    algorithm: str = option("Of a new card.", type=click.Choice([key.value for key in Key]), default=Key.SM2.value),
    company: str = option("The holder's customs code.", show_default=False, metavar="CODE", default="0000000000"),
    pin: str = option("The card's PIN; four wrong ones lock it.", default=PIN),
    delay: float = option(
        "Seconds that each operation takes; a real key takes about 0.24.", type=click.FloatRange(0, 60), default=0
    ),
    failures: tuple[str, ...] = option(
        "Let the next operation fail with this code; may be repeated.", "--fail", type=click.Choice(list(ERRORS))
    ),
    origins: tuple[str, ...] = option(
        "Only pages of this origin may use it; may be repeated [default: any page].", "--origin", metavar="URL"
    ),
    as_json: bool = option("Say where it listens as JSON.", "--json"),
) -> None:
    """Serve a card on ws://127.0.0.1:61232 as the control of the port does, until it is stopped (Ctrl-C).

    It listens on this machine alone. Methods, errors and what is chosen where the real one is not known:
    docs/signatures.md.

    \b
    Examples:
      python -m tools.key_control --card 0300000000000001.key
      python -m tools.key_control --port 0 --algorithm rsa --fail 50200
    """
    used = _card(card, certificate, Key(algorithm), company)
    used.pin, used.delay, used.failures = pin, delay, list(failures)
    control = _listening(used, port, origins)
    _tell(used, control.port, as_json)
    _run(control)


def _listening(card: Card, port: int, origins: tuple[str, ...]) -> Control:
    """The control of a card, which listens; WebSockets are an extra of the program."""
    try:
        server = import_module("tools.key_control.server")
    except ModuleNotFoundError:
        raise click.ClickException("websockets is not installed: pip install websockets") from None
    try:
        control: Control = server.KeyControl(card, port, origins or None)
        return control
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror or error}. Try --port 0") from None


def _tell(card: Card, port: int, as_json: bool) -> None:
    """Print where the card can be reached, and which one it is."""
    shown = {
        "url": f"ws://{HOST}:{port}",
        "certificate": card.certificate.number,
        "algorithm": card.certificate.kind.value,
    }
    click.echo(json.dumps(shown) if as_json else "{url} · {algorithm} · 证书编号 {certificate}".format(**shown))


def _run(control: Control) -> None:
    """Serve until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        control.run()
    except KeyboardInterrupt:
        pass
    finally:
        control.close()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _card(key: Path | None, certificate: Path | None, kind: Key, company: str) -> Card:
    if key is None:
        return make_card(kind, company)
    try:
        return read_card(key, certificate, company)
    except (BadSigningKey, BadCertificate) as bad:
        raise click.ClickException(str(bad)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


if __name__ == "__main__":
    key_control(prog_name="python -m tools.key_control")
