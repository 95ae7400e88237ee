"""RSA keys are made once, and handed out in turn; the arithmetic of SM2 asks the interpreter for what it can do itself.

A key of 2,048 bits takes a tenth of a second, and tests make five hundred. Those that follow each other are different,
so that one company's is not another's. gmalg, which does SM2 in Python, spends half of its time on inverses, which
`pow` finds alike, and at once. Windows that tests start as processes of their own have nothing of this.
"""

from __future__ import annotations

from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric import rsa
from gmalg.primefield import PrimeField

DIFFERENT = 16
"""Keys of one size; more than any test has companies and authorities."""
_numbers = count()
_generate = rsa.generate_private_key


@cache
def _kept(number: int, public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
    return _generate(public_exponent, key_size)


def _next(public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
    """Called for `rsa.generate_private_key`."""
    return _kept(next(_numbers) % DIFFERENT, public_exponent, key_size)


def _inverse(field: PrimeField, number: int) -> int:
    """Called for `PrimeField.inv`, which has 0 for 0."""
    return pow(number, -1, field.p) if number % field.p else 0


rsa.generate_private_key = _next  # type: ignore[assignment]
PrimeField.inv = _inverse
