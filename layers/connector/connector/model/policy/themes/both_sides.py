"""Settings of both sides: how records refer to each other, and what MobiWork may be asked."""

from pydantic import Field

from connector.model.policy.choices import Choice, Digests, OnConflict, setting


class BothSidesSettings(Choice):
    """Both sides."""

    on_conflict: OnConflict = setting(
        "ask",
        "When both sides changed the same field",
        description="Ask: both values go on the worklist, and neither side is changed.",
        when="One side is always right, so no one needs to decide.",
    )
    digest: Digests = setting(
        "daily",
        "Digest by e-mail",
        description="What needs attention and what was posted: at most once a day, or once a week "
        "on Mondays, and only when there is something new.",
        when="Nobody checks the worklist every day; or everybody does, and the e-mail is "
        "not needed.",
    )
    digest_hour: int = Field(
        default=7,
        ge=0,
        le=23,
        title="Hour of the digest",
        description="In the company's time zone, 0 to 23.",
        json_schema_extra={"when": "The office opens earlier or later."},
    )
    digest_to: frozenset[str] = setting(
        frozenset(),
        "Who gets the digest",
        description="E-mail addresses of people with access to this connection. Empty: all of its "
        "bookkeepers and admins.",
        when="Only some of them take care of it.",
    )
    external_id_format: str = Field(
        default="{id},QBO",
        pattern=r"^([^{}]+\{id\}[^{}]*|[^{}]*\{id\}[^{}]+)$",
        title="External ID format",
        description="How a MobiWork record refers to its QuickBooks record; {id} stands for the "
        "QuickBooks ID.",
        json_schema_extra={
            "when": "External IDs in MobiWork have another format, such as that of another "
            "connector."
        },
    )
    capabilities: frozenset[str] = setting(
        frozenset(),
        "Undocumented MobiWork calls to use",
        description="For example vendor.list. Test calls with the probe before you add them here.",
        when="The probe has shown that the MobiWork account supports an undocumented call.",
    )
