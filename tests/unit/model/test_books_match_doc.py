from pathlib import Path

from connector.model.books.causes import ADVICE, BooksCause

PAGE = (Path(__file__).parents[3] / "docs/books-match.md").read_text()


def test_every_cause_is_on_the_page_and_says_what_it_means() -> None:
    assert [cause for cause in BooksCause if cause.value not in PAGE] == []
    assert ADVICE.keys() == set(BooksCause)
