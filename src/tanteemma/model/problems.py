"""What can go wrong, said once: a code, its parameters and its HTTP status; the text lives in the catalogues."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from tanteemma.model.texts import text


class ProblemCode(StrEnum):
    """Every code the product can answer with. The sentence for each stands in ``locales/<language>/problems.po``."""

    # the envelope and its limits, at doors and in imports
    EMPTY_BODY = "empty_body"
    INVALID_JSON = "invalid_json"
    INVALID_UTF8 = "invalid_utf8"
    NOT_AN_OBJECT = "not_an_object"
    BATCH_NOT_ARRAY = "batch_not_array"
    DUPLICATE_KEY = "duplicate_key"
    NON_FINITE_NUMBER = "non_finite_number"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    TOO_DEEP = "too_deep"
    TOO_MANY_PROPERTIES = "too_many_properties"
    KEY_TOO_LONG = "key_too_long"
    EVENT_TOO_LARGE = "event_too_large"
    TOO_MANY_EVENTS = "too_many_events"
    ID_TOO_LONG = "id_too_long"
    ID_TYPE = "id_type"
    NO_IDENTITY = "no_identity"
    MESSAGE_ID_CONFLICT = "message_id_conflict"
    MERGE_LIMIT = "merge_limit"
    FIELD_TYPE = "field_type"
    FIELD_MISSING = "field_missing"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    # time
    TIME_INVALID = "time_invalid"
    TIME_OUT_OF_RANGE = "time_out_of_range"
    TIME_IN_FUTURE = "time_in_future"
    TIME_AMBIGUOUS = "time_ambiguous"
    # transport
    BAD_COMPRESSION = "bad_compression"
    TOO_LARGE = "too_large"
    TOO_LARGE_UNCOMPRESSED = "too_large_uncompressed"
    UNSUPPORTED_ENCODING = "unsupported_encoding"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    BODY_TIMEOUT = "body_timeout"
    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    FORBIDDEN = "forbidden"
    WRONG_SOURCE = "wrong_source"
    FOREIGN_ORIGIN = "foreign_origin"
    TOO_MANY_REQUESTS = "too_many_requests"
    ORIGIN_INVALID = "origin_invalid"
    SPAN_INVALID = "span_invalid"
    LIMIT_INVALID = "limit_invalid"
    KEY_ENDED = "key_ended"
    SOURCE_UNKNOWN = "source_unknown"
    BUSY = "busy"
    NO_ROOM = "no_room"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BAD_REQUEST = "bad_request"
    INTERNAL = "internal"
    # pulled sources
    PULL_SETTING = "pull_setting"
    PULL_SECRET_INLINE = "pull_secret_inline"  # noqa: S105 - the name of a problem
    PULL_SECRET_MISSING = "pull_secret_missing"  # noqa: S105 - as above
    PULL_NAME_TAKEN = "pull_name_taken"
    PULL_DECLARED = "pull_declared"
    PULL_ADDRESS = "pull_address"
    PULL_FOLDER = "pull_folder"
    PULL_REDIRECT = "pull_redirect"
    PULL_UNREACHABLE = "pull_unreachable"
    PULL_REFUSED = "pull_refused"
    PULL_NOTHING_THERE = "pull_nothing_there"
    PULL_BUSY = "pull_busy"
    PULL_THEIR_FAULT = "pull_their_fault"
    PULL_NOT_UNDERSTOOD = "pull_not_understood"
    PULL_REPLY = "pull_reply"
    PULL_ENDLESS = "pull_endless"
    PULL_TOO_SLOW = "pull_too_slow"
    PULL_TOO_LARGE = "pull_too_large"
    PULL_DRIVER = "pull_driver"
    PULL_COLUMN_GONE = "pull_column_gone"
    PULL_STOPPED = "pull_stopped"
    PULL_NO_ROWS = "pull_no_rows"
    # files
    DUPLICATE_HEADER = "duplicate_header"
    EMPTY_HEADER = "empty_header"
    DTD_FORBIDDEN = "dtd_forbidden"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE_FILE = "unreadable_file"
    ROW_RAGGED = "row_ragged"
    ROW_UNCLOSED_QUOTE = "row_unclosed_quote"
    ROW_TRUNCATED = "row_truncated"
    NUMBER_INVALID = "number_invalid"
    NUMBER_AMBIGUOUS = "number_ambiguous"
    SCORE_OUT_OF_SCALE = "score_out_of_scale"
    COLUMN_UNKNOWN = "column_unknown"
    MAPPING_NEEDED = "mapping_needed"
    OUTPUT_UNWRITABLE = "output_unwritable"
    IMPORT_GOES_ON = "import_goes_on"
    IMPORT_GIVEN_UP = "import_given_up"
    # figures that people state
    AMOUNT_INVALID = "amount_invalid"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    TOO_MANY_DECIMALS = "too_many_decimals"
    RANGE_DISORDERED = "range_disordered"
    RANGE_NOT_ONE = "range_not_one"
    ABOUT_MISSING = "about_missing"
    ABOUT_NOTHING = "about_nothing"
    ABOUT_UNKNOWN = "about_unknown"
    SOURCE_MISSING = "source_missing"
    TEXT_TOO_LONG = "text_too_long"
    CURRENCY_UNKNOWN = "currency_unknown"
    CURRENCY_MIXED = "currency_mixed"
    DATE_INVALID = "date_invalid"
    ASSUMPTION_KIND_UNKNOWN = "assumption_kind_unknown"
    ASSUMPTION_UNKNOWN = "assumption_unknown"
    FINDING_UNKNOWN = "finding_unknown"
    # records of people
    NO_PERSON_COLUMNS = "no_person_columns"
    MATCHING_TOO_LARGE = "matching_too_large"
    MATCHING_FAILED = "matching_failed"
    PAIR_UNKNOWN = "pair_unknown"
    # webhooks and forms
    MAPPING_INVALID = "mapping_invalid"
    MAPPING_NAME = "mapping_name"
    MAPPING_PLACE = "mapping_place"
    MAPPING_READING = "mapping_reading"
    MAPPING_CONDITION = "mapping_condition"
    MAPPING_UNKNOWN = "mapping_unknown"
    DEFINITION_UNKNOWN = "definition_unknown"
    HOOK_UNMATCHED = "hook_unmatched"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_WRONG = "signature_wrong"
    SIGNATURE_OLD = "signature_old"
    FORM_INVALID = "form_invalid"
    FORM_FIELD_MISSING = "form_field_missing"
    FORM_FIELD_WRONG = "form_field_wrong"
    CONSENT_MISSING = "consent_missing"
    CONTACT_MISSING = "contact_missing"
    FORM_TOO_OFTEN = "form_too_often"
    REDIRECT_FOREIGN = "redirect_foreign"
    # what people draw and write
    EDIT_CONFLICT = "edit_conflict"
    PART_GONE = "part_gone"
    PART_THERE = "part_there"
    PLACE_WRONG = "place_wrong"
    TOO_MANY_PARTS = "too_many_parts"
    FIELD_UNKNOWN = "field_unknown"
    CHOICE_UNKNOWN = "choice_unknown"
    DOCUMENT_UNKNOWN = "document_unknown"
    DOCUMENT_KIND_UNKNOWN = "document_kind_unknown"
    DOCUMENT_USED = "document_used"
    DOCUMENT_IN_BIN = "document_in_bin"
    DOCUMENT_NEWER = "document_newer"
    DOCUMENT_INVALID = "document_invalid"
    DOCUMENT_VERSION = "document_version"
    SHARE_ENDED = "share_ended"
    DOCUMENT_AMBIGUOUS = "document_ambiguous"
    EXPORT_LIBRARY = "export_library"
    EXPORT_FAILED = "export_failed"
    MASTER_INVALID = "master_invalid"
    TEMPLATE_UNKNOWN = "template_unknown"
    NOTHING_TO_UNDO = "nothing_to_undo"
    PICTURE_INVALID = "picture_invalid"
    PICTURE_TOO_LARGE = "picture_too_large"
    # files attached to customers
    ATTACHMENT_KIND = "attachment_kind"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    ATTACHMENT_MANY = "attachment_many"
    # workshops on a map
    WORKSHOP_UNKNOWN = "workshop_unknown"
    WORKSHOP_CLOSED = "workshop_closed"
    WORKSHOP_FULL = "workshop_full"
    WORKSHOP_NOT_JOINED = "workshop_not_joined"
    WORKSHOP_NOT_NOW = "workshop_not_now"
    WORKSHOP_NO_DOTS = "workshop_no_dots"
    WORKSHOP_MINUTES = "workshop_minutes"
    WORKSHOP_DOTS_NUMBER = "workshop_dots_number"
    # store and running
    DATA_LOCKED = "data_locked"
    DATA_MISSING = "data_missing"
    DATA_NEWER = "data_newer"
    DATA_DAMAGED = "data_damaged"
    NOT_ONE_SELECT = "not_one_select"
    SPARK_MISSING = "spark_missing"
    JAVA_MISSING = "java_missing"
    SPARK_AWAY = "spark_away"
    SQL_INVALID = "sql_invalid"
    SQL_TOO_LARGE = "sql_too_large"
    QUESTION_INVALID = "question_invalid"
    QUESTION_TOO_SLOW = "question_too_slow"
    UNKNOWN_TOUCHPOINT = "unknown_touchpoint"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_PROPERTY = "unknown_property"
    PROPERTY_NOT_NUMBER = "property_not_number"
    WHERE_INVALID = "where_invalid"
    BINDING_INVALID = "binding_invalid"
    IS_FOLDER = "is_folder"
    UNKNOWN_JOURNEY = "unknown_journey"
    UNKNOWN_PERSON = "unknown_person"
    JOURNEY_STAYS = "journey_stays"
    JOURNEY_THERE = "journey_there"
    HOOK_REFUSED = "hook_refused"
    TRAIT_UNKNOWN = "trait_unknown"
    ACCOUNT_UNKNOWN = "account_unknown"
    UNKNOWN_SEGMENT = "unknown_segment"
    SEGMENT_CYCLE = "segment_cycle"
    SEGMENT_USED = "segment_used"
    SEGMENT_THERE = "segment_there"
    UNKNOWN_METRIC = "unknown_metric"
    SCALES_MIXED = "scales_mixed"
    COLUMN_CONSTANT = "column_constant"
    COLUMN_DETERMINED = "column_determined"
    COLUMN_OF_WORDS = "column_of_words"
    TOO_MANY_WORDS = "too_many_words"
    TOO_FEW_ROWS = "too_few_rows"
    PATH_EMPTY = "path_empty"
    COUNT_INVALID = "count_invalid"
    # daily counts of touchpoints where nobody is known
    COUNTS_COLUMN_MISSING = "counts_column_missing"
    COUNTS_NO_ROWS = "counts_no_rows"
    COUNTS_NOT_WHOLE = "counts_not_whole"
    COUNTS_CURRENCY = "counts_currency"
    COUNTS_UNKNOWN = "counts_unknown"
    SETTING_INVALID = "setting_invalid"
    SETTING_UNKNOWN = "setting_unknown"
    WORKER_AWAY = "worker_away"
    SERVER_AWAY = "server_away"


class Problem(Exception):
    """One thing that was wrong, with what is needed to say it: code, parameters, HTTP status and, for batches, the place.

    >>> Problem(ProblemCode.TIME_INVALID, status=422, row=17, field="Datum", value="31.02.2026").code.value
    'time_invalid'
    """

    def __init__(self, code: ProblemCode, *, status: int = 400, **params: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.status = status
        self.params = params

    def sentence(self, language: str) -> str:
        """The sentence a person reads: where, what was wrong, what to do, what is allowed.

        The parameters that name a place (file, row, index, field, path, offset, value) are said before it, those that help
        (limit, allowed, used in, hint, retry_after, what another program said) after it, each only if it is known.

        >>> Problem(ProblemCode.NUMBER_INVALID, row=17, field="Betrag", value="zwölf").sentence("en")
        'Row 17, field "Betrag", value "zwölf": This is not a number. Please correct the value or choose another column.'
        """
        return _sentence(self.code, self.params, language)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.code, self.status, self.params))


_PLACES: Final = ("file", "row", "index", "field", "path", "offset", "value")
_DETAILS: Final = ("limit", "allowed", "used_in", "hint", "retry_after", "said")
_LONGEST_SHOWN: Final = 200


def _harmless(value: object) -> str:
    """A value as one short printable line: what a sender wrote must not steer a terminal or flood a page."""
    line = "".join(letter if letter.isprintable() else "·" for letter in str(value)[: _LONGEST_SHOWN + 1])
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _sentence(code: ProblemCode, params: Mapping[str, object], language: str) -> str:
    known = {name: _harmless(value) for name, value in params.items() if value is not None and value != ""}
    place = ", ".join(text(f"place.{name}", language, **known) for name in _PLACES if name in known)
    details = [text(f"detail.{name}", language, **known) for name in _DETAILS if name in known]
    said = " ".join([text(f"problem.{code.value}", language, **known), *details])
    return f"{place[0].upper()}{place[1:]}: {said}" if place else said


def _rebuild(code: ProblemCode, status: int, params: dict[str, object]) -> Problem:
    return Problem(code, status=status, **params)


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one JSON shape of every error: ``{"error": {"code", "message", "params", "problems"}}``."""

    code: str
    message: str
    params: Mapping[str, str] = {}
    problems: tuple[Mapping[str, str], ...] = ()


