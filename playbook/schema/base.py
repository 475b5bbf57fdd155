"""What all shapes have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""Lower-case letters, digits and underscores, beginning with a letter."""

Minutes = Annotated[float, Field(gt=0, le=240, strict=False)]
"""Working minutes of an agent and a customer on the line."""

Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Where a fact or figure comes from; the word "assumed" where there is no source."""


class Shape(BaseModel):
    """An entry of a knowledge file: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class File(Shape):
    """A whole knowledge file; `format` is the version of its shape."""

    format: Literal[1]
