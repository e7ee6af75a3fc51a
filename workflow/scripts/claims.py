"""Judge the paper's claims by the metrics and laws of one study."""

import json
from pathlib import Path

from scalinglaws.claims.all_claims import judge
from scalinglaws.claims.evidence import Evidence
from scalinglaws.claims.page import claims_page
from scalinglaws.claims.table import CLAIMS, claims_table
from scalinglaws.door import door
from scalinglaws.metrics import SCHEMAS, read_table, write_table

with door(snakemake):
    tables = {name: read_table(snakemake.input[name], SCHEMAS[name]) for name in SCHEMAS}
    laws = [json.loads(Path(path).read_text(encoding="utf-8")) for path in snakemake.input.laws]
    claims = judge(Evidence(tables, {law["law"]: law for law in laws}))
    page = claims_page(snakemake.wildcards.study, claims)
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
    write_table(claims_table(claims), snakemake.output.numbers, CLAIMS)
