"""An old version read quickly is the one that the slow way gives, step by step, whatever was done in between."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Change, Edit, Inverse, Move, Remove
from tanteemma.workshop.rewinding import rewound
from tanteemma.workshop.taking_back import take_back

MAP = document_kinds.named("map")
PLACES = [{"phase": phase, "lane": "goal"} for phase in ("p", "q")]


def begun() -> Content:
    edits: list[Edit] = [Add(kind="phase", id=name, fields={"name": name}) for name in ("p", "q")]
    edits.append(Add(kind="lane", id="goal", fields={"kind": "goal"}))
    edits += [Add(kind="card", id=f"c{n}", place=PLACES[n % 2], fields={"text": f"{n}"}) for n in range(4)]
    return apply_edits(MAP, Content(), edits, 1).content


def any_edit(content: Content, dice: random.Random) -> Edit:
    cards = [part.id for part in content.of_kind("card")]
    places = [one for one in PLACES if content.part(one["phase"]) is not None]
    what = dice.choice(("change", "change", "document", "move", "add", "remove"))
    if what == "document":
        return Change(at="", field="scope", value=str(dice.random()), seen=10**6)
    if what == "add" or not cards:
        return Add(kind="card", place=dice.choice(places), fields={"text": "neu"}, after=dice.choice((None, "", *cards)))
    card = dice.choice(cards)
    if what == "change":
        return Change(at=card, field=dice.choice(("text", "note")), value=str(dice.random()), seen=10**6)
    if what == "move":
        return Move(id=card, place=dice.choice(places), after=dice.choice((None, "", *cards)), seen=10**6)
    return Remove(id=dice.choice((card, card, "p")) if len(content.of_kind("phase")) > 1 else card, seen=10**6)


def said_in(content: Content) -> list[tuple[str, dict[str, str], dict[str, object]]]:
    """What stands where, without who said it when."""
    return [
        (part.id, dict(part.place), {name: said.value for name, said in part.fields.items() if said.value is not None})
        for part in content.parts
    ]


@given(seed=st.integers(0, 10**9), count=st.integers(0, 40))
def test_every_old_version_is_the_one_it_was(seed: int, count: int) -> None:
    dice, content = random.Random(seed), begun()
    steps: list[tuple[int, tuple[Inverse, ...]]] = []
    stood = [content]
    for version in range(2, 2 + count):
        if not content.of_kind("phase"):
            break
        applied = apply_edits(MAP, content, [any_edit(content, dice)], version)
        content = applied.content
        steps.insert(0, (version, applied.inverse))
        stood.insert(0, content)
    slow: Content = content
    forwards: tuple[Inverse, ...] = ()
    for taken, (version, inverse) in enumerate(steps, 1):
        slow, forward = take_back(slow, inverse, version)
        forwards = (*forward, *forwards)
        quick, again = rewound(content, steps[:taken])
        assert (quick, again) == (slow, forwards)
        assert said_in(quick) == said_in(stood[taken])
