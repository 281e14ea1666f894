"""What the file of facets says of itself: in which format, for which computed traits, up to which moment of the lake."""

from collections.abc import Sequence
from typing import Final

from tanteemma.identity.profile.facet import FORMAT
from tanteemma.identity.profile.formulas import Formula, digest
from tanteemma.store.profiles.kept import COMPLETE, KeptFacets
from tanteemma.store.snapshot import Snapshot

_APPLIED: Final = "applied"
_BASES: Final = "bases"
_FORMAT: Final = "format"
_FORMULAS: Final = "formulas"


def is_up_to_date(kept: KeptFacets, lake_version: int) -> bool:
    """Is everybody of this version of the lake kept, as this version of the product gathers?"""
    return kept.note(_FORMAT) == str(FORMAT) and is_applied(kept, lake_version) and kept.note(COMPLETE) is not None


def is_applied(kept: KeptFacets, lake_version: int) -> bool:
    """Is everything in that came up to this version of the lake?"""
    return kept.note(_APPLIED) == str(lake_version)


def has_same_bases(kept: KeptFacets, snapshot: Snapshot) -> bool:
    """Is the lake made of the same buckets as when everything was in?"""
    return kept.note(_BASES) == _bases(snapshot)


def fits(kept: KeptFacets, formulas: Sequence[Formula]) -> bool:
    """Was it gathered as this version of the product does, for these computed traits?"""
    return kept.note(_FORMAT) == str(FORMAT) and (kept.note(_FORMULAS) or "") == digest(formulas)


def clear(kept: KeptFacets, formulas: Sequence[Formula]) -> None:
    """Keep nothing but the position: what came before it is in the lake, and in whatever is gathered from now on."""
    kept.clear({_FORMAT: str(FORMAT), _FORMULAS: digest(formulas)})


def settled(kept: KeptFacets, snapshot: Snapshot) -> None:
    """Everything of this moment is in."""
    with kept.changing():
        kept.set_note(_APPLIED, str(snapshot.lake_version))
        kept.set_note(_BASES, _bases(snapshot))


def _bases(snapshot: Snapshot) -> str:
    return " ".join(sorted(file.path for file in snapshot.files()[0]))
