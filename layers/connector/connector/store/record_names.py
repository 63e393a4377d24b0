"""Names: by what each MobiWork record is recognised, kept in few items like the fingerprints."""

from connector.store.fingerprints import Fingerprints

_BETWEEN = "\t"


class Names:
    """The names of one entity's MobiWork records; `remember` collects, `save` writes."""

    def __init__(self, connection_id: str, pull: str) -> None:
        self._marks = Fingerprints(connection_id, f"{pull}-names")

    def remember(self, record_id: str, *, key: str, native: str) -> None:
        """Note what a record is called and which QuickBooks id it names; durable after `save`."""
        text = f"{native}{_BETWEEN}{folded(key)}"
        if self._marks.known(record_id) != text:
            self._marks.remember(record_id, text)

    def keep_only(self, record_ids: set[str]) -> None:
        """Forget all other records."""
        for gone in self._marks.ids() - record_ids:
            self._marks.forget(gone)

    def save(self) -> None:
        """Write what changed."""
        self._marks.save()

    def by_key(self) -> dict[str, list[str]]:
        """Return the ids of the records of each name."""
        return self._index(1)

    def by_native(self) -> dict[str, list[str]]:
        """Return the ids of the records that name each QuickBooks id."""
        return self._index(0)

    def _index(self, part: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for record_id in sorted(self._marks.ids()):
            text = self._marks.known(record_id).split(_BETWEEN, 1)[part]
            if text:
                found.setdefault(text, []).append(record_id)
        return found


def folded(text: str) -> str:
    """Return a name so that spellings that mean the same are equal."""
    return " ".join(text.split()).casefold()
