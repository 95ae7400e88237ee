"""XML signatures of messages: what is signed, how it is made and checked, and the certificates of the signers.

Pure: which company a certificate was issued to, and whether it was revoked, is known where certificates are kept.
"""
