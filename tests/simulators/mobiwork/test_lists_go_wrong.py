import pytest

from tests.simulators.mobiwork.running import VIEW, Client, error_of, script


def page(client: Client, start: int = 0, size: int = 10) -> tuple[list[str], list[str | None]]:
    body = f"<startPosition>{start}</startPosition><maxResults>{size}</maxResults>"
    root = client.post("customer/list.html", f"<request>{body}</request>")
    assert root.get("statusCode") == "1"
    names = ("totalAvailableCount", "count")
    ids = [one.text or "" for one in root.iter("mobiworkCustomerId")]
    return ids, [root.findtext(f"customerList/{name}") for name in names]


def numbers(first: int, last: int) -> list[str]:
    return [str(700000 + number) for number in range(first, last + 1)]


def test_a_list_can_be_short_and_say_success(client: Client) -> None:
    script(client, kind="short_list", endpoint="customer.list", count=3)
    assert page(client) == (numbers(1, 3), ["3", "3"])
    assert page(client) == (numbers(1, 10), ["41", "10"])


def test_a_list_can_be_short_and_count_all(client: Client) -> None:
    script(client, kind="short_list", count=3, honest=True)
    assert page(client) == (numbers(1, 3), ["41", "3"])


def test_a_list_can_be_empty_and_say_success(client: Client) -> None:
    script(client, kind="empty_list", endpoint="*.list")
    assert page(client) == ([], ["0", "0"])


@pytest.mark.parametrize(("by", "found"), [(1, (12, 21)), (-2, (9, 18))])
def test_a_list_can_slip_while_it_is_read(client: Client, by: int, found: tuple[int, int]) -> None:
    script(client, kind="page_slip", endpoint="customer.list", skip=1, by=by)
    assert page(client)[0] == numbers(1, 10)
    assert page(client, 10)[0] == numbers(*found)
    assert page(client, 20)[0] == numbers(21, 30)


def test_a_spoiled_list_leaves_other_calls_alone(client: Client) -> None:
    script(client, kind="empty_list")
    assert client.get(VIEW).findtext("customer/mobiworkCustomerId") == "700001"
    assert page(client)[0] == []


def test_a_stale_read_does_not_know_what_was_written_since(client: Client) -> None:
    before = client.get(VIEW).findtext("customer/companyName")
    script(client, kind="stale", endpoint="customer.view")
    client.admin("PATCH", "records/customer/700001", {"companyName": "Fern"})
    seen = [client.get(VIEW).findtext("customer/companyName") for _ in range(2)]
    assert seen == [before, "Fern"]


def test_a_stale_list_has_what_is_deleted_and_lacks_what_is_new(client: Client) -> None:
    script(client, kind="stale", endpoint="customer.list")
    client.admin("POST", "records/customer", {"companyName": "New"})
    client.person("delete_many", entity="customer", count=1)
    assert page(client, 0, 100)[0] == numbers(1, 41)
    assert page(client, 0, 100)[0] == numbers(2, 42)


def test_a_stale_read_does_not_find_a_new_record(client: Client) -> None:
    script(client, kind="stale", times=2)
    made = client.admin("POST", "records/customer", {"companyName": "New"})
    path = f"customer/{made['mobiworkCustomerId']}/view.html"
    assert error_of(client.get(path)) == ("2", "1003")


def test_writes_never_go_to_a_stale_replica(client: Client) -> None:
    script(client, kind="stale", always=True)
    body = """<request><product><name>Tee</name><price>1</price><quantity>0</quantity></product>
    </request>"""
    made = client.post("product/add.html", body).findtext("product/mobiworkProductId")
    assert client.admin("GET", f"records/product/{made}")["name"] == "Tee"


def test_starting_over_forgets_the_replica(client: Client) -> None:
    script(client, kind="stale")
    client.admin("POST", "reset")
    assert client.service.account.replica is None
