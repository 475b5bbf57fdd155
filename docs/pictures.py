"""Draw the pictures of the documentation: `python docs/pictures.py FOLDER`.

Boxes, arrows and words, nothing else; colours suit a light page and a dark one.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

INK, SOFT, ACT, CARE, LINE = "#1d2226", "#5a5f62", "#14527a", "#7a4a00", "#8d887c"
CARD, WASH, MARK = "#ffffff", "#e6f0f7", "#fff4d9"
FACES = "system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif"


class Picture:
    """A drawing that grows as things are put on it."""

    def __init__(self, name: str, says: str, width: int, height: int) -> None:
        """`says` is what those hear who cannot see it."""
        self.name = name
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="{escape(says)}" font-family="{FACES}" font-size="14">'
        )
        tip = (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="{LINE}"/></marker>'
            "</defs>"
        )
        paper = f'<rect width="{width}" height="{height}" rx="12" fill="#f4f3ef"/>'
        self._parts = [head, tip, paper]

    def text(  # noqa: PLR0913, PLR0917
        self, x: int, y: int, says: str, colour: str = INK, size: int = 14, weight: int = 400
    ) -> None:
        """A line of words; `y` is where its letters stand."""
        self._parts.append(
            f'<text x="{x}" y="{y}" fill="{colour}" font-size="{size}" font-weight="{weight}">'
            f"{escape(says)}</text>"
        )

    def box(self, x: int, y: int, width: int, lines: tuple[str, ...], fill: str = CARD) -> None:
        """A card: the first line is its title."""
        height = 20 + 20 * len(lines)
        self._parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}" '
            f'stroke="{LINE}"/>'
        )
        for number, line in enumerate(lines):
            first = number == 0
            y_line = y + 25 + 20 * number
            self.text(x + 14, y_line, line, INK if first else SOFT, 14 if first else 12,
                      700 if first else 400)  # fmt: skip

    def arrow(self, *points: tuple[int, int]) -> None:
        """A line through these points with a tip at its end."""
        path = " ".join(f"{x},{y}" for x, y in points)
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="1.5" '
            'marker-end="url(#tip)"/>'
        )

    def bar(self, x: int, y: int, share: float, width: int = 120) -> None:
        """A share of one as a bar."""
        self._parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="7" rx="3" fill="#dddad2"/>'
            f'<rect x="{x}" y="{y}" width="{round(width * share)}" height="7" rx="3" fill="{ACT}"/>'
        )

    def write(self, folder: Path) -> None:
        """Put it into a folder."""
        (folder / self.name).write_text("\n".join([*self._parts, "</svg>", ""]), encoding="utf-8")


def reading() -> Picture:
    """From what was pasted to the reason."""
    picture = Picture(
        "reading.svg",
        "A paste becomes shown text with zones; the machine part, the replies and the sentences "
        "give signs; the best believed sign is the reason, the others are kept.",
        960, 470,
    )  # fmt: skip
    picture.box(24, 40, 200, ("Anything pasted", "raw mail, HTML, copied text,", "one reply line"))
    picture.arrow((224, 80), (272, 80))
    picture.box(272, 40, 250, ("Intake", "charset, MIME, HTML, quoting undone:",
                               "one shown text, who speaks where"))  # fmt: skip
    rows = (
        ("headers", "who writes, who is told"),
        ("human part", "the system's words, replies it quotes"),
        ("machine part", "RFC 3464: action, status, diagnostic"),
        ("returned mail", "never evidence"),
    )
    for number, (zone, what) in enumerate(rows):
        y = 160 + 68 * number
        picture.box(272, y, 250, (zone, what), MARK if number == len(rows) - 1 else WASH)
    picture.arrow((397, 120), (397, 160))
    kinds = (
        (160, ("Kind of mail", "report, notice, letter of a person")),
        (228, ("Sentences", "wordings of mail systems, knowledge/wordings")),
        (296, ("Codes", "5.1.1, 550, systems' own uses")),
    )
    for y, lines in kinds:
        picture.box(572, y, 340, lines)
        picture.arrow((522, y + 30), (572, y + 30))
    picture.arrow((742, 356), (742, 390))
    verdict = ("Verdict: one order of trust", "the first sign decides, all are kept")
    picture.box(572, 390, 340, verdict, WASH)
    picture.text(572, 60, "Order of trust", SOFT, 12, 700)
    for number, line in enumerate((
        "1  what kind of report it is", "2  a sentence in the refusing server's reply",
        "3  a sentence of the reporting server", "4  an enhanced code; last the three digits",
    )):  # fmt: skip
        picture.text(572, 80 + 18 * number, line, SOFT, 12)
    return picture


def steps() -> Picture:
    """Choosing between asking and trying."""
    picture = Picture(
        "steps.svg",
        "Two ways on from the same three causes: to try remedies at once, 8 minutes expected, "
        "or to ask first for a minute, 6.2 minutes expected.",
        960, 400,
    )  # fmt: skip
    causes = (("wrong password", 0.5), ("port blocked", 0.3), ("outbox stuck", 0.2))
    picture.box(24, 60, 250, ("Causes left", "", "", ""))
    for number, (cause, share) in enumerate(causes):
        y = 106 + 20 * number
        picture.text(38, y, cause, SOFT, 12)
        picture.bar(140, y - 7, share, 90)
        picture.text(238, y, f"{share:.0%}", SOFT, 12)
    picture.text(24, 186, "Remedies: 6, 4 and 2 minutes.", SOFT, 12)
    picture.text(24, 206, "Tried by chance per minute.", SOFT, 12)

    picture.arrow((274, 100), (330, 100))
    at_once = _tried(causes)
    picture.box(330, 60, 280, ("Try a remedy at once", "outbox 2 min, then 6, then 4 as needed"))
    picture.arrow((610, 90), (664, 90))
    picture.text(676, 95, f"{at_once:.1f} minutes expected", CARE, 16, 700)

    picture.arrow((274, 130), (300, 130), (300, 250), (330, 250))
    picture.box(330, 220, 280, ("Ask first, 1 minute", "“Does a window ask for the password?”"))
    branches = (("yes: wrong password", (causes[0],)), ("no: one of the others", causes[1:]))
    asked = 1.0
    for number, (says, left) in enumerate(branches):
        y = 200 + 80 * number
        after = _tried(left)
        asked += after
        weight = sum(share for _, share in left)
        picture.arrow((610, 250), (664, y + 30))
        picture.box(
            664, y, 272, (says, f"{weight:.0%} of calls, then {after / weight:.1f} minutes")
        )
    picture.text(330, 316, f"{asked:.1f} minutes expected", ACT, 16, 700)
    picture.text(330, 340, "Less: so the question comes first.", SOFT, 12)
    picture.text(24, 376, "The engine weighs every check and every remedy so, several steps ahead, "
                 "a hand-over included; answers may be wrong or missing.", SOFT, 12)  # fmt: skip
    return picture


MINUTES = {"wrong password": 6.0, "port blocked": 4.0, "outbox stuck": 2.0}


def _tried(causes: tuple[tuple[str, float], ...]) -> float:
    """Minutes of trying remedies by chance per minute, weighted by the shares of the causes."""
    order = sorted(causes, key=lambda each: -each[1] / MINUTES[each[0]])
    left, spent = sum(share for _, share in causes), 0.0
    for cause, share in order:
        spent += left * MINUTES[cause]
        left -= share
    return spent


def main(folder: Path) -> None:
    """Draw all pictures into the folder."""
    for picture in (reading(), steps()):
        picture.write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
