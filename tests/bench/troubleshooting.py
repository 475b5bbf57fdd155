"""Figures of the engine too long for the tests: `python tests/bench/troubleshooting.py [WHICH…]`.

foreign    noise-free models drawn at random: excess over the optimum by policy
second     customers who answer from another model than the engine's
learning   excess after closed cases, from a badly wrong guess and from a good one
speed      milliseconds of a step of the shipped policy on the knowledge
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter

import numpy as np

from playbook.diagnosis import REMEDY, SYMPTOM, UNKNOWN, Diagnosis
from playbook.loader import load_knowledge
from playbook.troubleshooting import (
    POLICIES,
    Cases,
    Check,
    Model,
    Remedy,
    optimum_minutes,
    play,
    with_noise,
    without_noise,
)
from playbook.troubleshooting.from_knowledge import CLOSED_CASE, DONT_KNOW, WRONG, Numbers

SCRIPTS = ("weighing-script", "printed-script")


def drawn_model(seed: int) -> Model:
    """A noise-free model of 6 to 22 causes, half of them with remedies that overlap."""
    random = np.random.default_rng(seed)
    causes = [f"c{i}" for i in range(random.integers(6, 23))]
    usual = random.choice([3.0, 8.0, 20.0])
    remedies = [
        Remedy(f"r_{cause}", float(random.uniform(0.3, 1.7) * usual), {cause: 1.0})
        for cause in causes
    ]
    for i in range(random.integers(0, 5) if random.random() < 0.5 else 0):
        some = random.choice(causes, size=random.integers(2, 6), replace=False)
        minutes = float(random.uniform(0.5, 2.5) * usual)
        remedies.append(Remedy(f"x{i}", minutes, dict.fromkeys(map(str, some), 1.0)))
    checks = []
    for i in range(random.integers(3, 18)):
        outcomes = int(random.choice([2, 2, 2, 3, 4]))
        shares = random.dirichlet(np.full(outcomes, random.choice([0.4, 1.0, 3.0])))
        given = random.choice(outcomes, size=len(causes), p=shares)
        table = {
            str(o): {cause: float(given[j] == o) for j, cause in enumerate(causes)}
            for o in range(outcomes)
        }
        checks.append(Check(f"q{i}", float(random.uniform(0.5, 4.0)), table))
    weights = random.dirichlet(np.full(len(causes), random.choice([0.3, 1.0, 5.0]))) + 1e-4
    hand_over = float(random.choice([20.0, 60.0, 150.0]))
    return Model(dict(zip(causes, weights, strict=True)), tuple(remedies), tuple(checks), hand_over)


def foreign() -> Iterator[str]:
    names = [name for name in POLICIES if name not in SCRIPTS]
    excess: dict[str, list[float]] = {name: [] for name in names}
    for seed in range(100):
        model = drawn_model(seed)
        optimum = optimum_minutes(model) or 0.0
        cases = Cases.one_of_each(model)
        for name in names:
            played = play(POLICIES[name](model), model, model, cases)
            excess[name].append(100 * (played.expected_minutes / optimum - 1))
    for name, found in excess.items():
        over = sum(each > 1 for each in found)
        yield f"{name:<12} mean {np.mean(found):.2f} %, worst {max(found):.2f} %, {over} above 1 %"


def misled(check: Check) -> Check:
    """Six in ten who changed something say "nothing"; three in ten mistake the line."""
    outcomes = {outcome: dict(by_cause) for outcome, by_cause in check.outcomes.items()}
    if check.id == "recent_change":
        for outcome in outcomes.keys() - {"nothing"}:
            for cause, share in outcomes[outcome].items():
                outcomes["nothing"][cause] += 0.6 * share
                outcomes[outcome][cause] = 0.4 * share
    if check.id == "line_used":
        own, other = check.outcomes["own"], check.outcomes["other"]
        outcomes["own"] = {cause: 0.7 * own[cause] + 0.3 * other[cause] for cause in own}
        outcomes["other"] = {cause: 0.7 * other[cause] + 0.3 * own[cause] for cause in own}
    return replace(check, outcomes=outcomes)


def second() -> Iterator[str]:
    numbers = Numbers(load_knowledge())
    for symptom in numbers.knowledge.symptom:
        written = numbers.written(symptom)
        others = replace(written, checks=tuple(map(misled, written.checks)))
        worlds = [with_noise(each, unknown=DONT_KNOW, wrong=WRONG) for each in (written, others)]
        cases = Cases.drawn(worlds[0], 2000, 1)
        for name in ("shipped", "one-step", *SCRIPTS):
            policy = POLICIES[name](worlds[0])
            first, second = (
                play(policy, numbers.model(symptom), world, cases).expected_minutes
                for world in worlds
            )
            more = 100 * (second / first - 1)
            yield f"{symptom:<24}{name:<17}{first:7.2f} -> {second:6.2f} minutes ({more:+.1f} %)"


def learning() -> Iterator[str]:
    numbers = Numbers(load_knowledge())
    policy = POLICIES["look-ahead"](numbers.model(None))
    for symptom in numbers.knowledge.symptom:
        model = without_noise(numbers.written(symptom))
        for guess, concentration in (("badly wrong", 5.0), ("good", 1000.0)):
            random = np.random.default_rng(3)
            excess: dict[int, list[float]] = {closed: [] for closed in (0, 30, 100, 300)}
            for _ in range(8):
                truth = random.dirichlet(concentration * model.prior) + 1e-6
                true = replace(model, weights=dict(zip(model.causes, truth, strict=True)))
                cases = Cases.one_of_each(true)
                best = play(policy, true, true, cases).expected_minutes
                came = random.choice(len(truth), size=300, p=truth / truth.sum())
                for closed, found in excess.items():
                    counts = np.bincount(came[:closed], minlength=len(truth))
                    learned = {
                        cause: weight + CLOSED_CASE * float(counts[i])
                        for i, (cause, weight) in enumerate(model.weights.items())
                    }
                    believed = replace(model, weights=learned)
                    minutes = play(policy, believed, true, cases).expected_minutes
                    found.append(100 * (minutes / best - 1))
            told = "  ".join(
                f"{closed}: {np.mean(found):.1f} %" for closed, found in excess.items()
            )
            yield f"{symptom:<24}{guess:<13}excess after closed cases  {told}"


def speed() -> Iterator[str]:
    knowledge = load_knowledge()
    start = Diagnosis.start(knowledge)
    for symptom in (None, *knowledge.symptom):
        opened = start.observe(SYMPTOM, symptom) if symptom else start
        took = sorted(_steps(opened))
        median, most = took[len(took) // 2], took[int(0.95 * len(took))]
        name = symptom or "whole knowledge"
        yield f"{name:<24}median {median:.1f} ms, 95 % under {most:.1f} ms ({len(took)} steps)"


def _steps(opened: Diagnosis) -> Iterator[float]:
    random = np.random.default_rng(0)
    for _ in range(30):
        diagnosis = Diagnosis(opened.numbers, opened.observations)
        for _ in range(12):
            started = perf_counter()
            step = diagnosis.next_steps()[0]
            yield 1000 * (perf_counter() - started)
            if step.kind == "hand_over":
                break
            if step.kind == "remedy":
                diagnosis = diagnosis.observe(REMEDY + step.id, "failed")
                continue
            forecasts = diagnosis.foresee(step.id)
            chances = np.array([forecast.chance for forecast in forecasts])
            outcome = forecasts[random.choice(len(chances), p=chances / chances.sum())].outcome
            known = random.random() >= DONT_KNOW
            diagnosis = diagnosis.observe(step.id, outcome if known else UNKNOWN)


BENCHES: dict[str, Callable[[], Iterator[str]]] = {
    "foreign": foreign,
    "second": second,
    "learning": learning,
    "speed": speed,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="*", default=[*BENCHES], choices=BENCHES)
    for which in parser.parse_args().which:
        for line in BENCHES[which]():
            print(line, flush=True)
