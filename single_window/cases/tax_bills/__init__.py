"""Tax bills 电子税单 and what the tax of a parcel would be: queries, answers, calls and commands."""
