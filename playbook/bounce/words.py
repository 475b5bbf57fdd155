"""The words by which the layout of a notice is known, compiled from the knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from playbook.bounce.numerals import Numerals
from playbook.bounce.phrases import Phrase, Scanner, any_of

if TYPE_CHECKING:
    from playbook.schema import NoticeWords

_NOTHING = "(?!)"


class Words:
    """Patterns for texts in small letters, one for each list of `notice_words.yaml`.

    A list that the knowledge leaves out matches nothing.
    """

    def __init__(self, lists: Mapping[str, NoticeWords]) -> None:
        def words_of(name: str) -> tuple[str, ...]:
            return lists[name].words if name in lists else ()

        def any_in(name: str) -> str:
            return _pattern(words_of(name))

        def backwards(name: str) -> str:
            return _pattern(word[::-1] for word in words_of(name))

        self.notice_sender = re.compile(any_in("senders"))
        """Stands in the sender's name or address when a mail system sends."""
        self.introduced = re.compile(r"[^\w\n]{0,6}" + backwards("before_reply"))
        """Read backwards from a reply code, so that one look decides."""
        self.code_told = re.compile(any_in("after_code"))
        """Follows a code right away where people tell of it."""
        self.counted = re.compile(any_in("counters"))
        """Follows a number right away that counts chapters or editions."""
        sender, recipient = any_in("sender_fields"), any_in("recipient_fields")
        self.shown_field = re.compile(
            rf"[ \t>|*]*(?:({sender})|({recipient})|[\w-]{{1,20}}(?: [\w-]{{1,12}}){{0,2}})"
            r"\*?[ \t]*[:：][ \t*]*([^\n]*)"
        )
        """A field that mail programs show above a mail, and copy with it."""
        self.sender_line = re.compile(rf"\n[ \t>|*]*{sender}\*?[ \t]*[:：]")
        """The beginning of the field that shows the sender."""
        self.subject_line = re.compile(rf"[ \t>|*]*{any_in('subject_fields')}\*?[ \t]*[:：]")
        """The beginning of the field that shows the subject."""
        self.attribution = re.compile(any_in("before_quote"))
        """Stands in the line that mail programs put above what is quoted, before its colon."""
        drawn = "[ \t>|*=#_:：■□●○◆◇▼▽★☆【】〔〕［］<＜＞・―─━-]*+"
        self.above_copy = re.compile(rf"\n{drawn}{any_in('above_copy')}{drawn}\n")
        """A heading that is a line of its own, whatever it is drawn with."""
        self.recipient_here = re.compile(
            rf"[ \t>|*<\"'(\[-]*(?:{any_in('before_recipient')}"
            r"\s*[:;=]+[ \t]*(?:rfc822;)?[ \t<]*)?$"
        )
        """What may stand in its line before the address of a recipient."""
        self.passed_to = re.compile(rf"[>\])\"']*\s+{any_in('before_recipient')}\s+[\"'<(\[]*")
        """Between the sender's address and the recipient's in one sentence."""
        self.original = re.compile(any_in("before_original") + r":?[ \t<]*$")
        """Before what the sender wrote, where an alias or a forward led elsewhere."""
        self.delivered_to = re.compile(any_in("delivered_to") + r":?\s*[\"'<(\[]*$")
        """Before a recipient in the sentence that tells of the failure."""
        self.names_follow = re.compile(
            any_in("names_follow") + r"[^\n]{0,120}(?:\n[^\n]{1,120})?[:：][ \t]{0,20}\n{1,3}"
        )
        """The line, or two, above a list of recipients."""
        self.other_role = re.compile(rf"\b{any_in('other_roles')}\b")
        self.role_above = re.compile(rf"\b{any_in('other_roles')}[ \t]*[:：]$")
        """The same at the end of the line above an address that begins its own."""
        self.before_sender = words_of("before_sender")
        """What that line ends with where it names none of these roles."""
        self.not_recipient = re.compile(any_in("not_recipients"))
        self.in_addresses = frozenset(
            word for name in ("senders", "not_recipients") for word in words_of(name)
        )
        """What tells of an address that no person's mail goes there."""
        of_mail = words_of("of_mail")
        self.of_mail = Scanner(Phrase(((word,),), False, len(word) > 3) for word in of_mail)
        """Finds what mail systems speak of. Up to three letters are a whole word, others begin
        one."""
        self.knows_mail = bool(of_mail)
        self.of_failure = re.compile(any_in("of_failure"))
        """Stands in a sentence that tells of something that failed."""
        self.numerals = Numerals(words_of("spoken_numbers"), words_of("spoken_points"))
        """How codes are said aloud."""


def _pattern(words: Iterable[str]) -> str:
    known = list(words)
    return f"(?:{any_of(known)})" if known else _NOTHING
