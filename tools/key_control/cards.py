"""Cards: a key with its certificate behind a PIN, one operation at a time, and errors on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Lock

from schemas.signature import certificates, keys
from schemas.signature.algorithms import DIALECTS, METHODS, USUAL, Key, Method, digest_of
from schemas.signature.certificates import MAX_CERTIFICATE_BYTES, Certificate, CertificateHolder
from schemas.signature.keys import KEY_BYTES, Private

PIN = "88888888"
TRIES = 4
"""Consecutive wrong PINs after which a card is locked."""
SINCE, UNTIL = 1_577_836_800_000, 2_208_988_800_000
"""Validity of a test card: 2020 to 2040."""
BEIJING = timezone(timedelta(hours=8))
OPEN, RESET, INSERT, PARAMETER, NOT_READY, WRONG_PIN, LOCKED = (
    "50200",
    "50070",
    "51590",
    "51500",
    "50040",
    "51520",
    "51530",
)
ERRORS: Mapping[str, str] = {
    RESET: "[读卡器底层库]复位读卡器失败",
    OPEN: "[读卡器底层库]打开读卡器失败",
    INSERT: "[智能卡应用模块]请插入卡",
    PARAMETER: "[智能卡应用模块]输入参数错误",
    NOT_READY: "[读卡器底层库]卡或驱动未就绪",
    WRONG_PIN: "[智能卡应用模块]输入口令错误",
    LOCKED: "[智能卡应用模块]卡已锁死",
}
"""Texts by code. The numbers of a wrong PIN and of a locked card are our own, as are the texts of 51590, 50040 and of
a locked card."""


class CardError(Exception):
    """A card's error code instead of a result."""

    permanent = True

    def __init__(self, code: str, family: str = "Custom", text: str = "") -> None:
        super().__init__(code)
        self.texts = [f"{text or ERRORS.get(code, '[客户端控件]错误')}:错误码={code}", f"Err:{family}{code}"]


@dataclass(slots=True)
class Card:
    """A card in its reader. `delay` is how many seconds each operation takes."""

    key: Private
    certificate: Certificate
    unit: str = "演示公司"
    code: str = "0000000000"
    number: str = "8600000000001"
    pin: str = PIN
    delay: float = 0
    failures: list[str] = field(default_factory=list)
    """Error codes for the next operations, one each."""
    wrong: int = 0
    verified: bool = False
    _one_operation: Lock = field(default_factory=Lock)
    _waits: Event = field(default_factory=Event)

    @property
    def method(self) -> Method:
        """The card's signature algorithm: SHA-1 with RSA, or SM3 with SM2."""
        return METHODS[DIALECTS[USUAL[self.certificate.kind]].method]

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Lock the card for one operation at a time, in order; raises `CardError` if the operation is to fail."""
        with self._one_operation:
            if self.delay:
                self._waits.wait(self.delay)
            if self.failures:
                raise CardError(self.failures.pop(0))
            yield

    def enter(self, pin: str) -> None:
        """Open the card with a PIN; without one it must have been opened before. Raises `CardError`."""
        if self.wrong >= TRIES:
            raise CardError(LOCKED)
        if not pin and self.verified:
            return
        if pin != self.pin:
            self.wrong += 1
            raise CardError(LOCKED if self.wrong >= TRIES else WRONG_PIN)
        self.wrong, self.verified = 0, True

    def change_pin(self, old: str, new: str) -> None:
        """Change the card's PIN; raises `CardError`."""
        self.enter(old or " ")
        if not 4 <= len(new) <= 16:
            raise CardError(PARAMETER)
        self.pin = new

    def sign(self, data: bytes) -> bytes:
        """The signature of these bytes."""
        return keys.sign(self.key, self.method.digest, data)

    def verify(self, data: bytes, signature: bytes, certificate: Certificate) -> bool:
        """True if the owner of a certificate signed these bytes."""
        method = METHODS[DIALECTS[USUAL[certificate.kind]].method]
        return keys.verify(certificate.key, method, data, signature)

    def digest(self, data: bytes) -> bytes:
        """SHA-1 on an RSA card, SM3 on an SM2 card, regardless of the method's name."""
        return digest_of(self.method.digest, data)

    @property
    def valid_time(self) -> tuple[str, str]:
        """Start and end of the certificate's validity, 14 digits each."""
        return _digits(self.certificate.since), _digits(self.certificate.until)

    @property
    def user_info(self) -> str:
        """The card's description of its user: certificate number first, card number sixth, end of validity
        thirteenth."""
        holder = [self.certificate.number, self.code, self.unit, "演示操作员", "1", self.number]
        return "||".join([*holder, *[""] * 6, self.valid_time[1]])


def make_card(kind: Key, code: str) -> Card:
    """Make a card with a new key and a self-signed certificate."""
    key, number = keys.generate(kind), certificates.number_text(0x0178B6B7, kind)
    der = certificates.issue(
        key,
        "Key control",
        keys.public_of(key),
        number,
        CertificateHolder("演示公司", code, "演示操作员", "8600000000001"),
        SINCE,
        UNTIL,
    )
    return Card(key, certificates.read(der), code=code)


def read_card(key: Path, certificate: Path | None, code: str) -> Card:
    """Make a card from a key file and its certificate (by default next to it, ending in .cer). Raises `BadKey`,
    `BadCertificate`, `OSError`."""
    path = certificate or key.with_suffix(".cer")
    data = _head(path, 2 * MAX_CERTIFICATE_BYTES)
    read = certificates.read_any(data)
    return Card(keys.from_pem(_head(key, KEY_BYTES)), read, code=code)


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _digits(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, BEIJING).strftime("%Y%m%d%H%M%S")
