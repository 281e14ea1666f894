"""The way to a living map: an empty company stands at the first stop, the sample company where its documents say."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.model.texts import LANGUAGES, catalogue
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Change
from tanteemma.workshop.examples import MAP, sample_documents
from tanteemma.workshop.guide import Drawn, Standing, State, Stop, next_stop, standing_of, way

TODAY = date(2026, 11, 27)
COUNTS = tuple(name for name in Standing.__struct_fields__ if name != "map")


def sample() -> dict[str, Drawn]:
    found = {}
    for draft in sample_documents("de", TODAY):
        kind = document_kinds.named(draft.kind)
        fields = [Change(field=name, value=value) for name, value in draft.fields.items()]  # type: ignore[arg-type]  # the schema says what fits
        content = apply_edits(kind, Content(), [*fields, *draft.edits], 1).content
        found[draft.key] = Drawn(draft.key, draft.kind, content)
    return found


def standing(counts: dict[str, int]) -> Standing:
    return msgspec.structs.replace(Standing(), **counts)


def states(there: Standing) -> dict[str, str]:
    return {one.stop.value: one.state.value for one in way(there)}


def test_an_empty_company_stands_at_the_first_stop() -> None:
    reached = way(standing_of((), 0))
    assert [one.stop for one in reached] == list(Stop)
    assert {one.state for one in reached} == {State.OPEN}
    assert next_stop(reached) is Stop.READINESS


def test_the_sample_company_has_measured_and_promised_but_proven_nothing() -> None:
    there = standing_of(sample().values(), 448_889)
    assert there.map == MAP
    found = states(there)
    done = {name for name, state in found.items() if state == "done"}
    assert done >= {"collect", "visualise", "personas", "steps", "emotions", "weights", "measure", "fix"}
    assert found["channels"] == "begun"  # one touchpoint has no owner yet
    assert found["prove"] == "open"


def test_a_measure_that_is_done_is_proven_by_what_it_links_to() -> None:
    drawn = sample()[MAP].content
    measure = drawn.of_kind("measure")[0].id
    edits = [Change(at=measure, field=name, value=value, seen=1) for name, value in (("state", "done"), ("links", ()))]
    begun = apply_edits(document_kinds.named("map"), drawn, edits, 2).content
    assert states(standing_of([Drawn("m", "map", begun)], 1))["prove"] == "begun"
    edits[1] = Change(at=measure, field="links", value=("finding:loop",), seen=1)
    proven = apply_edits(document_kinds.named("map"), drawn, edits, 2).content
    assert states(standing_of([Drawn("m", "map", proven)], 1))["prove"] == "done"


def test_the_end_of_the_way_has_no_next_stop() -> None:
    assert next_stop(way(standing(dict.fromkeys(COUNTS, 5)))) is None


@given(counts=st.fixed_dictionaries({name: st.integers(0, 30) for name in COUNTS}), more=st.sampled_from(COUNTS))
def test_more_of_what_a_stop_asks_for_never_leads_back(counts: dict[str, int], more: str) -> None:
    if more in {"phases", "touchpoints"}:
        return  # a larger map asks for more
    order = list(State)
    before, after = (way(standing(one)) for one in (counts, counts | {more: counts[more] + 1}))
    for one, other in zip(before, after, strict=True):
        assert order.index(other.state) >= order.index(one.state)
        assert one.need >= 1


@pytest.mark.parametrize("stop", Stop)
def test_every_stop_says_why_how_long_who_with_what_and_when_it_is_done(stop: Stop) -> None:
    for language in LANGUAGES:
        wanted = {f"guide.{stop.value}"} | {
            f"guide.{stop.value}.{one}" for one in ("why", "how_long", "who", "template", "done", "now")
        }
        assert wanted <= set(catalogue(language))
