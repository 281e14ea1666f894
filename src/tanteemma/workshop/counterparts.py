"""Begin a map from another one: as it shall be beside as it is, and one part of it as a map of its own."""

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational.transaction import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Part, Scalar
from tanteemma.workshop.edits import Change
from tanteemma.workshop.keeping import Document, Editor
from tanteemma.workshop.templates import map_from, template_named


def begin_counterpart(tx: Transaction, document: Document, name: str, editor: Editor) -> Document:
    """A copy that says it is as it shall be; both maps point to each other. The parts keep their ids, so both can be compared.

    Raises Problem DOCUMENT_IN_BIN, DOCUMENT_UNKNOWN for what is no map.
    """
    keeping.check_kind(document, "map")
    keeping.check_kept(document)
    made = keeping.copy(tx, document.key, name, editor)
    seen = made.version
    said: dict[str, Scalar] = {"state": "to_be", "beside": document.key, "template": False}
    edits = [Change(field=field, value=value, seen=seen) for field, value in said.items()]
    made = keeping.edit(tx, made.key, edits, editor).document
    keeping.edit(tx, document.key, [Change(field="beside", value=made.key, seen=document.version)], editor)
    return made


def begin_part(tx: Transaction, document: Document, part: Part, named: tuple[str, str], editor: Editor) -> Document:
    """A blank map for one part of a map, called like it; ``named``: its name and the language. The part leads to it.

    Raises Problem DOCUMENT_IN_BIN, CHOICE_UNKNOWN for a part that can have none.
    """
    keeping.check_kept(document)
    declared = document.kind.part(part.kind)
    if declared is None or declared.field("sub") is None:
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="part", value=part.kind, allowed="phase, touchpoint")
    if part.text("sub"):
        return keeping.open_document(tx, part.text("sub"))
    name, language = named
    draft = map_from(template_named("blank"), name, language)
    shared = ("personas", "journey", "segment")
    fields = {field: document.content.said(field) for field in shared if document.content.said(field)}
    made = keeping.make(tx, keeping.with_fields(draft, fields), editor)
    keeping.edit(tx, document.key, [Change(at=part.id, field="sub", value=made.key, seen=document.version)], editor)
    return made
