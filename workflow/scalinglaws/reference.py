"""Reference pages of the documentation, made from declarations: tables and configuration keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from scalinglaws.claims.table import CLAIMS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.markup import markdown_table
from scalinglaws.metrics import SCHEMAS
from scalinglaws.study import Study

METRICS_FOLDER = "results/{study}/metrics"
MADE = "Made by `scalinglaws generate` from the code; not edited by hand."
ROWS = {
    "runs": "A row a run.",
    "curves": "A row a run and logged step.",
    "evaluations": "A row a run and corpus: losses at the end of the run.",
    "positions": "A row a run, corpus and position in the context: losses at the end of the run.",
    "batch_scan": "A row a run of a batch-size scan and loss level that it reached.",
    "noise_scale": "A row a run and step at which the gradient noise scale was measured.",
    "tracked": "A row a run, step, corpus and position: losses along training on other texts.",
}


def data_dictionary() -> str:
    """Every column of every Parquet table: type, unit, meaning."""
    lines = ["# Data dictionary", "", MADE, ""]
    tables = {f"{METRICS_FOLDER}/{name}.parquet": (SCHEMAS[name], ROWS[name]) for name in SCHEMAS}
    tables |= {
        "results/{study}/laws/parameters.parquet": (PARAMETERS, "A row a law and parameter."),
        "results/{study}/claims.parquet": (CLAIMS, "A row a claim of the paper and quantity."),
    }
    for path, (schema, rows) in tables.items():
        lines += [f"## `{path}`", "", rows, "", *_columns(schema), ""]
    return "\n".join(lines)


def _columns(schema: pa.Schema) -> list[str]:
    rows = []
    for column in schema:
        known = {key.decode(): value.decode() for key, value in (column.metadata or {}).items()}
        unit = known.get("unit", "")
        nulls = "" if column.nullable else "never null"
        meaning = "; ".join(filter(None, (known.get("description", ""), nulls)))
        rows.append([f"`{column.name}`", f"{column.type}", "" if unit == "1" else unit, meaning])
    return markdown_table(["column", "type", "unit", "meaning"], rows)


def configuration_reference() -> str:
    """Every key of a study's configuration: what is allowed, the default, the meaning."""
    schema = Study.model_json_schema()
    lines = [
        "# Configuration keys",
        "",
        MADE,
        "The values of the default study, with the reason for each, stand in `config/config.yaml`.",
        "",
        *_section("A study", schema, schema["$defs"]),
    ]
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            lines += _section(name, definition, schema["$defs"])
    return "\n".join(lines)


def _section(title: str, definition: dict[str, Any], sections: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield " ".join(definition.get("description", "").split())
    yield ""
    required = definition.get("required", [])
    rows = [
        [
            f"`{key}`",
            _kind(entry),
            "required" if key in required else _default(entry),
            _meaning(entry, sections),
        ]
        for key, entry in definition["properties"].items()
    ]
    yield from markdown_table(["key", "allowed", "default", "meaning"], rows)
    yield ""


def _meaning(entry: dict[str, Any], sections: dict[str, Any]) -> str:
    """The key's own description, else that of the section it opens."""
    section = sections.get(entry.get("$ref", "").rsplit("/", 1)[-1], {})
    text = entry.get("description") or section.get("description", "")
    return " ".join(text.split()).replace("|", "\\|")


def _default(entry: dict[str, Any]) -> str:
    """As it would stand in the configuration; nothing for what is empty or has parts."""
    text = json.dumps(entry.get("default"))
    return "" if text.startswith(("[]", "{", "[{")) else f"`{text}`"


def _kind(entry: dict[str, Any]) -> str:
    """The type and range of one key, in a few words; a section by the link to its own table."""
    if "$ref" in entry:
        name = entry["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(_kind(option) for option in entry["anyOf"]))
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "const" in entry:
        return f"`{entry['const']}`"
    kind = entry.get("type", "any")
    if kind == "array":
        return f"list of {_kind(entry.get('items', {}))}"
    if kind == "object" and isinstance(entry.get("additionalProperties"), dict):
        return f"mapping to {_kind(entry['additionalProperties'])}"
    return " ".join(filter(None, (_noun(kind), *_limits(entry))))


def _noun(kind: str) -> str:
    return {"integer": "whole number", "null": "`null`", "string": "text"}.get(kind, kind)


def _limits(entry: dict[str, Any]) -> Iterator[str]:
    signs = {
        "exclusiveMinimum": "above",
        "minimum": "from",
        "exclusiveMaximum": "below",
        "maximum": "to",
    }
    for key, sign in signs.items():
        if key in entry:
            yield f"{sign} {entry[key]}"
