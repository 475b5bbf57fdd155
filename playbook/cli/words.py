"""How every command speaks: help and errors in the language of the user, out of `commands.yaml`.

click lays out help and tells what is wrong by methods and exceptions that are meant to be replaced;
what it would say itself, in English, is never shown but for a fault it has no class for.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from unicodedata import east_asian_width

import click

from playbook.errors import PlaybookError

if TYPE_CHECKING:
    from playbook.language import Language, Text

_LANGUAGES: tuple[Language, ...] = ("ja", "en")
"""Those of `playbook.language`, which takes longer to load than some commands take."""

WRONG = 2
"""Exit code of a command line that cannot be followed."""


@dataclass(frozen=True)
class Voice:
    """What a command answers with."""

    language: Language

    @cached_property
    def _texts(self) -> Mapping[str, Text]:
        from playbook.loader import label_texts

        return label_texts()

    def knows(self, label: str) -> bool:
        """There is such a text."""
        return label in self._texts

    def say(self, label: str, **values: str) -> str:
        """A text of the phrase files, its braces filled."""
        from playbook.language import fill

        return fill(self._texts[label].of(self.language), values)

    def help(self, command: str, name: str = "") -> str:
        """What a command, or a parameter of it or of every command, is for."""
        of_command = "_".join(filter(None, ("help", command, name)))
        return self.say(of_command if self.knows(of_command) else f"help_any_{name}")


class Wrong(click.UsageError):
    """A command line that cannot be followed; `label` is the text that says why."""

    def __init__(self, label: str, **values: str) -> None:
        super().__init__(label, click.get_current_context(silent=True))
        self.label = label
        self.values = values


class _NoCommand(click.UsageError):
    """There is no command of this name."""


class Existing(click.Path):
    """A file or folder that is there; where it is not, the text names it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise Wrong(_os_label(_why(Path(value))), file=os.fspath(value)) from error


def _why(path: Path) -> int:
    """What hinders a file or folder from being the one asked for, as `errno`."""
    if not path.exists():
        return errno.ENOENT
    return errno.EISDIR if path.is_dir() else errno.EACCES


def _os_label(number: int | None) -> str:
    return f"os_{errno.errorcode.get(number or 0, 'other').lower()}"


class Command(click.Command):
    """A command with `--lang` whose help stands in the phrase files."""

    allow_extra_args = True  # and told below, by a text

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.params.append(
            click.Option(
                ["--lang"], type=click.Choice(_LANGUAGES), default=_LANGUAGES[0],
                show_default=True, expose_value=False,
            )
        )  # fmt: skip

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; what no parameter takes is too much."""
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the parser knows none
            raise
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            raise Wrong("wrong_extra", given=" ".join(rest))
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help."""
        voice: Voice = ctx.obj
        usage = " ".join((ctx.command_path, *self.collect_usage_pieces(ctx)))
        about = voice.help(self.name or "").splitlines()
        lines = [voice.say("help_usage", command=usage), "", *_indented(about)]
        for label, kind in (("help_arguments", click.Argument), ("help_options", click.Option)):
            params = [each for each in self.get_params(ctx) if isinstance(each, kind)]
            if params:
                lines += ["", voice.say(label)]
            for param in params:
                lines.append(f"  {_written(param, ctx)}")
                lines += _indented(_purpose(param, ctx).splitlines(), 6)
        formatter.write("\n".join((*lines, *self._further_help(ctx))) + "\n")

    def _further_help(self, ctx: click.Context) -> Iterator[str]:
        _ = ctx
        yield from ()


def _indented(lines: Sequence[str], by: int = 2) -> list[str]:
    return [" " * by + line for line in lines]


def _purpose(param: click.Parameter, ctx: click.Context) -> str:
    """What a parameter is for; the text has the name by which a person writes it."""
    voice: Voice = ctx.obj
    name = max(param.opts, key=len).lstrip("-").replace("-", "_")
    return voice.help(ctx.command.name or "", name)


def _written(param: click.Parameter, ctx: click.Context) -> str:
    """How a parameter is written, whether it must be, and what holds where it is not."""
    voice: Voice = ctx.obj
    if not isinstance(param, click.Option):
        return " ".join(param.get_usage_pieces(ctx))
    written = ", ".join(sorted(param.opts, key=len))
    if not param.is_flag:
        written += f" {_value(param)}"
    if param.required:
        return voice.say("help_required", option=written)
    if param.show_default:
        return voice.say("help_default", option=written, default=str(param.default))
    return written


def _value(param: click.Option) -> str:
    if isinstance(param.type, click.Choice):
        return "|".join(param.type.choices)
    return param.metavar or param.type.name.split()[0].upper()


