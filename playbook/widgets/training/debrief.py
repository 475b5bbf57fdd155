"""The page after a case: how it went, how the causes narrowed down, three ways side by side."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from playbook.diagnosis import Suspect
from playbook.language import Language
from playbook.schema import Knowledge
from playbook.training import Debrief, Look, Round, Walk
from playbook.training.words import why
from playbook.widgets.shared.parts import NOTHING, bullets, tag
from playbook.widgets.tree.drawing import Narrowing

NAMED = 4
"""Causes ruled out by a step that are named; a step that rules out more says the first."""


class DebriefPaper:
    """A debrief as HTML, in one language."""

    def __init__(
        self,
        told: Debrief,
        knowledge: Knowledge,
        language: Language,
        rounds: tuple[Round, ...] | None = None,
    ) -> None:
        """`rounds` are the votes of a class; None where nobody voted."""
        self._told, self._knowledge, self._language = told, knowledge, language
        self._rounds = rounds

    def _say(self, label: str, **values: str) -> str:
        return self._knowledge.say(label, self._language, **values)

    def summary(self) -> Markup:
        """What was wrong, what was named, what it cost, the traps."""
        say, told = self._say, self._told
        truth = self._knowledge.cause[told.case.cause].title.of(self._language)
        walk = told.trainee
        cost = say("debrief_cost", minutes=_short(walk.minutes), regret=_short(walk.regret))
        return tag(
            "article",
            tag("p", say("debrief"), class_="pb-by"),
            tag("h2", say("debrief_truth", cause=truth)),
            tag("p", cost, class_="pb-cost"),
            bullets(self._notes(), class_="pb-notes"),
            tag("p", say("debrief_verify", says=told.case.verify.of(self._language))),
            tabindex="-1",
        )

    def _notes(self) -> Iterator[Markup]:
        say, told = self._say, self._told
        solved, verified = told.trainee.solved, told.verified
        yield _note("good" if solved else "bad", say(f"debrief_{'' if solved else 'un'}solved"))
        if told.named is None:
            yield _note("bad", say("debrief_named_none"))
        elif told.named_right:
            yield _note("good", say("debrief_named_right"))
        else:
            named = told.named.title.of(self._language)
            yield _note("bad", say("debrief_named_wrong", cause=named))
        said = say(f"debrief_{'' if verified else 'un'}verified")
        yield _note("good" if verified else "bad", said)
        for trap in told.sprung:
            yield _note("bad", say("debrief_sprung", says=trap.bites.of(self._language)))
        if told.kept:
            yield _note("good", say("debrief_kept", count=str(len(told.kept))))
        if told.hints:
            yield _note("", say("debrief_hints", count=str(told.hints)))
        if told.undone:
            yield _note("", say("debrief_undone", count=str(told.undone)))

    def narrowing(self) -> Markup:
        """The causes still possible after each step, as a picture."""
        looks = self._told.trainee.looks
        if not looks:
            return NOTHING
        stages = (_chances(looks[0].before), *(_chances(look.after) for look in looks))
        truth = self._told.case.cause
        pictures = (
            tag("div", Markup(picture.drawn()), class_=class_)  # noqa: S704
            for picture, class_ in (
                (Narrowing(self._knowledge, self._language, stages, truth), "pb-wide"),
                (Narrowing(self._knowledge, self._language, stages, truth, tall=True), "pb-tall"),
            )
        )
        return tag(
            "section",
            tag("h2", self._say("debrief_narrowing")),
            tag("p", self._say("debrief_narrowing_note"), class_="pb-empty"),
            tag("div", *pictures, class_="pb-narrowing"),
        )

    def ways(self) -> Markup:
        """The trainee's way beside the expert's and the engine's."""
        trainee = "debrief_trainee" if self._rounds is None else "debrief_class"
        ways = (
            self._way(trainee, self._told.trainee, own=True),
            self._way("debrief_expert", self._told.expert),
            self._way("debrief_engine", self._told.engine),
        )
        return tag("h2", self._say("debrief_ways")) + tag("div", *ways, class_="pb-ways")

    def _way(self, label: str, walk: Walk, *, own: bool = False) -> Markup:
        total = self._say("debrief_total", minutes=_short(walk.minutes), regret=_short(walk.regret))
        voted = iter(self._rounds or ()) if own else iter(())
        steps = [
            self._step(look, None if look.move.kind == "notice" else next(voted, None), own=own)
            for look in walk.looks
        ]
        return tag(
            "section",
            tag("h3", self._say(label), tag("small", total)),
            bullets(steps, numbered=True, class_="pb-way"),
        )

    def _step(self, look: Look, voted: Round | None, *, own: bool) -> Markup:
        say = self._say
        minutes = say("debrief_step_minutes", minutes=_short(look.move.minutes))
        regret = NOTHING
        if round(look.regret, 1) > 0:
            says = say("debrief_regret", minutes=f"{look.regret:.1f}")
            regret = tag("span", says, class_="pb-against pb-regret")
        head = tag("p", tag("strong", self._title(look)), " ", tag("small", minutes), " ", regret)
        more = [tag("p", why(look, self._knowledge, self._language))]
        if own:
            more += [tag("p", each, class_="pb-empty") for each in self._beside(look, voted)]
        return tag("div", head, *(more if own or look.regret else ()))

    def _beside(self, look: Look, voted: Round | None) -> Iterator[str]:
        say, language = self._say, self._language
        if look.move.hypothesis is not None:
            cause = self._knowledge.cause[look.move.hypothesis].title.of(language)
            yield say("debrief_suspected", cause=cause, chance=f"{look.hypothesis:.0%}")
        if look.ruled_out:
            titles = [cause.title.of(language) for cause in look.ruled_out]
            rest = [f"+{len(titles) - NAMED}"] if len(titles) > NAMED else []
            causes = self._knowledge.listed([*titles[:NAMED], *rest], language)
            yield say("debrief_ruled_out", causes=causes)
        if voted is not None:
            yield say("debrief_vote", share=f"{voted.share_for_best:.0%}")

    def _title(self, look: Look) -> str:
        move, knowledge = look.move, self._knowledge
        if move.kind == "check":
            return knowledge.check[move.id].title.of(self._language)
        if move.kind == "remedy":
            return knowledge.remedy[move.id].title.of(self._language)
        return self._say(f"simulator_you_{move.kind}")


def _note(kind: str, says: str) -> Markup:
    return tag("span", says, class_=f"pb-note-{kind}" if kind else "pb-note")


def _short(minutes: float) -> str:
    return f"{minutes:.1f}".removesuffix(".0")


def _chances(suspects: tuple[Suspect, ...]) -> dict[str, float]:
    return {suspect.cause.id: suspect.probability for suspect in suspects}
