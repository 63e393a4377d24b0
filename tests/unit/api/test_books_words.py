from decimal import Decimal
from typing import Any

from connector.api.books.words import as_text
from connector.model.books.report import match_of


def test_what_counts_on_neither_side_is_called_by_the_words_of_people() -> None:
    apart = {"flow": "push_bills", "reason": "Out.", "count": 3, "amount": Decimal(20)}
    head: dict[str, Any] = {
        "match_id": "m1", "state": "done", "from": None, "to": "2026-03-31", "proven": False,
        "by": "ann", "asked_at": "2026-04-01", "calls": 0, "rows": 0, "records": 0, "off": [],
        "result": {"apart": [apart], "unexplained": 0, "kinds": []},
    }  # fmt: skip
    text = as_text(match_of(head, "Harbor Books"))
    assert "3 of bills" in text
    assert "push_" not in text
