"""Errors of mail programs, rules for addresses, and limits on the size of a mail."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from playbook.language import Text
from playbook.schema.base import File, Id, Shape, Source
from playbook.schema.mail import Phrase
from playbook.terms import ReasonId

Phase = Literal["send", "receive", "both"]
"""What the mail program was doing."""

DialogKind = Literal["answer_follows", "number_follows", "answer", "field", "dialog"]
"""`answer_follows`: after these words the dialog quotes the server; `number_follows`: the number of
a socket error. `answer`: the server's own words (RFC 2449, RFC 5530). `field`: port, protocol or
encryption the dialog names; it narrows what a code says. `dialog`: a sentence of the mail program
itself."""

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
"""A domain in small ASCII letters."""


class ClientCode(Shape):
    """A number a mail program shows: a Windows result code, or a socket error (`WSAE…`)."""

    code: Annotated[str, StringConstraints(pattern=r"^(0x[0-9A-F]{8}|1[01]\d{3})$")]
    """`0x800CCC0E`, or five digits for a socket error."""
    name: str
    """The name it has in Microsoft's headers or lists, for looking it up."""
    phase: Phase
    meaning: Text
    first_check: Text
    points_to: tuple[ReasonId, ...] = Field(min_length=1)
    """Reasons it speaks for, most likely first."""
    clients: str
    source: Source


class ClientDialog(Shape):
    """A sentence or a field of an error dialog."""

    id: Id
    kind: DialogKind
    says: tuple[Phrase, ...] = Field(min_length=1)
    """Any one of these will do."""
    phase: Phase
    meaning: Text
    first_check: Text
    points_to: tuple[ReasonId, ...] = ()
    """Reasons it speaks for, most likely first; those a field leaves possible."""
    sample: str
    """A text in which it is found."""
    clients: str
    source: Source


class ClientErrorFile(File):
    """client_errors.yaml"""

    codes: tuple[ClientCode, ...] = ()
    dialogs: tuple[ClientDialog, ...] = ()


class AddressRule(Shape):
    """What can be said of an address, and what to do then.

    Sentences may use `{address}` (the address as it was understood), `{letters}` (the characters
    meant), `{correction}`, `{quoted}` (the address with its local part in quotes), `{provider}`.
    """

    id: Id
    weighs: Literal["fault", "caution", "repaired"]
    """A fault: mail cannot be sent to it. A caution: legal, but look again. Repaired: it was not
    right as typed, and is right now."""
    says: Text
    todo: Text
    source: Source


class MailDomain(Shape):
    """A domain many people have their addresses at."""

    domain: Domain
    provider: Text
    old_dots: bool = False
    """Its users may still hold addresses with dots where RFC 5321 allows none."""
    subdomains: bool = False
    """Users' addresses have one more label before it."""
    mistaken_for_it: tuple[Domain, ...] = ()
    """Domains that are typed instead of it and that no slip of a finger explains."""
    source: Source = "assumed"


class Ending(Shape):
    """The end of a domain that is always a slip: it exists nowhere."""

    wrong: Annotated[str, StringConstraints(pattern=r"^\.[a-z.,]+$")]
    right: Annotated[str, StringConstraints(pattern=r"^\.[a-z.]+$")]
    source: Source = "assumed"


class AddressFile(File):
    """addresses.yaml"""

    rules: tuple[AddressRule, ...] = ()
    domains: tuple[MailDomain, ...] = ()
    endings: tuple[Ending, ...] = ()


class SizeLimit(Shape):
    """How big a mail one mail system takes."""

    id: Id
    provider: Text
    service: Text
    unit: Literal["MB", "bytes"]
    """`MB` is the provider's own word: 1,000,000 or 1,048,576 bytes, nobody says which."""
    send: float | None = Field(default=None, gt=0, strict=False)
    """In `unit`; none where no figure is known."""
    receive: float | None = Field(default=None, gt=0, strict=False)
    counts: Literal["encoded", "files"]
    """Whether the mail as it travels is measured, or the files before encoding."""
    mailbox: Text | None = None
    note: Text | None = None
    dated: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d){0,2}$")] | None = None
    """Day, month or year of the source."""
    until: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d){0,2}$")] | None = None
    """When it ended; such a limit is kept because old pages still name it."""
    source: Source


class SizeSentence(Shape):
    """What can be said of a file's size.

    Sentences may use `{file}`, `{encoded}`, `{provider}`, `{service}`,
    `{direction}`, `{limit}`, `{largest}` and `{date}`.
    """

    id: Id
    says: Text


class LimitFile(File):
    """limits.yaml"""

    sentences: tuple[SizeSentence, ...] = ()
    limits: tuple[SizeLimit, ...] = ()
