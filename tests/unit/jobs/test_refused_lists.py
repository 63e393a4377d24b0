"""Which lists of a look count as refused by MobiWork or QuickBooks."""

from connector.changes.lists.found import Found
from connector.changes.mobiwork import LATER, TIME_IS_UP
from connector.jobs.find_changes import refused_lists

BEGUN = Found(
    read=9000, problem=f"The invoices could not be read to the end: {TIME_IS_UP}", more=True
)


def test_a_list_that_takes_several_looks_is_not_refused_and_one_without_an_answer_is() -> None:
    seen = {
        "push_invoices": BEGUN,
        "push_payments": Found(problem=LATER, more=True),
        "push_customers": Found(problem="MobiWork answered with an error page."),
        "settings": Found(problem="No account is chosen."),
        "push_products": Found(read=3),
    }
    assert refused_lists(seen) == {"push_customers"}