class Commands(Command, click.Group):
    """The commands of the program; what a person can mend is told in words, without a traceback."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Find out the language first: the rest of the line may be too wrong to be parsed."""
        voice = Voice(_asked_for(args))
        with _told(voice):
            return super().make_context(info_name, args, parent, obj=voice, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise _NoCommand(args[0], ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is named."""
        with _told(ctx.obj):
            return super().invoke(ctx)

    def _further_help(self, ctx: click.Context) -> Iterator[str]:
        voice: Voice = ctx.obj
        names = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        yield from ("", voice.say("help_commands"))
        for name in names:
            first = voice.help(name).splitlines()[0]
            yield f"  {name.ljust(max(map(len, names)))}  {first}"


def columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a table; a width below 0 is that of a cell whose text begins at its left."""
    line = ""
    for cell, width in zip(cells, widths, strict=True):
        blanks = " " * (abs(width) - cells_wide(cell))
        line += cell + blanks if width < 0 else blanks + cell
    return line.rstrip()


def cells_wide(text: str) -> int:
    """The width of a text at a terminal: a Japanese letter takes two cells."""
    return sum(1 + (east_asian_width(letter) in "WF") for letter in text)


command = partial(click.command, cls=Command)


def _asked_for(args: Sequence[str]) -> Language:
    """The language the line asks for, wherever; Japanese where it asks for none."""
    for this, after in pairwise((*args, "")):
        name, _, value = this.partition("=")
        if name == "--lang":
            return next((each for each in _LANGUAGES if each in (value, after)), "ja")
    return "ja"


@contextmanager
def _told(voice: Voice) -> Iterator[None]:
    """What goes wrong below ends the program with a text."""
    try:
        yield
    except click.UsageError as error:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            raise
        says = voice.say("error", says=_what_is_wrong(error, voice))
        if error.ctx is not None:
            says += "\n" + voice.say("wrong_help", command=error.ctx.command_path)
        raise _Told(says, WRONG) from error
    except PlaybookError as error:
        says = voice.say(error.label, **error.values)
        raise _Told(voice.say("error", says=says)) from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads has gone, `head` for one: click ends quietly
            raise
        raise _Told(voice.say("error", says=_of_the_computer(error, voice))) from error
    except KeyboardInterrupt as error:
        raise _Told(voice.say("stopped")) from error


class _Told(click.ClickException):
    """Ends the program with words that are complete."""

    def __init__(self, says: str, exit_code: int = 1) -> None:
        super().__init__(says)
        self.exit_code = exit_code  # type: ignore[misc]  # click sets it so itself

    def show(self, file: IO[Any] | None = None) -> None:
        """Print them."""
        click.echo(self.message, file=file, err=file is None)


def _of_the_computer(error: OSError, voice: Voice) -> str:
    label = _os_label(error.errno)
    return voice.say(
        label if voice.knows(label) else "os_other",
        file=str(error.filename2 or error.filename or ""),
        says=error.strerror or str(error),
    ).rstrip()


def _what_is_wrong(error: click.UsageError, voice: Voice) -> str:
    """Why a command line cannot be followed, by the class of the error and its parameter."""
    match error:
        case Wrong():
            return voice.say(error.label, **error.values)
        case _NoCommand(ctx=click.Context(command=click.Group(commands=commands))):
            names = [name for name, each in commands.items() if not each.hidden]
            return _unknown("wrong_command", error.message, names, voice)
        case click.NoSuchOption():
            known = [option for each in _params(error.ctx) for option in each.opts]
            return _unknown("wrong_option", error.option_name, known, voice)
        case click.BadOptionUsage():
            takes = next((p for p in _params(error.ctx) if error.option_name in p.opts), None)
            is_flag = isinstance(takes, click.Option) and takes.is_flag
            return voice.say("wrong_flag" if is_flag else "wrong_no_value", name=error.option_name)
        case click.MissingParameter(param=click.Parameter() as param, ctx=click.Context() as ctx):
            says = _purpose(param, ctx).splitlines()[0]
            return voice.say("wrong_missing", name=_name(param), says=says)
        case click.BadParameter(param=click.Parameter() as param):
            return _bad_value(error, param, voice)
    return voice.say("wrong_otherwise", says=error.format_message())


def _bad_value(error: click.UsageError, param: click.Parameter, voice: Voice) -> str:
    match param.type:
        case click.Choice(choices=choices):
            return voice.say("wrong_choice", name=_name(param), known=", ".join(choices))
        case click.IntRange(min=least, max=None):
            return voice.say("wrong_number", name=_name(param), least=str(least))
        case click.IntRange(min=least, max=most):
            values = {"least": str(least), "most": str(most)}
            return voice.say("wrong_number_between", name=_name(param), **values)
    return voice.say("wrong_otherwise", says=error.format_message())


def _unknown(label: str, given: str, known: Iterable[str], voice: Voice) -> str:
    """That there is no such thing, and what was probably meant."""
    says = voice.say(label, given=given)
    meant = get_close_matches(given, known, 1)
    return voice.say("wrong_meant", says=says, meant=meant[0]) if meant else says


def _params(ctx: click.Context | None) -> list[click.Parameter]:
    return ctx.command.get_params(ctx) if ctx else []


def _name(param: click.Parameter) -> str:
    """What a person calls a parameter."""
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name
