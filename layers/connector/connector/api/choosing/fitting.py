"""Whether newly chosen settings fit the QuickBooks company and the calendar, before a save.

The remembered company is asked first. Where it lacks an account that is named, QuickBooks is asked
what changed since, for the accountant may have made that a minute ago: one metered call. All of it
is read again only where it is old, or lacks what change data does not tell.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from connector.changes.company import ask_company, caught_up, is_fresh, remember
from connector.model.company import Company
from connector.model.policy.account_values import UnknownValue
from connector.model.policy.accounts import DEPOSIT, RULES
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.requirements import problems
from connector.model.policy.setting_problems import SettingProblem
from connector.model.policy.settings import Settings, title
from connector.store import connections
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services

ZONE = "time_zone"
OF_ACCOUNTS = frozenset({*(one.setting for one in RULES), DEPOSIT.setting})
"""The settings that name accounts, of which change data tells."""
AHEAD = timedelta(days=366)
"""A start date may be so far ahead without a question."""


def fitting(
    services: "Services", connection_id: str, before: Settings, settings: Settings, now: datetime
) -> list[UnknownValue]:
    """Return what is newly named in QuickBooks and is not there, and days too far ahead.

    Raises:
        RetriableError: QuickBooks does not answer, and what is remembered does not decide it.
    """
    company = saved.read_company(connection_id)
    wrong = _newly_wrong(before, settings, company) if company else []
    doubtful = {one.setting for one in wrong} - {ZONE}
    if company is None or doubtful or not is_fresh(company, now=now):
        realm_id = connections.read(connection_id).realm_id
        client = services.quickbooks(connection_id, realm_id, urgent=True)
        told = is_fresh(company, now=now) and doubtful <= OF_ACCOUNTS
        known = caught_up(connection_id, client, now=now) if told else None
        if known is None:
            known = ask_company(client, now=now)
            remember(connection_id, known, now=now)
        company = known
        wrong = _newly_wrong(before, settings, company)
    return [
        *(UnknownValue(one.setting, "", one.sentence, one.setting != ZONE) for one in wrong),
        *_too_far_ahead(before, settings, company, now),
    ]


def days_ahead(
    settings: Settings, company: Company | None, now: datetime
) -> dict[date, SettingProblem]:
    """Return the start dates that are in the future, with what that does."""
    today = day_of(now, zone_of(settings, company)) if company else now.date()
    chosen = {day: ("start_dates", f" of {kind}s") for kind, day in settings.start_dates.items()}
    if settings.start_date:
        chosen[settings.start_date] = ("start_date", "")
    return {
        day: SettingProblem(
            setting,
            f'The setting "{title(setting)}"{kinds} says {day}, which is in the future. '
            "Documents dated earlier are left out, so nothing is posted until then.",
            (),
        )
        for day, (setting, kinds) in chosen.items()
        if day > today
    }


def _newly_wrong(before: Settings, settings: Settings, company: Company) -> list[SettingProblem]:
    """Return the problems of what is named now; a setting that was emptied names nothing."""
    known = {one.sentence for one in problems(before, company)}
    changed = {
        name for name in Settings.model_fields if getattr(settings, name) != getattr(before, name)
    }
    return [
        one
        for one in problems(settings, company)
        if one.setting in changed and getattr(settings, one.setting) and one.sentence not in known
    ]


def _too_far_ahead(
    before: Settings, settings: Settings, company: Company, now: datetime
) -> Iterator[UnknownValue]:
    known = {before.start_date, *before.start_dates.values()}
    for day, one in days_ahead(settings, company, now).items():
        if day not in known and day > now.date() + AHEAD:
            yield UnknownValue(one.setting, str(day), one.sentence, may_come=True)
