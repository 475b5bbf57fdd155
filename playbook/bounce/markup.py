"""HTML becomes the lines a reader sees. Linear in the text: no pattern looks further than a tag."""

from __future__ import annotations

import re
from html import unescape

_HIDDEN = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head", "</head"))
_BREAK = re.compile(
    r"</?(?:br|p|div|tr|li|ul|ol|table|h[1-6]|hr|pre|blockquote|body|html|dt|dd|center|section)"
    r"(?:\s[^<>]{0,4000})?/?>", re.IGNORECASE,
)  # fmt: skip
_BETWEEN_CELLS = re.compile(r"</t[dh]>\s*(?=<t[dh][\s>])", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|address|article|aside|b|base|big|body|button|caption|cite|code|col|colgroup|del|"
    r"em|fieldset|figure|font|footer|form|header|html|i|iframe|img|input|ins|kbd|label|legend|link|"
    r"main|map|mark|meta|nav|noscript|o:p|object|option|param|q|s|samp|select|small|span|strike|"
    r"strong|sub|sup|tbody|td|textarea|tfoot|th|thead|tt|u|var|wbr)(?:\s[^<>]{0,4000})?/?>"
    r"|<!doctype[^<>]{0,400}>|<\?xml[^<>]{0,400}>", re.IGNORECASE,
)  # fmt: skip
_LOOKS = re.compile(
    r"<(?:html|body|br|div|table|td|tr|p|span|font|pre|a href)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_EMPTY_LINES = re.compile(r"\n[ \t\u00a0]*\n[\s\u00a0]*\n")


def looks_like_html(text: str) -> bool:
    """Whether tags stand among the words."""
    return "<" in text and _LOOKS.search(text) is not None


def text_of_html(text: str) -> str:
    """The text of an HTML page, a line for each block. Addresses in angle brackets are no tags."""
    small = text.lower()
    for opening, closing in _HIDDEN:
        if opening in small and len(small) == len(text):
            text = _without(text, small, opening, closing)
            small = text.lower()
    if "<pre" not in small:
        # Line ends of the source are blanks; only blocks and breaks start a line.
        text = text.replace("\n", " ")
    if "<td" in small:
        # As copied out of a browser: the cells of a row with a tab between them.
        text = _BETWEEN_CELLS.sub("\t", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return _EMPTY_LINES.sub("\n\n", unescape(text)).strip()


def _without(text: str, small: str, opening: str, closing: str) -> str:
    """`text` without what stands between the two; an opening that is never closed stays.

    `small` is `text` in small letters.
    """
    kept: list[str] = []
    end = 0
    while (start := small.find(opening, end)) >= 0:
        close = small.find(closing, start)
        if close < 0:
            break
        kept.append(text[end:start])
        end = close + len(closing)
    return " ".join((*kept, text[end:]))
