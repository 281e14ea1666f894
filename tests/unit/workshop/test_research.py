"""Of which parts of a map does research speak?"""

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Scalar
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.research import linked_documents, researched

MAP = document_kinds.named("map")


def drawn() -> Content:
    place = {"phase": "p", "lane": "touch"}
    edits: list[Edit] = [Add(kind="phase", id=name, fields={"name": name}) for name in ("p", "q")]
    edits += [Add(kind="lane", id=lane, fields={"kind": kind}) for lane, kind in (("touch", "touchpoints"), ("ev", "evidence"))]
    links: dict[str, tuple[str, ...]] = {
        "spoken-of": (),
        "speaks": ("document:m/proof",),
        "insight": ("document:i",),
        "alone": ("document:other",),
    }
    edits += [
        Add(kind="touchpoint", id=name, place=place, fields={"text": name, "links": to or None}) for name, to in links.items()
    ]
    proof: dict[str, Scalar] = {"text": "Zwölf Interviews", "links": ("document:m/spoken-of", "document:elsewhere/alone")}
    edits.append(Add(kind="proof", id="proof", place=place | {"lane": "ev"}, fields=proof))
    return apply_edits(MAP, Content(), edits, 1).content


def test_evidence_and_insights_speak_of_what_they_are_linked_with_and_of_their_phase() -> None:
    content = drawn()
    assert linked_documents(content) == {"i", "other"}
    assert researched(content, "m", {"i"}) == {"p", "spoken-of", "speaks", "insight"}
    assert researched(content, "m") == {"p", "spoken-of", "speaks"}


def test_a_map_without_evidence_rests_on_none() -> None:
    assert researched(Content(), "m") == frozenset()
