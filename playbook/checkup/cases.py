"""Proofs over the training cases: each is played by its expert and by the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playbook.bounce import reader_of
from playbook.checkup.proof import Proof, fault
from playbook.diagnosis import BOUNCE, REMEDY
from playbook.errors import Fault
from playbook.schema import Case, Knowledge
from playbook.training import TrainingRoom
from playbook.training.random_cases import NEARLY_IMPOSSIBLE
from playbook.training.trainees import engine, play


def case_proofs(knowledge: Knowledge) -> tuple[Proof, ...]:
    """Every proof over the training cases."""
    case_study = _CaseStudy(knowledge)
    return (
        case_study.proof(
            "どの事例の答えも、その原因で起こりうる",
            "every fact of a case can happen with its cause",
            case_study.unlikely_facts,
        ),
        case_study.proof(
            "どの事例も、すべて分かれば本当の原因が最有力になる",
            "with all facts known, the hidden cause of every case comes first",
            case_study.another_first,
        ),
        case_study.proof(
            "どの事例の模範の道筋も、正しい対処で終わる",
            "the expert's path of every case ends in its remedy",
            case_study.path_astray,
        ),
        case_study.proof(
            "どの事例も、診断の助言どおりに進めば、落とし穴にはまらずに解決する",
            "every case is solved by following the diagnosis, without running into a trap",
            case_study.advice_astray,
        ),
        case_study.proof(
            "事例のエラーメールは、書かれた理由に読み取られ、本当の原因を指す",
            "the notice of a case is read as its reason, which speaks for the hidden cause",
            case_study.notice_astray,
        ),
    )


class _CaseStudy:
    """The cases with what is needed to play them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._room = TrainingRoom(knowledge)
        self._reader = reader_of(knowledge)

    def proof(self, ja: str, en: str, find: Callable[[Case], Iterator[tuple[str, str]]]) -> Proof:
        """The law with the faults that `find` sees in any case."""
        cases = self._knowledge.cases
        return Proof(
            ja,
            en,
            len(cases),
            tuple(self._fault(case, *told) for case in cases for told in find(case)),
        )

    def _fault(self, case: Case, ja: str, en: str) -> Fault:
        return fault(self._knowledge, "case", case.id, ja, en)

    def unlikely_facts(self, case: Case) -> Iterator[tuple[str, str]]:
        numbers = self._room.open(case).opening.numbers
        for check, fact in case.facts.items():
            if not self._knowledge.check[check].is_asked_for(case.symptom):
                yield (
                    f"「{check}」はこの症状では聞かない確認です。facts から消してください。",
                    f"the check '{check}' is not asked for this symptom; remove it from the facts",
                )
            elif numbers.likelihood(check)[fact.outcome][case.cause] < NEARLY_IMPOSSIBLE:
                yield (
                    f"「{check}: {fact.outcome}」は、原因「{case.cause}」ではまず起こりません。",
                    f"'{check}: {fact.outcome}' hardly ever happens with the cause '{case.cause}'",
                )

    def another_first(self, case: Case) -> Iterator[tuple[str, str]]:
        diagnosis = self._room.open(case).opening
        for check, fact in case.facts.items():
            diagnosis = diagnosis.observe(check, fact.outcome)
        if case.notice:
            diagnosis = diagnosis.observe(BOUNCE, case.notice.reason)
        first = diagnosis.suspects()[0].cause
        if first.id != case.cause:
            yield (
                f"すべての答えがそろっても「{first.id}」が先に立ちます。facts を見直してください。",
                f"with all facts known '{first.id}' comes first; revise the facts",
            )

    def path_astray(self, case: Case) -> Iterator[tuple[str, str]]:
        remedy = REMEDY + self._knowledge.cause[case.cause].remedy
        *before, last = case.path
        if last != remedy:
            yield (
                f"path は「{remedy}」で終わらなければなりません。",
                f"the path must end in '{remedy}'",
            )
        if remedy in before or len(set(case.path)) < len(case.path):
            yield (
                "path に同じ一手が2回あるか、対処のあとに続きがあります。",
                "the path has a step twice, or goes on after its remedy",
            )
        for told in set(before) & set(case.opening_facts):
            yield (
                f"「{told}」は最初の言葉で分かっています。path から消してください。",
                f"the opening words already tell '{told}'; remove it from the path",
            )

    def advice_astray(self, case: Case) -> Iterator[tuple[str, str]]:
        played = play(self._room.open(case), engine)
        for trap in (trap for move in played.moves for trap in move.sprung):
            yield (
                f"診断が、してはならない対処「{trap.lure}」を勧めます。事例か原因を見直してください。",
                f"the diagnosis advises the lure '{trap.lure}'; revise the case or its cause",
            )
        if not played.is_solved:
            yield (
                "診断の助言どおりに進めると、解決する前に引き継ぎになります。",
                "following the diagnosis, it is handed over before it is solved",
            )

    def notice_astray(self, case: Case) -> Iterator[tuple[str, str]]:
        if case.notice is None:
            return
        reason = case.notice.reason
        read = self._reader.read(case.notice.text).reason
        if read != reason:
            yield (
                f"エラーメールが「{reason}」ではなく「{read}」に読まれます。",
                f"its notice is read as '{read}', not '{reason}'",
            )
        if case.cause not in {cause.id for cause in self._knowledge.causes_of(reason)}:
            yield (
                f"不達理由「{reason}」は、原因「{case.cause}」を指しません。",
                f"the reason '{reason}' does not speak for the cause '{case.cause}'",
            )
