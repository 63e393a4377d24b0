"""docs/matching.md shows the scoring tables as they are in the code."""

import os
import re
from pathlib import Path

from connector.model.matching import scoring
from connector.model.matching.evidence import Table
from tests.unit.changes.test_matching import EXPECTED

DOC = Path(__file__).parents[3] / "docs/matching.md"
TABLES = {
    "Customers and vendors": scoring.PEOPLE,
    "Products": scoring.PRODUCTS,
    "Invoices, quotes, sales orders, purchase orders, bills": scoring.DOCUMENTS,
    "Payments": scoring.PAYMENTS,
    "Expenses, credits, write-offs, refunds": scoring.EXPENSES,
}


def shown(title: str, table: Table) -> str:
    rows = [
        f"| {fact} | {one.same} | {one.near or '-'} | "
        f"{one.other or '-'}{f' ({one.elsewhere})' if one.elsewhere else ''} | "
        f"{'yes' if one.strong else ''} |"
        for fact, one in table.rules.items()
    ]
    alone = (
        f"; the name alone ({table.alone}) where nothing differs at all and nobody else has it"
        if table.alone
        else ""
    )
    return "\n".join(
        [
            f"### {title}",
            "",
            "| Fact | same | near | differs | strong |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Certain from {table.certain} on{alone}. Likely from {table.likely} on, less what "
            "differs.",
        ]
    )


def figures() -> str:
    grades = ("certain", "likely", "several", "contradicts")
    lines = ["| Records | certain | likely | several | contradicts |", "|---|---|---|---|---|"]
    for entity, found in EXPECTED.items():
        lines.append(f"| {entity}s | {' | '.join(str(found.get(one, 0)) for one in grades)} |")
    return "\n".join(lines)


def test_the_document_shows_the_tables_and_figures_of_the_code() -> None:
    """To renew it: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_matching_doc.py`."""
    text = DOC.read_text()
    made = {
        "tables": "\n\n".join(shown(title, one) for title, one in TABLES.items()),
        "figures": figures(),
    }
    wanted = text
    for name, inner in made.items():
        block = f"<!-- {name} -->\n\n{inner}\n\n<!-- end of {name} -->"
        wanted = re.sub(
            rf"<!-- {name} -->.*?<!-- end of {name} -->",
            block.replace("\\", ""),
            wanted,
            flags=re.S,
        )
    if os.environ.get("UPDATE_DOCS"):
        DOC.write_text(wanted)
    assert DOC.read_text() == wanted
