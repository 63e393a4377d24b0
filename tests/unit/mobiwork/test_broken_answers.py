"""A list whose answer is broken in its tags is read but for the record that breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from requests import PreparedRequest

from connector.errors import UnreadableAnswerError
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import read
from tests.unit.mobiwork.answers import ROOT, Server, failure, success

pytestmark = pytest.mark.case("R2c")
TAG = "</Large>"


@dataclass
class Notes:
    """A list of 300 customers with notes, of which some break whatever answer they are in.

    ignores: whether the server shows all of them, whatever is asked.
    cuts: how many answers are cut within their last record.
    """

    notes: Mapping[int, str] = field(default_factory=dict)
    ignores: bool = False
    cuts: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = read(request.body or "", call="test")
        first, most = (int(body.findtext(one) or 0) for one in ("startPosition", "maxResults"))
        self.asked.append((first, most))
        first, most = (0, 300) if self.ignores else (first, min(most, 200))
        items = "".join(
            f"<customer><mobiworkCustomerId>{one}</mobiworkCustomerId>"
            f"<notes>{self.notes.get(one, '')}</notes></customer>"
            for one in range(first + 1, min(first + most, 300) + 1)
        )
        answer = success(f"<customerList>{items}</customerList>")
        if self.cuts:
            self.cuts -= 1
            answer = answer[: answer.rindex("<notes>")]
        return 200, {}, answer


def listing(server: Server, notes: Notes) -> Notes:
    server.mock.add_callback("POST", f"{ROOT}customer/list.html", notes)
    return notes


def found(server: Server, last: LastReading | None = None) -> tuple[list[int], str]:
    """Return the ids that were read, and what was said after them."""
    read: list[int] = []
    try:
        read.extend(int(one.own_id) for one in server.client().records("customer", last=last))
    except UnreadableAnswerError as error:
        return read, str(error)
    return read, ""


@pytest.mark.parametrize("place", [1, 57, 200, 201, 300])
@pytest.mark.parametrize("note", [TAG, "<invoice>", "</notes></customer>", "<customer>"])
@pytest.mark.parametrize("printed", [False, True])
def test_all_records_but_the_one_that_breaks_its_answer_are_read(
    server: Server, place: int, note: str, *, printed: bool
) -> None:
    listing(server, Notes({place: note}))
    read, said = found(server, LastReading() if printed else None)
    if said:
        assert read == [one for one in range(1, 301) if one != place]
        assert said.startswith("MobiWork's list customer holds a record whose texts cannot be told")
        assert f"(the one with the id {place}, number {place} in the order of that list)" in said
        assert said.endswith("All others were read.")
    else:
        assert read == [*range(1, 301)]


def test_an_answer_that_was_cut_once_is_asked_for_anew(server: Server) -> None:
    listing(server, Notes(cuts=1))
    assert found(server) == ([*range(1, 301)], "")


def test_what_an_answer_was_kept_for_does_not_count_as_whole(server: Server) -> None:
    listing(server, Notes({57: TAG}))
    last = LastReading()
    assert found(server, last)[1]
    assert last.answers is None


def test_it_costs_some_twenty_calls(server: Server) -> None:
    notes = listing(server, Notes({57: TAG}))
    found(server)
    assert len(notes.asked) <= 20


@pytest.mark.parametrize("ignores", [False, True])
def test_a_list_of_which_nothing_can_be_read_comes_to_an_end(
    server: Server, *, ignores: bool
) -> None:
    notes = listing(server, Notes(dict.fromkeys(range(1, 301), TAG), ignores=ignores))
    read, said = found(server)
    assert (read, bool(said), len(notes.asked) <= 12) == ([], True, True)


def test_a_refusal_and_a_page_of_the_web_are_asked_for_once(server: Server) -> None:
    server.answers("POST", "customer/list.html", failure(("900", "<b>No")))
    server.answers("POST", "product/list.html", "<html><body>blocked</body></html>")
    client = server.client()
    for entity in ("customer", "product"):
        with pytest.raises(Exception, match="MobiWork"):
            list(client.records(entity))
    assert len(server.asked) == 2
