"""Settings of both sides: how records refer to each other, and what MobiWork may be asked."""

from pydantic import Field

from connector.model.policy.choices import Choice, OnConflict, setting


class BothSidesSettings(Choice):
    """Both sides."""

    on_conflict: OnConflict = setting(
        "ask",
        "When both sides changed the same field",
        description="Ask: both values go on the worklist, and neither side is changed.",
        when="One side is always right, so that nobody need decide.",
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
