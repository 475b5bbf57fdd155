"""How machines write times."""

_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|zzz),? "
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|zzz)"

TIME = (
    rf"(?=[\dADFJMNOSTWz])(?:"
    rf"(?:{_DAY})?(?:\d\d? {_MONTH} \d{{4}}|{_MONTH} [ \d]?\d(?: \d{{4}})?)"
    r" \d\d:\d\d:\d\d(?: \d{4})?"
    r"|(?:\d{4}-\d\d-\d\d[Tz ])?\d\d:\d\d:\d\d)"
)
"""A time as in RFC 5322, 3.3, in C's ctime or in RFC 3339; or what stands in for one, which has the
letter z for each."""
