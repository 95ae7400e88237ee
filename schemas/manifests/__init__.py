"""Customs manifests of sea transport (舱单) as customs' own XML: MT2101, MT3101, MT4101, MT5101, MT5102 and MT1101.

`elements.csv` says which elements they have, as far as is known; the official schemas of V1.2 are not at hand (K).
"""
