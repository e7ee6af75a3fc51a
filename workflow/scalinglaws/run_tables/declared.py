"""The laws of a study of somebody's table: those that its columns allow, and why not the others."""

from scalinglaws.laws.measurements import Measurements
from scalinglaws.run_tables.supported import supported

SOURCE = "table"


def declared_laws(
    measured: Measurements, laws: dict[str, dict]
) -> tuple[dict[str, dict], dict[str, str]]:
    """Entries of the configuration by law, and the reasons of the laws that have none.

    ``laws`` is what the study declares. Runs of a table serve every law that they can; what is
    declared changes how, and asks for a law in spite of a reason. Other sources are as declared.
    """
    if set(measured.runs["source"].to_pylist()) != {SOURCE}:
        return laws, {}
    found, reasons = {}, {}
    for law, support in supported(measured).items():
        if support.reason and law not in laws:
            reasons[law] = support.reason
        else:
            found[law] = support.declared | laws.get(law, {})
    return found, reasons
