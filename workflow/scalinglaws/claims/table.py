"""The numbers behind the verdicts: a row a claim and quantity."""

from __future__ import annotations

import math

import pyarrow as pa

from scalinglaws.claims.claim import Claim, Quantity
from scalinglaws.claims.page import finding
from scalinglaws.laws.plain import or_none
from scalinglaws.metrics import field, table_from_rows

CLAIMS = pa.schema(
    [
        field("claim", pa.string(), "", "short name", required=True),
        field("title", pa.string(), "", "a few words", required=True),
        field("section", pa.string(), "", "where the paper says it", required=True),
        field("claim_verdict", pa.string(), "", "of all its quantities", required=True),
        field("finding", pa.string(), "", "in sentences, with numbers", required=True),
        field("quantity", pa.string(), "", "null where the claim was not tried or has none"),
        field("estimate", pa.float64(), "in `unit`"),
        field("ci_low", pa.float64(), "in `unit`", "95 % by `method`"),
        field("ci_high", pa.float64(), "in `unit`", "95 % by `method`"),
        field("unit", pa.string(), "", "empty: a pure number"),
        field("allowed_low", pa.float64(), "in `unit`", "what the claim allows; null: shown only"),
        field("allowed_high", pa.float64(), "in `unit`", "what the claim allows; null: shown only"),
        field("verdict", pa.string(), "", "of the quantity; null: shown only"),
        field("paper_value", pa.float64(), "in `unit`", "only compared with"),
        field("n", pa.int64(), "", "observations"),
        field("observations", pa.string(), "", "what each of them is"),
        field("method", pa.string(), "", "whose the interval is"),
    ]
)


def claims_table(claims: list[Claim]) -> pa.Table:
    """A table CLAIMS; a claim without quantities has one row with its verdict."""
    return table_from_rows([row for claim in claims for row in _rows(claim)], CLAIMS)


def _rows(claim: Claim) -> list[dict]:
    own = {
        "claim": claim.key,
        "title": claim.title,
        "section": claim.section,
        "claim_verdict": claim.verdict,
        "finding": finding(claim),
    }
    return [own | _row(quantity) for quantity in claim.quantities] or [own]


def _row(quantity: Quantity) -> dict:
    low, high = quantity.allowed or (math.nan, math.nan)
    return {
        "quantity": quantity.name,
        "estimate": or_none(quantity.estimate),
        "ci_low": or_none(quantity.low),
        "ci_high": or_none(quantity.high),
        "unit": quantity.unit,
        "allowed_low": or_none(low),
        "allowed_high": or_none(high),
        "verdict": quantity.verdict or None,
        "paper_value": quantity.paper,
        "n": quantity.n,
        "observations": quantity.of,
        "method": quantity.method,
    }
