"""Ids as they are sent to the API: none is longer than a key of the table (1,024 bytes)."""

from typing import Annotated

from pydantic import Field

SentId = Annotated[str, Field(min_length=1, max_length=200)]
"""The id of a record."""

SentEntry = Annotated[str, Field(min_length=1, max_length=240)]
"""The id of an entry of the worklist: a flow, / and the id of a record."""
