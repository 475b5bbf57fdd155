"""Bytes become text, whatever charset was declared.

Declared charsets in bounces are often wrong: ISO-2022-JP that is EUC-JP or UTF-8, or nothing is
declared at all. So the bytes are asked first, in an order that recovers all Japanese samples tried:
escape sequences, then UTF-8, then a scored choice of CP932 and EUC-JP; only then the declaration
counts.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\x1b(?:\$[@AB]|\$\([A-Z]|\([BJI])")
_JAPANESE = frozenset(
    [
        "iso-2022-jp",
        "iso-2022-jp-1",
        "iso-2022-jp-2",
        "iso-2022-jp-ms",
        "shift_jis",
        "shift-jis",
        "sjis",
        "x-sjis",
        "cp932",
        "ms932",
        "windows-31j",
        "euc-jp",
        "x-euc-jp",
        "eucjp",
    ]
)
_UNDECLARED = frozenset(("", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "8bit"))
_WESTERN_SETS = frozenset(("iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"))
# Declared under the name of a smaller set, sent in the larger one: WHATWG's encoding table.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "ks_c_5601-1987": "cp949"}

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc、。]")
_KANJI = re.compile("[\u4e00-\u9fff]")
_SAMPLE = 1_500
"""Bytes by which the charset of a text without a usable declaration is judged."""

_ASCII = bytes(range(128))
_BLANK_BYTES = bytes(range(33))
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_JAPANESE_LETTER = re.compile("[\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uff66-\uff9f]")
_WESTERN = re.compile("[a-z][\u4e00-\u9fff\uff66-\uff9f]|[\u4e00-\u9fff\uff66-\uff9f][a-z]")
_HALF_KANA = re.compile("[\uff61-\uff9f\ue000-\uf8ff]")


def is_seven_bit(declared: str) -> bool:
    """Whether a charset writes other letters with those of ASCII, without escape sequences."""
    return declared.lower() in ("utf-7", "unicode-1-1-utf-7", "hz-gb-2312", "hz")


def decode(raw: bytes, declared: str = "") -> str:
    """The text of `raw`. Never raises: what cannot be read becomes U+FFFD."""
    if raw.isascii():
        return _seven_bit(raw, declared)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _ESCAPE.search(raw):
        return _iso_2022_jp(raw)
    declared = declared.lower()
    if declared in _JAPANESE:
        return _japanese(raw)
    if declared in _UNDECLARED or (declared in _WESTERN_SETS and _is_dense(raw)):
        return _eight_bit(raw)
    try:
        return raw.decode(_LARGER.get(declared, declared), "replace")
    except (LookupError, ValueError):
        return _eight_bit(raw)


def _seven_bit(raw: bytes, declared: str) -> str:
    if b"\x1b" in raw and _ESCAPE.search(raw):
        return _iso_2022_jp(raw)
    if is_seven_bit(declared):
        try:
            return raw.decode(declared.lower().replace("unicode-1-1-", ""))
        except (LookupError, ValueError):
            pass
    return raw.decode("ascii")


def _iso_2022_jp(raw: bytes) -> str:
    # ISO-2022-JP-2004 and -EXT know more escapes than the plain codec; JIS X 0201 kana among them.
    for codec in ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2"):
        try:
            return raw.decode(codec)
        except ValueError:
            continue
    return raw.decode("iso2022_jp_ext", "replace")


def _eight_bit(raw: bytes) -> str:
    """The best reading of a text without a usable declaration."""
    sample = raw if len(raw) <= _SAMPLE else _from_first_high_byte(raw)
    if not any(_KANA.search(_strictly(sample, codec)) for codec in _JAPANESE_CODECS):
        foreign = _without_kana(sample)
        if foreign:
            return raw.decode(foreign, "replace")
    return _japanese(raw)


_JAPANESE_CODECS = ("cp932", "euc_jp")


def _japanese(raw: bytes) -> str:
    """The better of CP932 and EUC-JP where either looks Japanese, else a Western reading."""
    sample = raw if len(raw) <= _SAMPLE else _from_first_high_byte(raw)
    whole = {codec: text for codec in _JAPANESE_CODECS if (text := _strictly(sample, codec))}
    if len(whole) == 1:
        codec, text = next(iter(whole.items()))
        if _JAPANESE_LETTER.search(text) and not _WESTERN.search(text):
            return raw.decode(codec, "replace")
    candidates = whole or {c: sample.decode(c, "replace") for c in _JAPANESE_CODECS}
    scores = {codec: _score(text) for codec, text in candidates.items()}
    codec = max(scores, key=lambda codec: scores[codec])
    if scores[codec] > 0:
        return raw.decode(codec, "replace")
    return raw.decode("utf-8" if _mostly_utf8(sample) else "cp1252", "replace")


_PAIRS = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
_BIG5_PAIRS = re.compile(rb"[\xa1-\xf9][\x40-\x7e\xa1-\xfe]")
_CYRILLIC = re.compile(rb"[\xa3\xb3\xc0-\xff]+")
_FEWEST = 12
"""Letters from which on a script can be told."""


def _is_dense(sample: bytes) -> bool:
    """Whether more letters are beyond ASCII than in any language of Western Europe."""
    high = len(sample.translate(None, _ASCII))
    return high >= _FEWEST and high * 4 >= len(sample.translate(None, _BLANK_BYTES))


def _without_kana(sample: bytes) -> str:
    """The charset of Russian, Korean or Chinese without a declaration; empty where it is none.

    No Japanese text of that length goes without kana. KOI8-R has its small letters where
    Windows-1251 has its capitals. Hangul of EUC-KR begin with B0 to C8, the Chinese characters of
    GB 2312 go on to F7; those of Big5 end in ASCII as often as not.
    """
    if not _is_dense(sample):
        return ""
    high = len(sample.translate(None, _ASCII))
    words = _CYRILLIC.findall(sample)
    letters = b"".join(words)
    if len(letters) * 20 >= high * 19 and len(letters) >= 3 * len(words):
        small = sum(0xC0 <= letter < 0xE0 for letter in letters)
        return "koi8-r" if small * 2 > len(letters) else "cp1251"
    pairs = _PAIRS.findall(sample)
    if len(pairs) >= _FEWEST and len(pairs) * 20 >= high * 9 and _strictly(sample, "gb18030"):
        hangul = sum(0xB0 <= pair[0] <= 0xC8 for pair in pairs)
        return "cp949" if hangul * 10 >= len(pairs) * 8 else "gb18030"
    pairs = _BIG5_PAIRS.findall(sample)
    common = sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs)
    if common >= _FEWEST and common * 10 >= len(pairs) * 7 and _strictly(sample, "big5"):
        return "big5"
    return ""


def _from_first_high_byte(raw: bytes) -> bytes:
    try:
        raw.decode("ascii")
    except UnicodeDecodeError as error:
        start = max(error.start - 20, 0)
    else:
        start = 0
    return raw[start : start + _SAMPLE]


def _strictly(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except ValueError as error:
        # The sample may end inside a letter.
        start = getattr(error, "start", 0)
        return raw[:start].decode(codec) if len(raw) - start < 3 <= start else ""


def _score(text: str) -> int:
    """How Japanese a text looks.

    Kana and common kanji speak for it; half-width kana, which every pair of EUC-JP bytes yields
    when read as CP932, a kanji inside a Western word, which an umlaut yields, and broken
    characters speak against it.
    """
    return (
        2 * len(_KANA.findall(text))
        + len(_KANJI.findall(text))
        - 3 * len(_HALF_KANA.findall(text))
        - 5 * len(_WESTERN.findall(text))
        - 5 * text.count("\ufffd")
    )


def _mostly_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(_BEYOND_ASCII.findall(text)) - broken
    return good > 2 * broken
