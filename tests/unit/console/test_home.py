from connector.api.connections import ShownConnection
from connector.console.pages.home import COMPANIES_SHOWN, some_after
from connector.model.connection import ConnectionState, Phase


def a_connection(own: str, company: str) -> ShownConnection:
    return ShownConnection(
        connection_id=own,
        company=company,
        realm_id="913",
        mobiwork_client_id="40321",
        phase=Phase.LIVE,
        state=ConnectionState.ACTIVE,
        reason=None,
        warning=None,
    )


def test_every_company_is_on_one_page_also_where_a_name_begins_with_another_one() -> None:
    many = [a_connection(f"a{one:02}", f"Acme {one:02}") for one in range(COMPANIES_SHOWN - 1)]
    known = [*many, a_connection("z", "Harbor"), a_connection("b", "Harbor Books")]

    first, place = some_after("", known)
    second, end = some_after(place or "", known)

    assert sorted(one.connection_id for one in [*first, *second]) == sorted(
        one.connection_id for one in known
    )
    assert (len(first), len(second), end) == (COMPANIES_SHOWN, 1, None)
    last, place = some_after("", known, backwards=True)
    rest, _ = some_after(place or "", known, backwards=True)
    assert [*last, *rest] == [*first, *second][::-1]
