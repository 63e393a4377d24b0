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
        when="The worklist asks about a status whose records are not for QuickBooks.",
    )
    approve_before_post: frozenset[str] = setting(
        frozenset(),
        "Kinds of records that wait for approval",
        description="What would be posted of these is planned and waits until a person approves "
        "it; what changes afterwards is asked about again. Written as names of flows, such as "
        "push_invoices.",
        when="For a trial period, or where somebody signs off each document.",
    )
    start_date: date | None = setting(
        None,
        "Start date",
        description="Documents of earlier days, and payments of them, are left out. Empty: the day "
        "of the connection. A document that is in QuickBooks already is never affected.",
        when="The books in QuickBooks begin with another day, such as that of the year.",
    )
    start_dates: Mapping[KindName, date] = setting(
        {},
        "Start dates by kind",
        description="By kind of record: its own start date in place of the common one. A credit is "
        "of the kind payment, a bill of the kind receipt.",
        when="Open invoices of last year are to be posted, but no expenses of then, for example.",
    )
    time_zone: str = setting(
        "",
        "Time zone of the company",
        description="For example America/New_York; leave empty to use the one in QuickBooks. It "
        "decides the date of documents that have none, and which documents are future-dated.",
        when="The company works in another time zone than QuickBooks is set to.",
    )
    flows_off: frozenset[str] = setting(
        frozenset(),
        "Kinds of records that are switched off",
        description="Their records are left out. What waits for one of them, such as an invoice "
        "for its customer, goes on waiting. Written as names of flows, such as push_quotes.",
        when="Some kinds of records should stay in MobiWork, or go by hand for now.",
    )
    excluded_customers: frozenset[str] = setting(
        frozenset(),
        "Customers to leave out",
        description="MobiWork ids of customers who, with their documents, are left out: nothing of "
        "them is written on either side, also where they are in QuickBooks already.",
        when="Test customers, employees or the company itself are customers in MobiWork.",
    )
    excluded_categories: Mapping[CategoryOf, tuple[str, ...]] = setting(
        {},
        "Categories to leave out",
        description="By kind of record: records of these categories are left out: nothing of them "
        "is written on either side, also where they are in QuickBooks already. Case, spaces and "
        "punctuation are ignored.",
        when="A line of business, such as warranty work, is not booked in this company.",
    )
    minutes_between_looks: int = Field(
        default=5,
        ge=5,
        le=1440,
        title="Minutes between looks",
        description="How often both sides are looked at while there is something to do. Each look "
        "that finds nothing doubles the pause, up to the next setting; doorbells ring at once "
        "anyway. Of lists of MobiWork with more than a thousand documents what was created in the "
        "last 60 days is looked at, and all once a night: an older document that was changed, or "
        "deleted, is found then, or by a run that a person starts.",
        json_schema_extra={
            "when": "Documents should reach QuickBooks a few times a day rather than at once."
        },
    )
    idle_minutes_between_looks: int = Field(
        default=60,
        ge=15,
        le=1440,
        title="Minutes between looks when nothing happens",
        description="The longest pause by day. From 20:00 to 6:00 in the company's time zone it is "
        "up to four times as long. The first change that is found, a doorbell or a person's click "
        "ends it.",
        json_schema_extra={
            "when": "What is entered after hours of rest should be posted sooner, or may be later."
        },
    )
    alarm_after_days: int = Field(
        default=7,
        ge=1,
        le=365,
        title="Days until what stands on the worklist is an alarm",
        description="What has stood there for so many days is counted once a day and alarmed, "
        "unless somebody put it off to a later day.",
        json_schema_extra={"when": "The worklist is looked at less, or more, often than weekly."},
    )
