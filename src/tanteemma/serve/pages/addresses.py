"""Where does each page live? The templates link here, the routes answer here: one list for both."""

from enum import StrEnum


class Address(StrEnum):
    """Path of every page and form target. ``{number}`` is filled by :meth:`of`."""

    START = "/"
    JOURNEYS = "/journeys"
    JOURNEYS_EXPORT = "/journeys/export"
    DATA = "/data"
    GRAPH = "/api/journeys/graph"
    LIVE = "/live"
    SETUP = "/setup"
    SIGN_OUT = "/sign-out"
    UPLOAD = "/data/imports"
    IMPORT = "/data/imports/{number}"
    IMPORT_PROGRESS = "/data/imports/{number}/progress"
    IMPORT_UNDO = "/data/imports/{number}/undo"
    QUARANTINE = "/data/quarantine"
    QUARANTINE_EXPORT = "/data/quarantine.csv"
    QUARANTINE_REPLAY = "/data/imports/{number}/replay"
    EVENTS_EXPORT = "/data/events.csv"
    ASSUMPTIONS = "/assumptions"
    ASSUMPTION = "/assumptions/edit"
    ASSUMPTION_HISTORY = "/assumptions/history"
    ASSUMPTION_REMOVE = "/assumptions/remove"
    ASSUMPTION_RESTORE = "/assumptions/restore"
    KEYS = "/data/keys"
    KEY_REVOKE = "/data/keys/{number}/revoke"
    MAPPINGS = "/data/mappings"
    MAPPING = "/data/mappings/edit"
    MAPPING_TRY = "/data/mappings/try"
    MAPPING_REMOVE = "/data/mappings/remove"
    MAPPING_REPLAY = "/data/mappings/replay"
    FORM = "/data/forms/edit"
    FORM_REMOVE = "/data/forms/remove"
    SQL = "/data/sql"
    SQL_FILE = "/data/sql/file"
    SAMPLE = "/data/sample"
    SAMPLE_REMOVE = "/data/sample/remove"

    def of(self, number: int) -> str:
        """The path with its number filled in.

        >>> Address.IMPORT_UNDO.of(3)
        '/data/imports/3/undo'
        """
        return self.value.format(number=number)
