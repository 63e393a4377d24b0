"""Settings of posting: what of all that is good is posted, and when."""

from collections.abc import Mapping

from connector.model.policy.choices import Choice, setting
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
        "Flows whose plans wait for approval",
        description="Names of flows, such as push_invoices: what they would post is planned and "
        "waits until a person approves it; what changes afterwards is asked about again.",
        when="For a trial period, or where somebody signs off each document.",
    )
    time_zone: str = setting(
        "",
        "Time zone of the company",
        description="For example America/New_York; leave empty to use the one in QuickBooks. It "
        "decides the date of documents that have none, and which documents are future-dated.",
        when="The company works in another time zone than QuickBooks is set to.",
    )
