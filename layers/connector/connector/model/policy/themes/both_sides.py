"""Settings of both sides: how records refer to each other, and what MobiWork may be asked."""

from pydantic import Field

from connector.model.policy.choices import Choice, Digests, OnConflict, setting


class BothSidesSettings(Choice):
    """Both sides."""

    on_conflict: OnConflict = setting(
        "ask",
        "When both sides changed the same field",
        description="Ask: both values go on the worklist, and neither side is changed.",
        when="One side is always right, so that nobody need decide.",
    )
    digest: Digests = setting(
        "daily",
        "Digest by e-mail",
        description="What needs somebody and what was posted: at most once a day, or once a week "
        "on Mondays, and not when nothing is new.",
        when="Nobody looks at the worklist every day; or everybody does, and needs no mail.",
    )
    digest_hour: int = Field(
        default=7,
        ge=0,
        le=23,
        title="Hour of the digest",
        description="Of the day in the company's time zone, 0 to 23.",
        json_schema_extra={"when": "The office begins earlier or later."},
    )
    digest_to: frozenset[str] = setting(
        frozenset(),
        "Who gets the digest",
        description="E-mail addresses of people who have a role in this connection; empty: all "
        "its bookkeepers and admins.",
        when="Only some of them see to it.",
    )
    external_id_format: str = Field(
        default="{id},QBO",
        pattern=r"^([^{}]+\{id\}[^{}]*|[^{}]*\{id\}[^{}]+)$",
        title="External ID format",
        description="How a MobiWork record refers to its QuickBooks record; {id} is its id there.",
        json_schema_extra={
            "when": "MobiWork's external ids are written otherwise, such as by another connector."
        },
    )
    capabilities: frozenset[str] = setting(
        frozenset(),
        "Undocumented MobiWork calls to use",
        description="For example vendor.list; test them with the probe before you add them here.",
        when="The probe has shown that the MobiWork account answers a call that is not documented.",
    )
