"""Traits by declared formulas: kept per event they equal a recount, in profiles and in conditions alike, whatever the order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.identity.profile.facet import Facet, joined, unpacked
from tanteemma.identity.profile.formulas import NOTE, Formula, How
from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.identity.profile.profile import Seen, computed_of, day_number
from tanteemma.identity.profile.reading import gathered
from tanteemma.journeys.where import tree
from tanteemma.serve.formulas import condition_on, formula_written, read_formula
from tanteemma.serve.worker.segmented import listed_people, numbers_where
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import key_of, words_of
from tanteemma.store.house import Store
from tanteemma.store.operational import notes
from tanteemma.store.profiles.kept import KeptFacets
from tests.store.made_events import Made, flush_of, table_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SEEN = Seen(NOW, day_number(NOW, BERLIN), "2026-11-26")
TEXTS = (
    "count any",
    "count 'A' last 7d",
    "count 'B' via 'web'",
    "sum of property.price at 'A'",
    "sum of score last 30d",
    "first of channel",
    "last of property.group at 'B'",
    "min of property.price",
    "max of property.price if property.group = 'Pfannen' last 90d",
    "distinct of property.group",
    "distinct of channel last 30d",
    "distinct of name if property.price >= 2.0",
    "since 'A'",
    "since any via 'call' if property.group != 'Töpfe'",
)
FORMULAS = tuple(read_formula(text, text) for text in TEXTS)

_PROPERTIES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"price": st.one_of(st.integers(-3, 9), st.sampled_from([2.5, "3,5", "4.25", "teuer", None, True]))},
        optional={
            "group": st.sampled_from(["Pfannen", "Töpfe", 7, None]),
            "$score": st.just({"value": 4, "low": 0, "high": 10, "best": 10}),
        },
    ),
)
_EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from("ABC"),
        st.integers(0, 100 * 86_400),
        st.sampled_from(["web", "call", None]),
        _PROPERTIES,
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda one: one[2],
)


def _made(drawn: list[Any]) -> list[Made]:
    now_us = int(NOW.timestamp()) * 1_000_000
    return [
        Made(
            number + 1,
            f"user:{who}",
            None,
            name,
            now_us - ago * 1_000_000,
            channel=channel,
            properties=None if said is None else msgspec.json.encode(said).decode(),
        )
        for number, (who, name, ago, channel, said) in enumerate(drawn)
    ]


def _number(said: object) -> float | None:
    if isinstance(said, bool) or said is None:
        return None
    try:
        return float(str(said).replace(",", "."))
    except ValueError:
        return None


def _obvious(formula: Formula, events: list[Made]) -> object:
    """Straight from the meaning of each formula, event by event."""
    chosen = []
    for one in sorted(events, key=lambda one: one.time):
        said = msgspec.json.decode(one.properties) if one.properties else {}
        facts = {"score": said.get("$score", {}).get("value"), "channel": one.channel, "name": one.name}
        facts |= {f"property.{name}": value for name, value in said.items() if not name.startswith("$")}
        at = datetime.fromtimestamp(one.time / 1e6, UTC)
        if formula.days and (NOW.astimezone(BERLIN).date() - at.astimezone(BERLIN).date()) >= timedelta(formula.days):
            continue
        if formula.touchpoint not in {None, one.name} or formula.channel not in {None, one.channel}:
            continue
        if all(_so(facts.get(given.fact), given.compare, given.values[0]) for given in formula.given):
            chosen.append((one, facts.get(formula.fact)))
    if formula.how is How.COUNT:
        return len(chosen)
    if formula.how is How.SINCE:
        return int((NOW.timestamp() - chosen[-1][0].time / 1e6) // 86_400) if chosen else None
    if formula.how in {How.SUM, How.MIN, How.MAX}:
        numbers = [number for _, value in chosen if (number := _number(value)) is not None]
        made: dict[How, Callable[..., float]] = {How.SUM: sum, How.MIN: min, How.MAX: max}
        return made[formula.how](numbers) if numbers or formula.how is How.SUM else None
    words = [str(value) for _, value in chosen if value is not None]
    if formula.how is How.DISTINCT:
        return len(set(words))
    return (words[0] if formula.how is How.FIRST else words[-1]) if words else None


def _so(said: object, compare: str, wanted: object) -> bool:
    if isinstance(wanted, float):
        number = _number(said)
        return number is not None and number >= wanted
    return said is not None and (str(said) == wanted) is (compare == "=")


@settings(max_examples=120, deadline=None)
@given(_EVENTS, st.randoms(use_true_random=False))
def test_what_is_kept_equals_the_obvious_recount_in_any_order(drawn: list[Any], dice: Any) -> None:
    events = _made(drawn)
    whole = joined(gathered(table_of(events), BERLIN, NOW, FORMULAS).values())
    for trait in computed_of(FORMULAS, whole, SEEN):
        assert trait.value == _obvious(trait.formula, events), trait.name
    dice.shuffle(events)
    cut = len(events) // 2
    halves = [gathered(table_of(part), BERLIN, NOW, FORMULAS) for part in (events[:cut], events[cut:]) if part]
    assert joined(facet for half in halves for facet in half.values()).computed == whole.computed


@pytest.mark.parametrize("seed", range(3))
def test_conditions_find_whom_the_profiles_say(tmp_path: Path, seed: int) -> None:
    dice = np.random.default_rng(seed)
    events = _made(
        [
            (
                int(dice.integers(0, 30)),
                "ABC"[int(dice.integers(0, 3))],
                int(dice.integers(0, 100 * 86_400)),
                [None, "web", "call"][int(dice.integers(0, 3))],
                {
                    "price": [1, 2.5, "3,5", "teuer"][int(dice.integers(0, 4))],
                    "group": ["Pfannen", "Töpfe"][int(dice.integers(0, 2))],
                },
            )
            for _ in range(300)
        ]
    )
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        store.beside = _Now()
        store.commit(flush_of(0, events))
        facets = gathered(table_of(events), BERLIN, NOW, FORMULAS)
        with store.snapshot() as snapshot:
            for formula in FORMULAS:
                values = {who: _value(formula, facet) for who, facet in facets.items()}
                some = sorted({value for value in values.values() if value is not None}, key=str)
                wanted: Any = some[len(some) // 2]
                atom = tree.HasTrait(formula.name, tree.Compare.EQUAL, wanted if isinstance(wanted, str) else float(wanted))
                numbers = numbers_where(snapshot, condition_on(formula, atom, NOW, BERLIN))
                assert _names(snapshot, numbers, facets) == {who for who, value in values.items() if value == wanted}, (
                    formula.name
                )


class _Now:
    def known(self, _looked: object, _fact: object) -> Any:
        return np.array([int(NOW.timestamp()) * 1_000_000], np.int64)


def _value(formula: Formula, facet: Facet) -> str | float | None:
    (trait,) = computed_of((formula,), facet, SEEN)
    return trait.value


def _names(snapshot: Any, numbers: Any, facets: dict[str, Facet]) -> set[str]:
    names = list(facets)
    mine = listed_people(snapshot, *words_of([key_of(name) for name in names]))
    return {name for name, number in zip(names, mine.tolist(), strict=True) if number in set(numbers.tolist())}


def test_a_changed_formula_is_gathered_anew_and_survives_a_restart(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    events = _made([(0, "A", 10, "web", {"price": 5}), (0, "B", 20, None, None)])
    with Store.open(folder, write=True) as store, KeptFacets(folder.profiles_db, write=True) as kept:
        keeper = ProfileKeeper(store, kept, BERLIN, lambda: NOW)
        store.followers.append(keeper.follow)
        store.commit(flush_of(0, events))
        keeper.complete_now()
        for text, value in (("count any", 2), ("sum of property.price", 5.0)):
            with store.operational.begin() as tx:
                notes.put(tx, NOTE, (read_formula("x", text),))
            keeper.declared_anew()
            keeper.complete_now()
            assert _kept(kept, read_formula("x", text)) == value
    with Store.open(folder, write=True) as store, KeptFacets(folder.profiles_db, write=True) as kept:
        with store.operational.begin() as tx:
            notes.put(tx, NOTE, (read_formula("x", "count 'A'"),))
        ProfileKeeper(store, kept, BERLIN, lambda: NOW).complete_now()
        assert _kept(kept, read_formula("x", "count 'A'")) == 1


def _kept(kept: KeptFacets, formula: Formula) -> str | float | None:
    return _value(formula, unpacked(kept.get([key_of("user:0")])[key_of("user:0")].body))


@pytest.mark.parametrize("text", TEXTS)
def test_a_formula_is_read_back_as_it_was_written(text: str) -> None:
    formula = read_formula("x", text)
    assert read_formula("x", formula_written(formula)) == formula
