"""How is this installation set up? ``emma.toml`` in the data folder, over it ``EMMA_…`` variables, over them what is typed."""

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from tanteemma.ingest.sources.pulling.plan import Plan, check_plan
from tanteemma.model.problems import Problem, ProblemCode

_PREFIX: Final = "EMMA_"
#: variables with the same prefix that are not settings of an installation
_NOT_SETTINGS: Final = frozenset({"data"})
_SEVERAL: Final = frozenset({"allowed_origins", "frame_origins", "trusted_proxies", "pull_networks", "pull_folders"})
_OF_TESTS: Final = ("test_", "fault_", "bench_")

_Positive = Annotated[int, msgspec.Meta(gt=0)]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its default; an installation without a file works. The docs table is made from this class.

    ``host``, ``port``: where the server listens (loopback unless said otherwise).
    ``public_url``: address under which people reach it behind a proxy, e.g. ``https://emma.example.de``; https makes cookies
    secure. ``trusted_proxies``: addresses whose ``X-Forwarded-*`` headers count. ``allowed_origins``: web sites whose pages may
    send events from the browser, e.g. ``https://www.example.de``. ``frame_origins``: web sites whose pages may show shared maps
    in a frame, e.g. ``https://intranet.example.de``. ``language``: language of answers to clients that name none.
    ``time_zone``: for times without zone. ``database_url``: PostgreSQL for operational tables and journal, e.g.
    ``postgresql+psycopg://…``; empty = files in the folder. ``log_format``: json or text. ``log_level``: debug, info, warning
    or error. ``body_timeout_s``, ``header_timeout_s``: how long a request may take to arrive. ``largest_body_bytes``: largest
    live request. ``largest_event_bytes``, ``most_events``: largest event and most events of one live request.
    ``key_events_per_s``: events a second that one key may bring, if it has no limit of its own. ``address_requests_per_s``:
    requests a second that one address may make (not this machine itself). ``limit_burst_s``: so many seconds' worth may come at
    once; 0 as a limit: none. ``schema_learning_s``: how long everything a new source sends is taken for usual.
    ``body_memory_bytes``: bodies being received at once; beyond it senders are asked to wait. ``journal_queue``: requests that
    may wait for the disk. ``largest_upload_bytes``: largest imported file. ``disk_floor_bytes``: free space below
    which nothing is taken. ``question_timeout_s``: longest time an analysis may take. ``sql_memory_bytes``: memory that a
    question in SQL may take. ``matching_memory_bytes``: memory that matching of records may take.
    ``question_threads``: analyses at once.
    ``answer_cache``: answers kept. ``worker_nice``: how much the worker yields to the doors. ``import_answer_s``: how long an
    upload waits for its result. ``stop_timeout_s``: how long running requests may take to finish at a stop.
    ``largest_attachment_bytes``: largest file attached to a customer.
    ``smallest_group``: groups of fewer customers are not singled out where segments are compared or made.
    ``pull_networks``: private networks that pulls may reach, e.g. ``10.0.0.0/8`` (public addresses always may).
    ``pull_folders``: folders of this machine that pulls may read. ``pull_timeout_s``: longest time of one pull.
    ``pull_memory_bytes``: memory that one pull may take. ``pull_rows``: rows after which a pull of a table pauses and goes on.
    ``pulls``: what is fetched from other systems, one table ``[pulls.name]`` each; see the page on pulls.
    """

    host: str = "127.0.0.1"
    port: _Port = 8642
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    frame_origins: tuple[str, ...] = ()
    language: Annotated[str, msgspec.Meta(pattern="^(de|en)$")] = "de"
    time_zone: str = "Europe/Berlin"
    database_url: str = ""
    log_format: Annotated[str, msgspec.Meta(pattern="^(json|text)$")] = "text"
    log_level: Annotated[str, msgspec.Meta(pattern="^(debug|info|warning|error)$")] = "info"
    body_timeout_s: _Seconds = 30.0
    header_timeout_s: _Seconds = 30.0
    largest_body_bytes: _Positive = 16 * 1024 * 1024
    largest_event_bytes: Annotated[int, msgspec.Meta(ge=1024, le=1024 * 1024)] = 64 * 1024
    most_events: Annotated[int, msgspec.Meta(gt=0, le=50_000)] = 5_000
    key_events_per_s: Annotated[int, msgspec.Meta(ge=0)] = 50_000
    address_requests_per_s: Annotated[int, msgspec.Meta(ge=0)] = 2_000
    limit_burst_s: _Seconds = 10.0
    schema_learning_s: Annotated[float, msgspec.Meta(ge=0, le=366 * 86_400)] = 86_400.0
    body_memory_bytes: _Positive = 64 * 1024 * 1024
    journal_queue: _Positive = 4096
    largest_upload_bytes: _Positive = 20 * 1024 * 1024 * 1024
    disk_floor_bytes: Annotated[int, msgspec.Meta(ge=0)] = 256 * 1024 * 1024
    question_timeout_s: _Seconds = 60.0
    sql_memory_bytes: Annotated[int, msgspec.Meta(ge=64 * 1024 * 1024)] = 1024 * 1024 * 1024
    matching_memory_bytes: Annotated[int, msgspec.Meta(ge=512 * 1024 * 1024)] = 4 * 1024 * 1024 * 1024
    question_threads: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    answer_cache: _Positive = 256
    worker_nice: Annotated[int, msgspec.Meta(ge=0, le=19)] = 10
    import_answer_s: _Seconds = 3.0
    stop_timeout_s: _Seconds = 30.0
    largest_attachment_bytes: Annotated[int, msgspec.Meta(ge=1024, le=100 * 1024 * 1024)] = 10 * 1024 * 1024
    smallest_group: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5
    pull_networks: tuple[str, ...] = ()
    pull_folders: tuple[str, ...] = ()
    pull_timeout_s: _Seconds = 900.0
    pull_memory_bytes: Annotated[int, msgspec.Meta(ge=256 * 1024 * 1024)] = 1024 * 1024 * 1024
    pull_rows: _Positive = 500_000
    pulls: dict[str, Plan] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the company."""
        return ZoneInfo(self.time_zone)


