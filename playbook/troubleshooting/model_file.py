"""Models written by others: a JSON file with causes, remedies and checks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from playbook.troubleshooting.model import Check, Model, Remedy

_Minutes = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1)]
_ROUNDING = 0.02


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CauseEntry(_Entry):
    """A cause with its prior weight; only the ratios of weights matter."""

    id: str
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class RemedyEntry(_Entry):
    """A remedy, the causes it repairs and its chance of success with each."""

    id: str
    minutes: _Minutes
    repairs: tuple[str, ...]
    chance: _Share = 1.0


class CheckEntry(_Entry):
    """A check with the likelihood of each outcome by cause; 0 where a cause is left out."""

    id: str
    minutes: _Minutes
    outcomes: dict[str, dict[str, _Share]] = Field(min_length=1)


class ModelFile(_Entry):
    """A whole model file; every cause named exists, and likelihoods sum to 1."""

    format: Literal[1]
    hand_over_minutes: _Minutes
    causes: tuple[CauseEntry, ...] = Field(min_length=1)
    remedies: tuple[RemedyEntry, ...] = ()
    checks: tuple[CheckEntry, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        causes = {cause.id for cause in self.causes}
        if not math.isfinite(total := sum(cause.weight for cause in self.causes)) or total <= 0:
            raise ValueError("no cause has any weight")
        for kind in (self.causes, self.remedies, self.checks):
            _each_id_once(entry.id for entry in kind)
        for remedy in self.remedies:
            _known(causes, remedy.id, remedy.repairs)
        for check in self.checks:
            for outcome in check.outcomes.values():
                _known(causes, check.id, outcome)
            for cause in causes:
                _sums_to_one(check, cause)
        return self

    def model(self) -> Model:
        """The model the file describes."""
        return Model(
            weights={cause.id: cause.weight for cause in self.causes},
            remedies=tuple(
                Remedy(remedy.id, remedy.minutes, dict.fromkeys(remedy.repairs, remedy.chance))
                for remedy in self.remedies
            ),
            checks=tuple(self._check(check) for check in self.checks),
            hand_over_minutes=self.hand_over_minutes,
        )

    def _check(self, check: CheckEntry) -> Check:
        totals = {cause.id: _total(check, cause.id) for cause in self.causes}
        return Check(
            check.id,
            check.minutes,
            {
                outcome: {cause: share / totals[cause] for cause, share in by_cause.items()}
                for outcome, by_cause in check.outcomes.items()
            },
        )


def _total(check: CheckEntry, cause: str) -> float:
    return sum(by_cause.get(cause, 0.0) for by_cause in check.outcomes.values())


def _sums_to_one(check: CheckEntry, cause: str) -> None:
    if abs(_total(check, cause) - 1.0) > _ROUNDING:
        raise ValueError(
            f"check '{check.id}': the likelihoods of cause '{cause}' sum to "
            f"{_total(check, cause):g}, not 1"
        )


def _known(causes: set[str], entry: str, named: Iterable[str]) -> None:
    for cause in named:
        if cause not in causes:
            raise ValueError(f"'{entry}' names the cause '{cause}', which is not in the file")


def _each_id_once(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise ValueError(f"the id '{id_}' is given twice")
        seen.add(id_)
