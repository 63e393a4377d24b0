import re
import shlex

import typer.main

from cli.main import make
from tests.template.reading import ROOT, resources, template

RUNBOOK = (ROOT / "docs/operations.md").read_text()
HEADINGS = re.findall(r"^#+ (.+)$", RUNBOOK, re.MULTILINE)
INCIDENTS = re.search(r"^## Ten incidents$(.*?)^## ", RUNBOOK, re.MULTILINE | re.DOTALL)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_each_alarm_has_a_section_of_the_runbook_and_each_section_its_alarm() -> None:
    told = [heading for heading in HEADINGS if heading.endswith("Alarm")]

    assert told == sorted(resources("AWS::CloudWatch::Alarm"))


def test_every_link_of_the_runbook_leads_to_a_section() -> None:
    wanted = set(re.findall(r"\]\(#([\w-]+)\)", RUNBOOK))

    assert wanted - {_anchor(heading) for heading in HEADINGS} == set()
    for file, anchor in re.findall(r"\]\(([\w./-]+\.md)#?([\w-]*)\)", RUNBOOK):
        text = (ROOT / "docs" / file).read_text()
        there = {_anchor(one) for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
        assert not anchor or anchor in there, f"{file}#{anchor}"


def test_there_are_ten_incidents() -> None:
    assert INCIDENTS
    assert len(re.findall(r"^### ", INCIDENTS[1], re.MULTILINE)) == 10


def test_commands_name_outputs_and_parameters_that_the_stack_has() -> None:
    outputs = set(re.findall(r"\$\(output (\w+)\)", RUNBOOK))
    parameters = set(re.findall(r"`(\w+)=[^`]*`", RUNBOOK))

    assert outputs - template()["Outputs"].keys() == set()
    assert parameters - template()["Parameters"].keys() == set()


def test_saved_queries_are_told_by_their_names() -> None:
    queries = resources("AWS::Logs::QueryDefinition").values()
    names = {one["Properties"]["Name"]["Fn::Sub"].partition("/")[2] for one in queries}

    assert [name for name in names if f"*{name}*" not in RUNBOOK] == []


def test_the_command_line_has_the_commands_and_options_that_the_runbook_uses() -> None:
    known = typer.main.get_group(make())
    used = re.findall(r"(?:`|^    )mobiwork-quickbooks (\w[^`#\n]*)", RUNBOOK, re.MULTILINE)

    for command in used:
        name, *words = shlex.split(command)
        options = {option for one in known.commands[name].params for option in one.opts}
        assert {word for word in words if word.startswith("-")} <= options, command
    assert len(used) > 20
