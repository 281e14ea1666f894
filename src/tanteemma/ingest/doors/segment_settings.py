"""What the browser libraries of Segment and RudderStack ask before they begin: settings, answered so that they send here.

``GET /v1/projects/<key>/settings`` (analytics-next with ``cdnURL``), ``GET /sourceConfig`` (RudderStack with ``configUrl``).
The answers hold nothing that the request did not bring. Source: the two libraries.
"""

from typing import Final

import msgspec

from tanteemma.ingest.doors.foreign import Foreign, Said

_PROJECT: Final = "/v1/projects/"
_RUDDER_AT: Final = "/sourceConfig"
SETTINGS_AT: Final = (f"{_PROJECT}*/settings", _RUDDER_AT)
_NO_CHOICE: Final[dict[str, object]] = {}


def settings_for(request: Foreign) -> Said | None:
    """The settings of a source, None if something else was asked."""
    if request.path == _RUDDER_AT:
        return _said(_rudder())
    if request.path.startswith(_PROJECT):
        return _said(_segment(request, request.path.removeprefix(_PROJECT).partition("/")[0]))
    return None


def _said(document: object) -> Said:
    return Said(200, msgspec.json.encode(document))


def _segment(request: Foreign, key: str) -> object:
    own = {"apiKey": key, "apiHost": f"{request.own_host()}/v1", "protocol": request.scheme}
    return {
        "integrations": {"Segment.io": own},
        "plan": {"track": {"__default": {"enabled": True}}},
        "edgeFunction": _NO_CHOICE,
    }


def _rudder() -> object:
    off = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    return {
        "source": {
            "id": "emma",
            "name": "emma",
            "writeKey": "",
            "enabled": True,
            "workspaceId": "emma",
            "config": {"statsCollection": off},
            "dataplanes": _NO_CHOICE,
            "destinations": [],
            "connections": [],
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }
