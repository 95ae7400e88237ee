"""The original payment data of announcement 2018-179: what is uploaded, what of it is signed, what is wrong with it.

Pure: no certificate is queried and no order is compared here.
"""
