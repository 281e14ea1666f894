"""Forms name what they refer to, also if it lies in the bin: nobody has to know keys."""

from tanteemma.serve.edge.document_forms import inputs_of
from tanteemma.store.operational import Operational
from tanteemma.workshop import keeping
from tanteemma.workshop.keeping import Draft, Editor
from tanteemma.workshop.schema import Field, FieldKind
from tests.unit.store.operational.conftest import clock, operational

__all__ = ["clock", "operational"]

ANNA = Editor("Anna", "a")
FIELDS = (Field(name="shared", kind=FieldKind.REFERENCE, of=("touchpoint",)), Field(name="links", kind=FieldKind.LINKS))


def test_what_lies_in_the_bin_is_still_called_by_its_name(operational: Operational) -> None:
    with operational.begin() as tx:
        key = keeping.make(tx, Draft(kind="touchpoint", name="Hotline"), ANNA).key
        keeping.remove(tx, key, ANNA)
        said = {"shared": key, "links": f"document:{key}\ndocument:never"}
        shared, links = inputs_of(tx, "document.map.touchpoint", FIELDS, said, "de")
    assert shared.options == ((key, "Hotline (nicht mehr da)"),)
    assert links.links == ((f"document:{key}", "Hotline", ""), ("document:never", "never", ""))
