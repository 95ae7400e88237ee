"""A commitment fits the secret that it was made to, and no other."""

from __future__ import annotations

from declarations.commitments import commitment_of, is_committed


def test_only_the_secret_itself_fits_its_commitment() -> None:
    commitment = commitment_of("secret")
    assert is_committed(commitment, "secret")
    assert not is_committed(commitment, "Secret") and not is_committed(commitment, commitment)
