"""Answers that are ranks: the odds of a better one, against a likelihood written down answer by answer."""

from pathlib import Path

import numpy as np
import pytest

from tanteemma.ingest.formats.table import read_table
from tanteemma.journeys.drivers.facts import Column, Facts
from tanteemma.journeys.drivers.ordinal import is_ranked, ordered_model
from tanteemma.journeys.drivers.reading import TableQuestion, analyse_table
from tests.unit.journeys.drivers import oracle


def _ranked(rows: int = 600, seed: int = 4) -> Facts:
    chance = np.random.default_rng(seed)
    speed, price = chance.normal(size=rows), chance.normal(size=rows)
    felt = 1.2 * speed - 0.4 * price + chance.logistic(size=rows)
    return Facts(
        Column("stars", (np.searchsorted([-1.5, 0.0, 1.0], felt) + 1).astype(np.float64)),
        (Column("speed", (speed - speed.mean()) / speed.std()), Column("price", (price - price.mean()) / price.std())),
    )


def test_the_odds_are_those_that_made_the_answers() -> None:
    found = ordered_model(_ranked(5_000))
    assert found is not None
    speed, price = found.odds
    assert (found.ranks, found.n) == (4, 5_000)
    assert speed.low < np.exp(1.2) < speed.high
    assert price.low < np.exp(-0.4) < price.high
    assert 0.05 < found.pseudo_r2 < 0.5


def test_no_step_in_any_direction_makes_the_answers_likelier() -> None:
    facts = _ranked(200)
    found = ordered_model(facts)
    assert found is not None
    slopes = np.log([one.odds_ratio for one in found.odds])
    columns = np.column_stack([driver.values for driver in facts.drivers])
    ranks = (facts.outcome.values - 1).astype(np.int64)

    def likelihood(change: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        """With the best thresholds for these slopes, found by trying finer and finer steps."""
        thresholds, step = np.array([-1.5, 0.0, 1.0]), 0.5
        best = oracle.ordered_log_likelihood(slopes + change, thresholds, columns, ranks)
        while step > 1e-4:
            tried = [thresholds + sign * step * np.eye(3)[place] for place in range(3) for sign in (1, -1)]
            sorted_ones = [one for one in tried if (np.diff(one) > 0).all()]
            values = [oracle.ordered_log_likelihood(slopes + change, one, columns, ranks) for one in sorted_ones]
            if max(values) > best:
                best, thresholds = max(values), sorted_ones[int(np.argmax(values))]
            else:
                step /= 2
        return best

    here = likelihood(np.zeros(2))
    around = [likelihood(change) for change in (np.array(step) for step in ((0.1, 0), (-0.1, 0), (0, 0.1), (0, -0.1)))]
    assert max(around) < here


def test_few_whole_numbers_are_ranks_and_yes_or_no_means_and_lengths_are_not() -> None:
    def facts(*values: float, weights: bool = False) -> Facts:
        outcome = np.array(values, np.float64)
        return Facts(Column("y", outcome), (), np.ones(len(outcome)) if weights else None)

    assert is_ranked(facts(1, 2, 3, 5))
    assert not is_ranked(facts(0, 1, 1))
    assert not is_ranked(facts(1, 2.5, 3))
    assert not is_ranked(facts(*range(12)))
    assert not is_ranked(facts(1, 2, 3, weights=True))


def test_answers_that_a_driver_parts_completely_have_no_odds() -> None:
    ranks = np.repeat([1.0, 2.0, 3.0], 20)
    found = ordered_model(Facts(Column("y", ranks), (Column("x", ranks * 10),)))
    assert found is None or found.odds[0].odds_ratio > 1e6


def test_single_items_of_a_survey_are_ranked_and_their_means_are_not(real_logs: Path) -> None:
    table = read_table(real_logs / "drivers" / "ecsi_mobi.csv")
    drivers = ("IMAG1", "PERQ1", "PERV1")
    item = analyse_table(table, TableQuestion("CUSA1", drivers, shapes=False))
    assert item.ordinal is not None
    assert [one.driver for one in item.ordinal.odds] == list(drivers)
    assert all(one.odds_ratio > 1 for one in item.ordinal.odds)
    assert analyse_table(table, TableQuestion("satisfaction=CUSA*", drivers, shapes=False)).ordinal is None


@pytest.mark.slow
def test_a_readable_model_tells_churn_as_well_as_any(real_logs: Path) -> None:
    """Five parts, each told by what was learned from the others: AUC .845 to .849 as published."""
    from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415 - loaded where it is needed

    from tanteemma.journeys.drivers.leaks import area_under  # noqa: PLC0415 - as above

    table = read_table(real_logs / "churn" / "Telco-Customer-Churn.csv.gz")
    columns = [name for name in table.columns if name not in {"customerID", "Churn"}]
    values = np.empty((table.rows, len(columns)), dtype=object)
    for place, name in enumerate(columns):
        if table.says_numbers(name):
            values[:, place] = np.nan_to_num(table.numbers(name), nan=0.0)
        else:
            words = table.words(name)
            values[:, place] = np.array(words.words, dtype=object)[words.codes]
    left = table.words("Churn").codes == 1
    part = np.random.default_rng(1).permutation(table.rows) % 5
    told = np.zeros(table.rows)
    for number in range(5):
        model = ExplainableBoostingClassifier(interactions=0, outer_bags=4, n_jobs=1, random_state=1)
        model.fit(values[part != number], left[part != number])
        told[part == number] = model.predict_proba(values[part == number])[:, 1]
    assert 0.842 < area_under(told, left) < 0.853
