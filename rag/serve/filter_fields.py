"""Filters as a part of a request."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rag.filters import LONGEST, MOST, NONE, Filters, read_filters

Value = Annotated[str, Field(max_length=LONGEST)]
Values = Annotated[list[Value], Field(max_length=MOST)] | Value


class FilterFields(BaseModel):
    """What is searched. All of these hold; of several values of one, any is enough."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    since: Annotated[Value | None, Field(description="2018, 2018-07 or 2018-07-02")] = None
    until: Annotated[Value | None, Field(description="likewise")] = None
    outlet: Values | None = None
    speaker: Annotated[Values | None, Field(description="Only what this person says.")] = None
    path: Annotated[Values | None, Field(description="As a line of .ragignore has it.")] = None
    tag: Annotated[Values | None, Field(description="Of the front matter, or a folder.")] = None


def filters_of(fields: FilterFields | None) -> Filters:
    """The filters of a request.

    Raises:
        ConfigError: A value cannot be used.
    """
    return read_filters(fields.model_dump()) if fields else NONE
