"""Of which parts of a map does research speak: an interview, a walk of one's own, a mystery visit, an insight?"""

from collections.abc import Collection

from tanteemma.workshop.document import Content, Part


def linked_documents(content: Content) -> frozenset[str]:
    """The keys of the documents that touchpoints are linked with as a whole."""
    links = (link for part in content.of_kind("touchpoint") for link in _links(part))
    return frozenset(link.removeprefix("document:") for link in links if link.startswith("document:") and "/" not in link)


def researched(content: Content, key: str, insights: Collection[str] = ()) -> frozenset[str]:
    """Phases in which evidence lies, and touchpoints that are linked with evidence of this map (``key``), one way or the other.

    ``insights``: keys of documents that are insights; a touchpoint that is linked with one of them rests on it.
    """
    proofs = content.of_kind("proof")
    own = {f"document:{key}/{proof.id}" for proof in proofs} | {f"document:{insight}" for insight in insights}
    spoken_of = {link.rpartition("/")[2] for proof in proofs for link in _links(proof) if link.startswith(f"document:{key}/")}
    touchpoints = {part.id for part in content.of_kind("touchpoint") if part.id in spoken_of or own & set(_links(part))}
    return frozenset(touchpoints | {proof.place["phase"] for proof in proofs if "phase" in proof.place})


def _links(part: Part) -> tuple[str, ...]:
    said = part.said("links")
    return said if isinstance(said, tuple) else ()
