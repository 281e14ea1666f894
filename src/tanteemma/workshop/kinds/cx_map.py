"""The CX map: phases by lanes. What customers go through, what they think and feel, who looks after it, and how we know."""

import msgspec

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.lanes import LANE_NAMES, held_by
from tanteemma.workshop.schema import Axis, Board, DocumentKind, Field, FieldKind, Layout, PartKind

_PHASE = Axis(name="phase", of="phase")
_LANE = Axis(name="lane", of="lane", by="kind", holds=held_by())
_AXES = (_PHASE, _LANE)
_LINKS = Field(name="links", kind=FieldKind.LINKS)
_TEXT = Field(name="text", needed=True)
_NOTE = Field(name="note", kind=FieldKind.TEXT)
_OWNER = Field(name="owner")
_FELT = Field(name="feeling", kind=FieldKind.SCALE, low=-2, high=2, asks=True)

CX_MAP = document_kinds.add("map")(
    DocumentKind(
        name="map",
        icon="map",
        group="map",
        fields=(
            Field(name="scope", kind=FieldKind.TEXT, asks=True),
            Field(name="state", kind=FieldKind.CHOICE, choices=("as_is", "to_be")),
            Field(name="beside", kind=FieldKind.REFERENCE, of=("map",)),
            Field(name="personas", kind=FieldKind.LINKS),
            Field(name="journey"),
            Field(name="segment", kind=FieldKind.SEGMENT),
            Field(name="goal"),
            Field(name="template", kind=FieldKind.SWITCH),
            _OWNER,
        ),
        parts=(
            PartKind(
                name="phase",
                most=40,
                fields=(
                    Field(name="name", needed=True),
                    Field(name="task"),
                    Field(name="rule", kind=FieldKind.RULE, asks=True),
                    Field(name="weight", kind=FieldKind.NUMBER, low=0, high=100),
                    Field(name="sub", kind=FieldKind.REFERENCE, of=("map",)),
                    _NOTE,
                ),
            ),
            PartKind(
                name="lane",
                most=60,
                fields=(
                    Field(name="name"),
                    Field(name="kind", kind=FieldKind.CHOICE, choices=LANE_NAMES, needed=True),
                    Field(name="persona", kind=FieldKind.REFERENCE, of=("persona",)),
                ),
            ),
            PartKind(
                name="card",
                axes=_AXES,
                fields=(_TEXT, _NOTE, Field(name="answers", kind=FieldKind.LINKS), _OWNER, _LINKS),
            ),
            PartKind(
                name="touchpoint",
                axes=_AXES,
                fields=(
                    _TEXT,
                    Field(name="shared", kind=FieldKind.REFERENCE, of=("touchpoint",)),
                    Field(name="rule", kind=FieldKind.RULE, asks=True),
                    Field(name="belongs", kind=FieldKind.CHOICE, choices=("own", "partner", "public")),
                    _OWNER,
                    _FELT,
                    Field(name="moment_of_truth", kind=FieldKind.SWITCH),
                    Field(name="weight", kind=FieldKind.NUMBER, low=0, high=100, asks=True),
                    Field(name="sub", kind=FieldKind.REFERENCE, of=("map",)),
                    _NOTE,
                    _LINKS,
                ),
            ),
            PartKind(
                name="feeling",
                axes=_AXES,
                fields=(
                    msgspec.structs.replace(_FELT, needed=True),
                    msgspec.structs.replace(_FELT, name="target"),
                    Field(name="text"),
                    _NOTE,
                ),
            ),
            PartKind(
                name="scene", axes=_AXES, fields=(Field(name="picture", kind=FieldKind.PICTURE), Field(name="text"), _NOTE)
            ),
            PartKind(
                name="proof",
                axes=_AXES,
                fields=(
                    _TEXT,
                    Field(
                        name="method",
                        kind=FieldKind.CHOICE,
                        choices=("interview", "own_walk", "mystery_visit", "workshop", "survey", "document"),
                    ),
                    Field(name="people", kind=FieldKind.NUMBER, low=0),
                    Field(name="day", kind=FieldKind.DATE),
                    _NOTE,
                    _LINKS,
                ),
            ),
            PartKind(
                name="measure",
                axes=_AXES,
                fields=(
                    _TEXT,
                    Field(name="department"),
                    _OWNER,
                    Field(name="due", kind=FieldKind.DATE),
                    Field(name="state", kind=FieldKind.CHOICE, choices=("open", "doing", "done", "dropped")),
                    _NOTE,
                    _LINKS,
                ),
            ),
        ),
        board=Board(layout=Layout.GRID, part="card", columns="phase", rows="lane"),
    )
)
