from connector.lambdas.themes import THEMES, all_routes, routes_of, themes_of


def test_each_page_is_found_by_its_address() -> None:
    lost = [one.rule for one in all_routes() if one not in served(one.rule)]
    assert lost == []


def served(rule: str) -> list[object]:
    return [
        one
        for theme in themes_of(rule.replace("<connection_id>", "c1"))
        for one in routes_of(theme)
    ]


def test_an_address_of_no_theme_has_no_pages() -> None:
    assert themes_of("/connections/c1/nothing") == themes_of("/nothing") == ()


def test_no_word_stands_for_a_theme_without_such_a_page() -> None:
    first = {one.rule.strip("/").partition("/")[0] for one in all_routes()}
    inside = {"".join(one.rule.strip("/").split("/")[2:3]) for one in all_routes()}
    assert THEMES.keys() <= first | inside
