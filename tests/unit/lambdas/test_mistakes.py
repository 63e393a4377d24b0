import pytest

from connector.lambdas.mistakes import refilled

TO = "/console/people"


def form(inside: str, *, to: str = TO, around: str = "{}") -> str:
    return around.format(f'<form method="post" action="{to}">{inside}</form>')


@pytest.mark.parametrize(
    ("field", "after"),
    [
        ('<input name="a" value="x">', '<input name="a" value="&lt;y&amp;&quot;">'),
        ('<input type="date" name="a">', '<input type="date" name="a" value="&lt;y&amp;&quot;">'),
        ('<textarea name="a">x</textarea>', '<textarea name="a">&lt;y&amp;&quot;</textarea>'),
        ('<input type="hidden" name="a" value="x">', '<input type="hidden" name="a" value="x">'),
        ('<input type="password" name="a">', '<input type="password" name="a">'),
        ('<input name="b" value="x">', '<input name="b" value="x">'),
    ],
)
def test_a_field_holds_what_was_typed_but_for_secrets_and_what_is_fixed(
    field: str, after: str
) -> None:
    assert refilled(form(field), TO, [("a", '<y&"')]) == form(after)


def test_boxes_are_ticked_and_lists_chosen_as_they_were() -> None:
    inside = (
        '<input type="checkbox" name="one" value="1" checked><input type="checkbox" name="one"'
        ' value="2"><select name="to"><option value="">None</option><option>A &amp; B</option>'
        '<option value="c" selected>C</option></select>'
    )
    page = refilled(form(inside), TO, [("one", "2"), ("to", "A & B")])
    assert page.count("checked") == page.count("selected") == 1
    assert 'value="2" checked=""' in page
    assert '<option selected="">A &amp; B</option>' in page


def test_rows_of_the_same_name_are_filled_in_their_order() -> None:
    page = refilled(form('<input name="a"><input name="a">'), TO, [("a", "1"), ("a", "2")])
    assert page == form('<input name="a" value="1"><input name="a" value="2">')


def test_of_many_forms_alike_the_one_that_was_sent_is_filled_and_what_folds_it_is_opened() -> None:
    fold = "<details><summary>Only this one</summary>{}</details>"
    forms = [
        form(f'<input type="hidden" name="entry" value="{own}"><input name="a">', around=fold)
        for own in ("1", "2")
    ]
    page = refilled("".join(forms), TO, [("entry", "2"), ("a", "y")])
    assert page.startswith(forms[0])
    assert page.endswith('<input name="a" value="y"></form></details>')
    assert page.count('<details open="">') == 1


def test_of_the_buttons_of_an_entry_the_form_of_the_one_that_was_pressed_is_filled() -> None:
    one, other = (
        form(f'<input name="to"><button name="fix" value="{fix}|">Do</button>')
        for fix in ("link", "create_as")
    )
    page = refilled(one + other, TO, [("to", "61"), ("fix", "create_as|")])
    assert page == one + other.replace('name="to"', 'name="to" value="61"')


def test_a_field_outside_of_its_form_is_filled_and_one_of_another_form_is_not() -> None:
    box = '<input type="checkbox" name="entry" form="bulk" value="7">'
    other = form('<input name="a">', to="/console/elsewhere")
    bulk = f'<form id="bulk" action="{TO}"></form>'
    page = refilled(box + other + bulk, TO, [("entry", "7"), ("a", "y")])
    assert page == box.replace(">", ' checked="">') + other + bulk
