"""The platform file (平台文件) of the Ministry of Transport: records of fields by position, as ports and agencies send.

`records.csv` says which records a file of each type has, `fields.csv` the fields of each record, with what is sure.
"""
