"""Check the fitted laws of one source: predict what is held out, and profile the exponents."""

import json
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.laws.checks.held_out import held_out_rows
from scalinglaws.laws.checks.profiles import LAWS, profile_rows
from scalinglaws.laws.checks.tables import HELD_OUT, PROFILES
from scalinglaws.laws.read import read_measurements
from scalinglaws.metrics import table_from_rows, write_table
from scalinglaws.run_tables.declared import declared_laws

with door(snakemake):
    measurements = read_measurements(snakemake.input)
    declared, _ = declared_laws(measurements, snakemake.params.laws)
    rows = held_out_rows(measurements, declared)
    write_table(table_from_rows(rows, HELD_OUT), snakemake.output.held_out, HELD_OUT)
    laws = [json.loads(Path(path).read_text(encoding="utf-8")) for path in snakemake.input.laws]
    rows = [row for law in laws if law["law"] in LAWS for row in profile_rows(law)]
    write_table(table_from_rows(rows, PROFILES), snakemake.output.profiles, PROFILES)