def load_settings(file: Path | None, environment: Mapping[str, str], **said: object) -> Settings:
    """Settings from a file (may be missing), the environment and what was said on the command line (None = not said).

    Raises Problem SETTING_UNKNOWN with the nearest name, or SETTING_INVALID with the name of the setting.
    """
    found = _from_file(file) if file is not None and file.exists() else {}
    found |= _from_environment(environment)
    found |= {name: value for name, value in said.items() if value is not None}
    names = {field.name for field in msgspec.structs.fields(Settings)}
    for name in found:
        if name not in names:
            nearest = difflib.get_close_matches(name, names, n=1)
            raise Problem(ProblemCode.SETTING_UNKNOWN, field=name, allowed=nearest[0] if nearest else ", ".join(sorted(names)))
    return _checked(found)


def _from_file(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as wrong:
        raise Problem(ProblemCode.SETTING_INVALID, field=file.name, value=str(wrong)) from wrong


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for variable, value in environment.items():
        name = variable.removeprefix(_PREFIX).lower()
        if not variable.startswith(_PREFIX) or name in _NOT_SETTINGS or name.startswith(_OF_TESTS):
            continue
        several = name in _SEVERAL
        found[name] = tuple(part.strip() for part in value.split(",") if part.strip()) if several else value
    return found


def _checked(found: dict[str, object]) -> Settings:
    read: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name in found:
            value = found[field.name]
            try:
                read[field.name] = msgspec.convert(value, field.type, strict=False)
            except msgspec.ValidationError as wrong:
                # of pulls the value is not shown: somebody may have written a password into it
                said = str(wrong) if field.name == "pulls" else value
                raise Problem(ProblemCode.SETTING_INVALID, field=field.name, value=said) from wrong
    settings = Settings(**read)  # type: ignore[arg-type]  # each value was converted to its field's type above
    if settings.time_zone not in available_timezones():
        raise Problem(ProblemCode.SETTING_INVALID, field="time_zone", value=settings.time_zone)
    _check_pulls(settings)
    return settings


def _check_pulls(settings: Settings) -> None:
    for network in settings.pull_networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as wrong:
            raise Problem(ProblemCode.SETTING_INVALID, field="pull_networks", value=network) from wrong
    for name, plan in settings.pulls.items():
        try:
            check_plan(plan)
        except Problem as wrong:
            field = f"pulls.{name}.{wrong.params.get('field', '')}"
            raise Problem(wrong.code, status=wrong.status, **(wrong.params | {"field": field})) from wrong
