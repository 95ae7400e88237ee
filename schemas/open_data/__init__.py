"""The files of a published version of open data: CSV, SDMX-CSV, and what describes them (Data Package, CSVW,
DCAT-AP)."""
