"""A match of the books as one page for the accountant: a PDF."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import wrap

import pydyf  # type: ignore[import-untyped]

from connector.api.books.words import days_of
from connector.api.plans.report_words import amount_or_blank
from connector.model.books.report import BooksMatch, KindSums

WIDTH, HEIGHT = 612, 792
"""US letter, in points."""
LEFT, TOP, BOTTOM, LINE = 54, 730, 60, 13
MOST_LINES = (TOP - BOTTOM) // LINE
LETTERS = 96
"""So many letters of the words go in one line; figures are in a type whose letters are alike wide,
so that they stand below each other."""
ENCODING = "cp1252"
"""What the types that every reader has can show; other letters become question marks."""
FONTS = {"H": "Helvetica", "B": "Helvetica-Bold", "C": "Courier"}


@dataclass
class _Sheet:
    """One page that is written from top to bottom.

    stream: what is drawn, in PDF.
    line: how many lines are written by now.
    """

    stream: pydyf.Stream = field(default_factory=lambda: pydyf.Stream(compress=True))
    line: int = 0

    def write(self, text: str, font: str = "H", size: int = 9) -> None:
        """Write one line."""
        self.stream.begin_text()
        self.stream.set_font_size(font, size)
        self.stream.set_text_matrix(1, 0, 0, 1, LEFT, TOP - self.line * LINE)
        self.stream.show_text_string(text.encode(ENCODING, "replace"))
        self.stream.end_text()
        self.line += 1

    def rule(self) -> None:
        """Draw a line across."""
        height = TOP - self.line * LINE + LINE - 3
        self.stream.move_to(LEFT, height)
        self.stream.line_to(WIDTH - LEFT, height)
        self.stream.stroke()

    @property
    def left(self) -> int:
        """How many lines have room."""
        return MOST_LINES - self.line


def certificate(match: BooksMatch) -> bytes:
    """Return the certificate of a match as a PDF of one page."""
    sheet = _Sheet()
    sheet.write("Books Match: MobiWork and QuickBooks Online", "B", 15)
    sheet.line += 1
    for name, told in _facts(match):
        sheet.write(f"{name:<14}{told}", "C")
    sheet.line += 1
    for line in wrap(" ".join((match.statement, *match.remarks)), LETTERS):
        sheet.write(line, "B")
    sheet.line += 1
    _totals(sheet, match)
    _causes(sheet, match)
    return _pdf(sheet.stream, match)


def _facts(match: BooksMatch) -> Iterator[tuple[str, str]]:
    yield "company", match.company
    yield "days", days_of(match)
    yield "made", f"{(match.ended_at or match.asked_at)[:16].replace('T', ' ')} UTC"
    yield "asked for by", match.asked_by[-70:]
    yield "match", match.match_id


def _totals(sheet: _Sheet, match: BooksMatch) -> None:
    sheet.write(_columns("", "MobiWork", "less causes", "QuickBooks"), "C")
    sheet.rule()
    for one in match.kinds:
        explained = amount_or_blank(one.difference)
        sheet.write(
            _columns(
                one.kind, amount_or_blank(one.mobiwork), explained, amount_or_blank(one.quickbooks)
            ),
            "C",
        )
    sheet.line += 1


def _columns(*cells: str) -> str:
    first, *rest = cells
    return f"{first:<22}" + "".join(f"{one:>22}" for one in rest)


def _causes(sheet: _Sheet, match: BooksMatch) -> None:
    """Write the causes by kind; what has no room is one line with its sum, so that none is lost."""
    lines = [
        (one, f"{cause.cause} ({cause.count:,})", cause.amount)
        for one in match.kinds
        for cause in one.causes
    ]
    if not lines:
        sheet.write("There are no differences.")
        return
    sheet.write("What the totals differ by, and why", "B")
    shown = lines if len(lines) < sheet.left else lines[: sheet.left - len(match.kinds) - 1]
    for kind, words, amount in shown:
        sheet.write(f"{kind.kind:<22}{words:<44}{amount_or_blank(amount):>22}", "C")
    for name, count, total in _not_shown(match, lines, len(shown)):
        words = f"{count} more causes"
        sheet.write(f"{name:<22}{words:<44}{amount_or_blank(total):>22}", "C")


def _not_shown(
    match: BooksMatch, lines: list[tuple[KindSums, str, Decimal]], shown: int
) -> Iterator[tuple[str, int, Decimal]]:
    for one in match.kinds:
        rest = [amount for kind, _, amount in lines[shown:] if kind is one]
        if rest:
            yield one.kind, len(rest), sum(rest, Decimal(0))


def _pdf(stream: pydyf.Stream, match: BooksMatch) -> bytes:
    document = pydyf.PDF()
    document.add_object(stream)
    fonts = pydyf.Dictionary({name: _font(document, base) for name, base in FONTS.items()})
    page = {
        "Type": "/Page",
        "Parent": document.pages.reference,
        "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
        "Contents": stream.reference,
        "Resources": pydyf.Dictionary({"Font": fonts}),
    }
    document.add_page(pydyf.Dictionary(page))
    document.info["Title"] = pydyf.String(f"Books Match {match.match_id}")
    written = io.BytesIO()
    document.write(written)
    return written.getvalue()


def _font(document: pydyf.PDF, base: str) -> bytes:
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type1",
            "BaseFont": f"/{base}",
            "Encoding": "/WinAnsiEncoding",
        }
    )
    document.add_object(font)
    return bytes(font.reference)
