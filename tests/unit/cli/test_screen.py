import io

from rich.console import Console

from cli.screen import Screen, moment, money


def on_a_terminal(*rows: tuple[object, ...], width: int = 80) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=width, no_color=True)
    Screen(console).table(("!run", "#amount", "why"), rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_on_a_narrow_terminal_ids_and_amounts_stay_whole_and_sentences_are_broken() -> None:
    own = "20261129T203150-0278da91-undo"
    lines = on_a_terminal((own, "1,234.50", "It waits for its customer. " * 3), width=60)
    assert any(own in line and "1,234.50" in line for line in lines)
    assert len(lines) > 3


def test_amounts_and_moments_are_written_for_people() -> None:
    assert [money("1234.5"), money(None), money("-0.01")] == ["1,234.50", "", "-0.01"]
    assert [moment("2026-11-29T18:01:02+00:00"), moment(None)] == ["2026-11-29 18:01", ""]


def test_of_an_empty_list_a_person_is_told_that_nothing_is_there() -> None:
    remarks = io.StringIO()
    piped, terminal = io.StringIO(), io.StringIO()
    for out, is_terminal in ((piped, False), (terminal, True)):
        console = Console(file=out, force_terminal=is_terminal, no_color=True)
        Screen(console, Console(file=remarks)).table(("!run", "why"), [])
    assert (piped.getvalue(), terminal.getvalue()) == ("run\twhy\n", "")
    assert remarks.getvalue() == "None.\nNone.\n"
