"""Reference pages made from the code: every column and every key is on them, with its meaning."""

from scalinglaws.metrics import SCHEMAS
from scalinglaws.reference import configuration_reference, data_dictionary
from scalinglaws.settings import Budget
from scalinglaws.study import Study


def test_every_column_of_every_table_is_explained():
    page = data_dictionary()
    for name, schema in SCHEMAS.items():
        section = page.split(f"metrics/{name}.parquet`")[1].split("\n## ")[0]
        assert [column for column in schema.names if f"| `{column}` |" not in section] == []
    assert "| `n_params` | int64 | parameters | N, without embeddings |" in page


def test_every_key_of_a_study_is_listed_with_its_section():
    page = configuration_reference()
    assert [key for key in Study.model_fields if f"| `{key}` |" not in page] == []
    assert [key for key in Budget.model_fields if f"| `{key}` |" not in page] == []
    assert "| `budget` | [Budget](#budget) | required | What a study may cost" in page
    assert "## Budget" in page


def test_limits_and_choices_are_in_words():
    page = configuration_reference()
    assert "| `dropout` | number from 0 below 1 | `0.0` |" in page
    assert '| `architecture` | `lstm`, `recurrent`, `transformer` | `"transformer"` |' in page
