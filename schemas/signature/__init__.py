"""XML signatures of messages: what is signed, how it is made and checked, and the certificates of those who sign.

Pure: which company a certificate was issued to, and whether it was revoked, is known to whoever keeps certificates.
"""
