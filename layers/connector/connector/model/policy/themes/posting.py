"""Settings of posting: what of all that is good is posted, and when."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from connector.model.policy.choices import CategoryOf, Choice, setting
from connector.model.policy.posting_words import KindName


class PostingSettings(Choice):
    """What is posted, and when."""

    left_out_statuses: Mapping[KindName, tuple[str, ...]] = setting(
        {},
        "Statuses to leave out",
        description="By kind of record: records with these statuses are left out without asking.",
        when="The worklist asks about a status whose records do not belong in QuickBooks.",
    )
    approve_before_post: frozenset[str] = setting(
        frozenset(),
        "Kinds of records that wait for approval",
        description="Records of these kinds are planned and wait until someone approves them. If "
        "one changes after approval, it needs approval again. Enter flow names, such "
        "as push_invoices.",
        when="You are in a trial period, or someone signs off on each document.",
    )
    start_date: date | None = setting(
        None,
        "Start date",
        description="Documents dated earlier, and their payments, are left out. Empty: the day of "
        "the connection. A document that is already in QuickBooks is never affected.",
        when="The books in QuickBooks should start on another day, such as the first day of "
        "the year.",
    )
    start_dates: Mapping[KindName, date] = setting(
        {},
        "Start dates by kind",
        description="By kind of record: its own start date instead of the one above. Credits count "
        "as payments, bills as receipts.",
        when="For example, last year's open invoices should be posted, but not last year's "
        "expenses.",
    )
    time_zone: str = setting(
        "",
        "Time zone of the company",
        description="For example America/New_York; leave empty to use the one in QuickBooks. It "
        "decides the date of documents that have none, and which documents are future-dated.",
        when="The company's time zone differs from the one set in QuickBooks.",
    )
    flows_off: frozenset[str] = setting(
        frozenset(),
        "Kinds of records that are switched off",
        description="Their records are left out. Records waiting for one of them, such as an "
        "invoice for its customer, keep waiting. Enter flow names, such as push_quotes.",
        when="Some kinds of records should stay in MobiWork, or are entered by hand for now.",
    )
    excluded_customers: frozenset[str] = setting(
        frozenset(),
        "Customers to leave out",
        description="MobiWork IDs of customers to leave out, along with their documents. Nothing "
        "of theirs is written on either side, even if they are already in QuickBooks.",
        when="Test customers, employees, or the company itself are set up as customers in "
        "MobiWork.",
    )
    excluded_categories: Mapping[CategoryOf, tuple[str, ...]] = setting(
        {},
        "Categories to leave out",
        description="By kind of record: records in these categories are left out. Nothing of "
        "theirs is written on either side, even if they are already in QuickBooks. "
        "Case, spaces, and punctuation are ignored.",
        when="A line of business, such as warranty work, is not kept in this company's books.",
    )
    minutes_between_looks: int = Field(
        default=5,
        ge=5,
        le=1440,
        title="Minutes between checks",
        description="How often both sides are checked for changes while there is something to do. "
        "Each check that finds nothing doubles the pause, up to the next setting; a "
        "webhook still starts a check right away. For MobiWork lists of more than a "
        "thousand documents, a check covers those created in the last 60 days, and all "
        "of them once a night: a change to an older document, or its deletion, is "
        "found then, or by a run that someone starts.",
        json_schema_extra={
            "when": "Documents should reach QuickBooks a few times a day rather than right away."
        },
    )
    idle_minutes_between_looks: int = Field(
        default=60,
        ge=15,
        le=1440,
        title="Minutes between checks when nothing happens",
        description="The longest pause during the day. From 8 p.m. to 6 a.m. in the company's time "
        "zone it is up to four times as long. The first change found, a webhook, or a "
        "click ends it.",
        json_schema_extra={
            "when": "Records entered after quiet hours should be posted sooner, or can be "
            "posted later."
        },
    )
    alarm_after_days: int = Field(
        default=7,
        ge=1,
        le=365,
        title="Days on the worklist before an alarm",
        description="Entries that have been on the worklist this long are counted once a day and "
        "raise an alarm, unless someone hid them until a later date.",
        json_schema_extra={"when": "You check the worklist less, or more, often than weekly."},
    )
