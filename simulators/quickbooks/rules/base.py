"""What every entity's rule answers; an entity overrides only what is special about it."""

from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.wire import Record


class Rule:
    """The rule of an entity without any special behaviour."""

    def prepare(self, draft: Draft) -> None:
        """Fill in what the system computes and note every refusal."""

    def check_update(self, draft: Draft, *, sparse: bool) -> None:
        """Note what an update lacks or may not change."""

    def check_removal(self, draft: Draft) -> None:
        """Note why a record may not be deleted or voided."""

    def effects(self, draft: Draft) -> Effects | None:  # noqa: ARG002 - part of the interface
        """Return what the finished record moves; None leaves alone what it moved before."""
        return None

    def voided(self, draft: Draft) -> Record:
        """Return the record as it is after a void."""
        return draft.new

    def operation(self, draft: Draft) -> str:
        """Name the change as webhooks do."""
        return "Create" if draft.old is None else "Update"

    def after(self, draft: Draft) -> None:
        """Carry the change on to other records."""