def problem_body(problem: Problem, language: str, *, echo: bool) -> dict[str, ProblemBody]:
    """Shape a problem for JSON. ``echo=False`` (doors) leaves every value of the sender out."""
    place = {"index", "path", "row", "field", "offset", "limit", "allowed", "retry_after"}
    shown = {key: str(value) for key, value in problem.params.items() if value is not None and (echo or key in place)}
    return {"error": ProblemBody(problem.code.value, _sentence(problem.code, shown, language), shown)}


def problems_body(problems: Sequence[Problem], language: str, *, echo: bool) -> dict[str, ProblemBody]:
    """Shape several problems for JSON: the first as if it were alone, and all of them in ``problems``.

    >>> both = [Problem(ProblemCode.SOURCE_MISSING, field="source"), Problem(ProblemCode.ABOUT_MISSING, field="about")]
    >>> [one["code"] for one in problems_body(both, "en", echo=True)["error"].problems]
    ['source_missing', 'about_missing']
    """
    bodies = [problem_body(problem, language, echo=echo)["error"] for problem in problems]
    each = tuple({"code": one.code, "message": one.message, **one.params} for one in bodies)
    return {"error": msgspec.structs.replace(bodies[0], problems=each)}


class Problems(Exception):
    """Several problems collected before answering (validation names everything at once)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.code.value for problem in self.problems))
