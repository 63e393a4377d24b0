import os
from pathlib import Path

from connector.model.worklist.causes import TITLES, Kind
from connector.model.worklist.fixes import OFFERED

PAGE = Path(__file__).parents[3] / "docs" / "worklist.md"
HEAD = """# The worklist: why records do not go on, and what can be done

Made from the code: `UPDATE_DOCS=1 make test ARGS=tests/unit/model/test_worklist_doc.py`.

A record that was refused, waits, is asked about, was changed on one side after it was posted,
or whose plan waits for approval, stands on the worklist under one cause: the first thing that is in its way. When that is gone, the
record goes on or shows the next one. What waits for another record stands under the cause of that
one and goes in the same run. Nothing is closed by hand that the connector can see for itself.

- `GET /connections/{id}/worklist`: the causes, each with counts, sums, its oldest entry, its fixes.
- `GET .../worklist/entries?cause=`: who, what, why, since when, up to three fixes, notes.
- `GET .../worklist/candidates?entry=`: what an entry may be linked to, with the facts of both sides;
  with `read` what QuickBooks has of the same number or name, or `like` another one, an e-mail address or an amount.
- `POST .../worklist/fixes`: `{"cause": ..., "fix": ..., "preview": true}` tells what a fix would do
  and what it costs; with `"preview": false` it is done. `entries` names some in place of a cause.
  With the `seen` that the preview told it is done only if that would still be just the same.
- `POST .../worklist/notes`: a note, who sees to it, until when it is not shown.

| fix | does |
|---|---|
| `retry` | the next run plans it again |
| `approve` | lets its plan be carried out as it is kept; the target may be the hash that was seen |
| `link` | links it to the record whose id is the target, as both stand; one of QuickBooks is read first |
| `same` | says of all that wait for it that each is the one record there that it may be, where only one of the same amount is; they are linked |
| `create_as` | creates it in QuickBooks under the name that is the target, and leaves that name there |
| `choose` | changes the setting that decides about all alike; for a value of MobiWork it adds what that stands for |
| `activate` | makes what it names active in QuickBooks again, once, then `retry` |
| `post_as_credit` | has payments of that type or method posted as credits |
| `post_again` | posts again what was undone, once, as MobiWork has it now |
| `keep_quickbooks`, `keep_mobiwork` | where both sides changed it, that side wins, for this change only |
| `update` | changes the posted document to what MobiWork says, unless it is paid, deposited, closed or was changed there |
| `recall` | deletes the document in QuickBooks (an entry of a list becomes inactive), by the rules of undoing |
| `done_by_hand` | links it to the target, or counts it as entered; closes an entry that only tells of something. What changes after that is told |
| `leave_out` | keeps the record out for good, with who and why; newer readings too |
| `take_back` | takes that back, and plans the record again |

Nothing is written in QuickBooks while a connection is in review or paused. Every fix and note is
kept in the activity of the connection. What stands on the worklist for longer than the setting
`alarm_after_days` is counted once a day by `watch_worklists` and alarmed (`WorklistOverdue`).

| Cause | Heading | Fixes |
|---|---|---|
"""  # noqa: E501 - rows of a table


def page() -> str:
    rows = [
        f"| `{kind}` | {TITLES[kind].format(about='…', setting='…')} | "
        f"{', '.join(f'`{one.fix}`' for one in OFFERED[kind])} |"
        for kind in Kind
    ]
    return f"{HEAD}{'\n'.join(rows)}\n"


def test_the_page_of_the_worklist_says_what_the_code_does() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


def test_every_kind_of_cause_offers_one_to_three_fixes() -> None:
    assert {kind: 1 <= len(OFFERED[kind]) <= 3 for kind in Kind} == dict.fromkeys(Kind, True)
