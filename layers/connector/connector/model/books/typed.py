"""Documents that somebody typed in QuickBooks, as they are kept for what is posted later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.model.body import JsonArray
from connector.model.ids import QuickBooksId

UNTOLD = -1
"""The version of a document that change data did not tell: whatever that tells comes after."""
DELETED = 10**18
"""The version of one that is deleted: QuickBooks gives its id to no other, nothing comes after."""

type PageAt = tuple[str, str]
"""The entity that new documents become, and which part of the lines of each."""
type LinesOf = Mapping[QuickBooksId, Mapping[str, JsonArray]]
"""The lines of documents: by the document's id, then by what follows it in the id of the line."""


@dataclass(frozen=True)
class TypedDocument:
    """A document with those of its lines that new documents may be.

    Attributes:
        lines: By the QuickBooks entity that a new document becomes, then as `LinesOf`; nothing
            of one that is deleted, void or of which none may be.
        version: Which version of it that is (SyncToken): an older one never takes its place.
    """

    lines: Mapping[str, Mapping[str, JsonArray]]
    version: int = UNTOLD

    @property
    def all_lines(self) -> dict[str, JsonArray]:
        """Its lines, whatever new documents may be these."""
        return {own: said for some in self.lines.values() for own, said in some.items()}


GONE = TypedDocument({}, DELETED)
"""A document that is deleted."""


@dataclass(frozen=True)
class KeptPages:
    """What is kept of documents whose ids follow each other, as it was read.

    Attributes:
        places: Where their lines are.
        version: That of the places; 0 where there are none.
        pages: By their place: the version of each document with its lines, and that of the page.
    """

    places: Sequence[PageAt] = ()
    version: int = 0
    pages: Mapping[PageAt, tuple[dict[QuickBooksId, JsonArray], int]] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownDocuments:
    """Some documents as they are kept.

    Attributes:
        lines: Their lines, whatever new documents may be these; none of those that have none.
        versions: Which version of each is kept, also of those without lines.
        kept: The pages that they are on, by what these have in common.
    """

    lines: LinesOf
    versions: Mapping[QuickBooksId, int]
    kept: Mapping[str, KeptPages] = field(default_factory=dict)
