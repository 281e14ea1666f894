"""Where does each page live? The templates link here, the routes answer here: one list for both."""

from enum import StrEnum


class Address(StrEnum):
    """Path of every page and form target. ``{number}`` is filled by :meth:`of`."""

    START = "/"
    JOURNEYS = "/journeys"
    JOURNEYS_EXPORT = "/journeys/export"
    PEOPLE = "/people"
    PEOPLE_OPEN = "/people/open"
    SEGMENTS = "/segments"
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
    KEY = "/data/keys/{number}"
    KEY_ROTATE = "/data/keys/{number}/rotate"
    KEY_REVOKE = "/data/keys/{number}/revoke"
    SOURCES = "/data/sources"
    ARRIVALS = "/data/live"
    ARRIVALS_STREAM = "/data/live/stream"
    SNIPPET = "/data/snippet"
    PULLS = "/data/pulls"
    PULL_NEW = "/data/pulls/new"
    PULL = "/data/pulls/{number}"
    PULL_COLUMNS = "/data/pulls/{number}/columns"
    PULL_RUN = "/data/pulls/{number}/run"
    PULL_PAUSE = "/data/pulls/{number}/pause"
    PULL_REMOVE = "/data/pulls/{number}/remove"
    SQL = "/data/sql"
    SQL_FILE = "/data/sql/file"
    REVIEW = "/people/review"
    REVIEW_START = "/people/review/start"
    REVIEW_PAIR = "/people/review/{number}"
    REVIEW_UNDO = "/people/review/{number}/undo"
    SAMPLE = "/data/sample"
    SAMPLE_REMOVE = "/data/sample/remove"

    def of(self, number: int) -> str:
        """The path with its number filled in.

        >>> Address.IMPORT_UNDO.of(3)
        '/data/imports/3/undo'
        """
        return self.value.format(number=number)
