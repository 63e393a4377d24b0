"""The links of one entity as the table keeps them."""

from connector.model.links import Link
from connector.store.records import links


def links_in(connection_id: str, entity: str) -> dict[str, Link]:
    """Return all links of one entity, intents left out, by MobiWork id."""
    found = links.read_beginning(connection_id, entity, "")
    return {own: link for (_, own), link in found.items() if isinstance(link, Link)}
