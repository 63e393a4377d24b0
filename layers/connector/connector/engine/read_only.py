"""Clients that read and never write: what a run gets that only plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from connector.engine.remotes import MobiWorkWrites, QuickBooksWrites


class WrittenInReviewError(ConfigurationError):
    """Something would have been written by a run that only plans: our own mistake, and no harm."""


def _refusing(deed: str) -> Callable[..., NoReturn]:
    """Return a write that is refused; `deed` names it by what it is told, the entity first."""

    def refuse(_self: object, *told: object, **_named: object) -> NoReturn:
        about_to = deed.format(*told)
        raise WrittenInReviewError(
            f"A run that only plans was about to {about_to}. Nothing was written."
        )

    return refuse


@dataclass
class ReadOnlyQuickBooks:
    """A QuickBooks company that is only read; every write raises `WrittenInReviewError`.

    company: the client whose reads are passed on.
    """

    company: QuickBooksWrites

    def __post_init__(self) -> None:
        self.read, self.query = self.company.read, self.company.query

    create = _refusing("create {} in QuickBooks")
    update = _refusing("update {} in QuickBooks")
    delete = _refusing("delete {} {} in QuickBooks")


@dataclass
class ReadOnlyMobiWork:
    """A MobiWork account that is only read; every write raises `WrittenInReviewError`.

    account: the client whose reads are passed on.
    """

    account: MobiWorkWrites

    def __post_init__(self) -> None:
        self.supports, self.records = self.account.supports, self.account.records
        self.find, self.find_by_external_id = self.account.find, self.account.find_by_external_id
        self.external_id = self.account.external_id

    add = _refusing("add {} to MobiWork")
    edit = _refusing("change {} {} in MobiWork")
    delete = _refusing("delete {} {} in MobiWork")
