"""What analysts get: the stack's table reads the files that are written, and its queries run."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connector.model.ids import new_run_id
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.store.tracking.files import OutcomeFiles
from tests.template.reading import ROOT, resources

TABLE = resources("AWS::Glue::Table")["OutcomesTable"]["Properties"]["TableInput"]
COLUMNS = {one["Name"]: one["Type"] for one in TABLE["StorageDescriptor"]["Columns"]}
QUERIES = {
    name: one["Properties"]["QueryString"]
    for name, one in resources("AWS::Athena::NamedQuery").items()
}
CONNECTION = "c5f0d2a7e9b31"
NOW = datetime.now(UTC)


class Folder:
    """A bucket that is a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_object(self, **asked: Any) -> None:
        place = self.root / asked["Bucket"] / asked["Key"]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(asked["Body"])


def told(run_id: str, own: str, outcome: Outcome, amount: str) -> RecordOutcome:
    about = About(number=own, customer="Blue Heron", day=NOW.date())
    return RecordOutcome(
        run_id=run_id,
        flow="push_invoices",
        record_id=own,
        outcome=outcome,
        label=f"invoice {own}",
        note="No tax." if outcome is Outcome.REFUSED else None,
        worth=Decimal(amount),
        about=about,
        at=NOW,
    )


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """Two runs: an invoice is refused and then posted, another one stays refused."""
    folder: Any = Folder(tmp_path)
    files = OutcomeFiles(folder, "b")
    first, second = f"{NOW:%Y%m%dT}000001-a", new_run_id(lambda: NOW)
    some = [told(first, "1042", Outcome.REFUSED, "9.63"), told(first, "7", Outcome.REFUSED, "5.01")]
    files.keep(CONNECTION, first, "push_invoices", some)
    posted = told(second, "1042", Outcome.CREATED, "9.63")
    files.keep(CONNECTION, second, "push_invoices", [posted])
    return tmp_path / "b"


@pytest.fixture
def engine(bucket: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A query engine that knows the files as the stack's table describes them."""
    kinds = ", ".join(f"{name}: '{_sql(kind)}'" for name, kind in COLUMNS.items())
    with duckdb.connect() as found:
        found.execute(
            f"CREATE VIEW outcomes AS SELECT * FROM read_json('{bucket}/outcomes/**/*.gz', "  # noqa: S608
            f"columns={{{kinds}}}, hive_partitioning=true, "
            "hive_types={connection_id: VARCHAR, day: DATE})"
        )
        yield found


def _sql(kind: str) -> str:
    return "VARCHAR" if kind == "string" else kind.upper()


def test_the_table_has_the_columns_of_the_files(bucket: Path) -> None:
    for file in bucket.rglob("*.gz"):
        lines = gzip.decompress(file.read_bytes()).decode().splitlines()
        for line in lines:
            assert re.findall(r'"(\w+)": ', line) == [*COLUMNS]
    keys = [one["Name"] for one in TABLE["PartitionKeys"]]
    place = TABLE["Parameters"]["storage.location.template"]["Fn::Sub"].replace("${!", "${")
    assert re.findall(r"/(\w+)=\$\{(\w+)\}", place) == [(one, one) for one in keys]


def test_the_saved_questions_are_those_of_the_docs() -> None:
    told_of = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/analysis.md").read_text(), re.DOTALL)
    assert told_of == [*QUERIES.values()]


def test_each_question_is_answered_from_the_files(engine: duckdb.DuckDBPyConnection) -> None:
    answers = {name: engine.execute(query).fetchall() for name, query in QUERIES.items()}
    five, nine = Decimal("5.01"), Decimal("9.63")
    assert answers["OutcomesPostedQuery"] == [("push_invoices", 1, nine)]
    assert answers["OutcomesRefusedQuery"] == [("No tax.", 2, five + nine)]
    assert [row[1:3] for row in answers["OutcomesSingleQuery"]] == [
        ("refused", nine),
        ("created", nine),
    ]
    assert answers["OutcomesStandingQuery"] == [
        ("push_invoices", "created", 1, nine),
        ("push_invoices", "refused", 1, five),
    ]
