"""A report as a person reads it: as text, as a page, and its plans as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape

import simplejson

from connector.api.plans import cells
from connector.model.ids import in_words
from connector.model.review.planned import PlannedRecord
from connector.model.review.report import Counted, FlowReport, ReviewReport

COLUMNS = (
    "flow", "record_id", "label", "decision", "target", "other_id", "day", "total", "tax",
    "reason", "waits_for", "warnings", "outcome", "unlike", "body",
)  # fmt: skip
SHOWN = 12
"""So many reasons, months and accounts of a flow a person reads; the JSON has all of them."""
THERE_ALREADY = "Already on both sides"
NOTHING_WRITTEN = "Nothing was written."
HEADINGS = f"{'flow':<34}{'to write':>8}{'to link':>8}{'total to write':>16}  dates"


def as_text(report: ReviewReport) -> str:
    """Write a report for a terminal."""
    summary = [HEADINGS, *(_summary(one) for one in report.flows)]
    blocks = [[_made(report), *report.notes], summary if report.flows else ["Nothing is planned."]]
    blocks += [list(_flow_lines(one)) for one in report.flows]
    if report.matches:
        blocks.append([f"{THERE_ALREADY}:", *_lines(report.matches)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def as_page(report: ReviewReport, title: str) -> str:
    """Write a report as a page for a browser; every text is escaped."""
    rows = "".join(
        f"<tr><td>{escape(in_words(one.flow))}<td>{one.to_write.count}"
        f"<td>{one.to_link.count}<td>{escape(amount_or_blank(one.to_write.worth))}<td>{_days(one)}"
        for one in report.flows
    )
    details = "".join(
        f"<h2>{escape(in_words(one.flow))}</h2>"
        f"<ul>{''.join(f'<li>{escape(line.strip())}' for line in _flow_lines(one))}</ul>"
        for one in report.flows
    )
    if report.matches:
        found = "".join(f"<li>{escape(line.strip())}" for line in _lines(report.matches))
        details = f"<h2>{THERE_ALREADY}</h2><ul>{found}</ul>{details}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;"
        "padding:0 1rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(_made(report))}"
        f"{''.join(f'<p>{escape(one)}' for one in report.notes)}"
        "<table><tr><th>flow<th>to write<th>to link<th>total to write<th>dates"
        f"{rows}</table>{details}</html>\n"
    )


def _made(report: ReviewReport) -> str:
    carried_out = any(one.results for one in report.flows)
    since = "Each flow below shows what has happened since." if carried_out else NOTHING_WRITTEN
    return f"Made {report.made_at[:16].replace('T', ' at ')} UTC. {since}{_cost(report)}"


def _cost(report: ReviewReport) -> str:
    """Say what reading QuickBooks for it cost, where it was read."""
    if report.calls is None:
        return ""
    if not report.calls:
        return " It took no reads of QuickBooks."
    calls = f"{report.calls:,} read{'' if report.calls == 1 else 's'} of QuickBooks"
    return f" It took {calls} for {report.rows or 0:,} documents."


def as_csv(plans: Iterable[PlannedRecord]) -> str:
    """Write plans as CSV, one line each, with the exact body as JSON."""
    return cells.as_csv(COLUMNS, ([_value(one, column) for column in COLUMNS] for one in plans))


def _value(one: PlannedRecord, column: str) -> object:
    value: object = getattr(one, column)
    if column == "body" and value is not None:
        return simplejson.dumps(value, use_decimal=True)
    return value


def amount_or_blank(amount: Decimal | None) -> str:
    """Write an amount; nothing where there is none."""
    return "" if amount is None else f"{amount:,.2f}"


def _summary(one: FlowReport) -> str:
    found = one.to_write
    days = f"  {_days(one)}" if one.oldest else ""
    line = f"{in_words(one.flow):<34}{found.count:>8}{one.to_link.count:>8}"
    return f"{line}{amount_or_blank(found.worth):>16}{days}".rstrip()


def _days(one: FlowReport) -> str:
    return f"{one.oldest} to {one.newest}" if one.oldest else ""


def _flow_lines(one: FlowReport) -> Iterator[str]:
    yield f"{in_words(one.flow)}:"
    yield from _lines(one.decisions)
    if one.results:
        yield "  outcomes:"
        yield from _lines(one.results, "    ")
        yield f"    {one.unlike} different from the plan"
    for title, found in (("by month", one.months), ("by account", one.accounts)):
        if found:
            yield f"  {title}:"
            yield from _lines(_shown(found), "    ")
    if one.largest:
        yield "  the largest:"
        yield from (f"    {amount_or_blank(it.total):>14}  {it.label}" for it in one.largest)
    for it in one.reasons[:SHOWN]:
        worth = f" ({amount_or_blank(it.total)})" if it.total is not None else ""
        yield f"  {it.decision}, {it.count}{worth}: {it.reason} ({', '.join(it.examples)})"
    if len(one.reasons) > SHOWN:
        yield f"  and {len(one.reasons) - SHOWN} more reasons"


def _shown(found: Sequence[Counted]) -> Iterable[Counted]:
    """Yield the last months or accounts after the sum of all before them: nothing is lost."""
    before, shown = found[:-SHOWN], found[-SHOWN:]
    if before:
        known = [one.total for one in before if one.total is not None]
        total = sum(known, Decimal(0)) if known else None
        yield Counted(f"{len(before)} others", sum(one.count for one in before), total)
    yield from shown


def _lines(found: Iterable[Counted], indent: str = "  ") -> Iterator[str]:
    for one in found:
        count = f"{one.count:>7}" if one.count else ""
        yield f"{indent}{one.name:<30}{count}{amount_or_blank(one.total):>16}".rstrip()
