"""The provider's own facts, and the labels of the screens."""

from __future__ import annotations

from pydantic import Field

from playbook.language import Text
from playbook.schema.base import File, Id, Shape, Source


class Link(Shape):
    """A page of the provider."""

    id: Id
    title: Text
    url: str = Field(pattern=r"^https?://")


class Contact(Shape):
    """Someone the customer or the agent can turn to."""

    id: Id
    title: Text
    says: Text
    """How to put it to the customer."""
    link: Id | None = None


class Limit(Shape):
    """A limit of the provider's service."""

    id: Id
    title: Text
    value: Text
    """The figure with its unit, or that none is published."""
    size_bytes: int | None = Field(default=None, gt=0)
    source: Source


class Site(File):
    """site.yaml: another provider swaps this file."""

    names: dict[Id, Text]
    """Names that texts use as `{name}`."""
    links: tuple[Link, ...]
    contacts: tuple[Contact, ...]
    limits: tuple[Limit, ...]
    hand_over_minutes: float = Field(gt=0, strict=False)
    """What handing a case over to the second level costs, in minutes: the dial for how soon the
    playbook advises it."""


class Label(Shape):
    """A text of a screen, a letter or the hand-off text."""

    id: Id
    text: Text
    needs: tuple[Id, ...] = ()
    """Names in braces without which the text would not say what it is for."""


class LabelFile(File):
    """labels.yaml, replies.yaml, training.yaml, report.yaml, leads.yaml, commands.yaml"""

    labels: tuple[Label, ...]
