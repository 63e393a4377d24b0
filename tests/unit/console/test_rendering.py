"""What a cell of a card bears on a narrow screen: the name of its column."""

import re

from markupsafe import Markup

from connector.console.rendering import environment, labelled

HEAD = '<thead><tr><th scope="col"><a href="/x">Paid &amp; "due"</a></th><th>Amount</th>'
CHANGE = '<th><span class="away">Change</span></th></tr></thead>'
TABLE = "<table{told}>{head}<tbody>{rows}</tbody></table>"


def table(rows: str, told: str = "") -> str:
    return TABLE.format(told=told, head=HEAD + CHANGE, rows=rows)


def test_each_cell_bears_the_name_of_its_column_and_what_is_unseen_names_none() -> None:
    told = labelled(table('<tr><td>a</td><td class="num">1</td><td>Remove</td></tr>' * 2))
    row = (
        '<tr><td data-label="Paid &amp; &#34;due&#34;">a</td>'
        '<td data-label="Amount" class="num">1</td><td>Remove</td></tr>'
    )
    assert told == table(row * 2)
    assert isinstance(told, Markup)


def test_the_heading_of_a_row_counts_and_bears_none() -> None:
    told = labelled(table('<tr><th scope="row">INV-1</th><td>1</td></tr>'))
    assert '<th scope="row">INV-1</th><td data-label="Amount">1</td>' in told


def test_a_cell_across_all_columns_and_tables_that_stay_tables_are_left_alone() -> None:
    for one in (
        table('<tr><td colspan="3">None</td></tr>'),
        table("<tr><td>1</td></tr>", ' class="facts"'),
    ):
        assert labelled(one) == one


UNREAD = re.compile(r"\{%.*?%\}|<[^>]*>", re.DOTALL)
"""What of a template nobody reads."""
VALUE, TEXT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL), re.compile(r"'([^']*)'")
"""What is filled in, and the words in that."""
JARGON = re.compile(
    r"\b(metered|free calls?|flows?|adopted|fingerprints?|drift|body|bodies|payload|json|realm"
    r"|cursor|intent|sync|idempot\w+|canary|scope|outbox|replay|webhook|DynamoDB|Lambda)\b",
    re.IGNORECASE,
)
"""Words of those who make this; a bookkeeper should not have to learn them."""


def test_no_page_speaks_in_the_words_of_those_who_made_it() -> None:
    loader = environment().loader
    assert loader is not None
    found = {
        name: JARGON.findall(read_of(loader.get_source(environment(), name)[0]))
        for name in loader.list_templates()
    }
    assert {name: told for name, told in found.items() if told} == {}


def read_of(template: str) -> str:
    """Return what people read of a template."""
    return VALUE.sub(_words, UNREAD.sub(" ", template))


def _words(value: re.Match[str]) -> str:
    return " ".join(one for one in TEXT.findall(value[1]) if " " in one and "=" not in one)
