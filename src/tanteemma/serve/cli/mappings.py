"""``emma mappings`` and ``emma forms``: how webhooks are read, what forms ask; listed, shown, saved, tried on an example."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.cli.options import DEFAULT_FOLDER, AsJson, Caller, Folder
from tanteemma.serve.cli.output import answer, count, line, table
from tanteemma.serve.cli.speaking import SpeakingCommand, SpeakingGroup, say, spoken

mappings = typer.Typer(cls=SpeakingGroup, help="cli.mappings", no_args_is_help=True, rich_markup_mode=None)
forms = typer.Typer(cls=SpeakingGroup, help="cli.forms", no_args_is_help=True, rich_markup_mode=None)
_OWNER = "owner"

Name = Annotated[str, typer.Argument(metavar="NAME", help="cli.mappings.name")]
FormName = Annotated[str, typer.Argument(metavar="NAME", help="cli.forms.name")]
Document = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="cli.mappings.file")]
Example = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="cli.mappings.example")]
Header = Annotated[list[str] | None, typer.Option("--header", metavar="NAME:VALUE", help="cli.mappings.header")]
With = Annotated[Path | None, typer.Option("--mapping", metavar="FILE", exists=True, dir_okay=False, help="cli.mappings.with")]
Ready = Annotated[bool, typer.Option("--ready", help="cli.mappings.ready")]
Secret = Annotated[
    Path | None, typer.Option("--secret-file", metavar="FILE", exists=True, dir_okay=False, help="cli.mappings.secret")
]
_LARGEST = 12 * 1024 * 1024


@mappings.command("list", cls=SpeakingCommand, help="cli.mappings.list")
def list_mappings(ready: Ready = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The saved mappings, or the ready ones."""
    import msgspec

    from tanteemma.ingest.webhooks.ready import every_ready
    from tanteemma.serve import hook_mappings

    if ready:
        listed = [{"name": name, "system": one.system, "about": one.about[spoken()]} for name, one in every_ready().items()]
        answer(Caller(data, as_json), msgspec.json.encode({"ready": listed}), _show_ready)
        return
    with tables_of(data, write=False) as tx:
        found = hook_mappings.every_mapping(tx)
    answer(Caller(data, as_json), msgspec.json.encode({"mappings": found}), _show_mappings)


def _show_ready(found: dict[str, Any]) -> None:
    rows = [(one["name"], one["system"], one["about"]) for one in found["ready"]]
    table(("cli.mappings.head.name", "cli.mappings.head.system", "cli.mappings.head.about"), rows, numbers=False)


def _show_mappings(found: dict[str, Any]) -> None:
    rows = [
        (one["name"], one["mapping"].get("title", ""), one["mapping"].get("source", ""), one["version"])
        for one in found["mappings"]
    ]
    heads = ("cli.mappings.head.name", "cli.mappings.head.title", "cli.head.source", "cli.mappings.head.version")
    table(heads, rows, numbers=False)


@mappings.command("show", cls=SpeakingCommand, help="cli.mappings.show")
def show(name: Name, ready: Ready = False, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One mapping as its JSON; what it prints can be saved again with ``set``."""
    import msgspec

    from tanteemma.ingest.webhooks.ready import ready_mapping
    from tanteemma.serve import hook_mappings

    if ready:
        found: object = ready_mapping(name, spoken())
        if found is None:
            raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name)
    else:
        with tables_of(data, write=False) as tx:
            saved = hook_mappings.one_mapping(tx, name)
        found = saved if as_json else saved.mapping
    _print(msgspec.json.encode(found), as_json=as_json)


@mappings.command("set", cls=SpeakingCommand, help="cli.mappings.set")
def save(
    name: Name, file: Document, secret_file: Secret = None, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False
) -> None:
    """Save a mapping; the old version stays."""
    import msgspec

    from tanteemma.ingest.webhooks.mapping import mapping_in
    from tanteemma.serve import hook_mappings

    secret = None if secret_file is None else secret_file.read_text("utf-8").strip()
    with tables_of(data, write=True) as tx:
        kept = hook_mappings.keep_mapping(tx, name, mapping_in(_read(file)), _OWNER, secret=secret)
    answer(Caller(data, as_json), msgspec.json.encode(kept), _say_saved)


def _say_saved(kept: dict[str, Any]) -> None:
    line(say("cli.mappings.saved", name=kept["name"], version=count(kept["version"])))


@mappings.command("remove", cls=SpeakingCommand, help="cli.mappings.remove")
def remove(name: Name, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a mapping; what comes for it is kept in quarantine."""
    _remove("mapping", name, Caller(data, as_json))


@mappings.command("try", cls=SpeakingCommand, help="cli.mappings.try")
def attempt(
    name: Name,
    file: Example,
    header: Header = None,
    mapping: With = None,
    data: Folder = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """What a mapping makes of an example; nothing is kept."""
    import msgspec

    from tanteemma.ingest.webhooks.door import Hook
    from tanteemma.ingest.webhooks.mapping import mapping_in
    from tanteemma.ingest.webhooks.ready import ready_mapping
    from tanteemma.ingest.webhooks.trying import trial, tried
    from tanteemma.serve import hook_mappings
    from tanteemma.serve.cli.asking import open_folder, settings_of

    used = mapping_in(_read(mapping)) if mapping is not None else None
    with tables_of(data, write=False) as tx:
        if used is None:
            used = ready_mapping(name, spoken()) if not _is_saved(tx, name) else hook_mappings.one_mapping(tx, name).mapping
    if used is None:
        raise Problem(ProblemCode.DEFINITION_UNKNOWN, status=404, value=name)
    pairs = (one.partition(":") for one in header or ())
    headers = {key.strip().lower(): value.strip() for key, _, value in pairs}
    zone = settings_of(open_folder(data)).time_zone
    found = tried(used, Hook(name, _read(file), headers), trial(zone), spoken())
    answer(Caller(data, as_json), msgspec.json.encode(found), _show_tried)


def _is_saved(tx: Any, name: str) -> bool:  # noqa: ANN401 - a Transaction
    from tanteemma.store.operational import door_definitions
    from tanteemma.store.operational.door_records import DoorKind

    return door_definitions.find(tx, DoorKind.MAPPING, name) is not None


def _show_tried(found: dict[str, Any]) -> None:
    line(say("cli.mappings.tried", events=count(len(found["events"])), problems=count(len(found["problems"]))))
    rows = [
        (one["event"], one["person"], one["channel"] or "", f"{one['value'] or ''} {one['currency'] or ''}".strip())
        for one in found["events"]
    ]
    if rows:
        heads = ("cli.mappings.head.event", "cli.mappings.head.person", "cli.mappings.head.channel", "cli.mappings.head.value")
        table(heads, rows, numbers=False)
    for one in found["problems"]:
        line(one["message"])


@forms.command("list", cls=SpeakingCommand, help="cli.forms.list")
def list_forms(data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """The saved forms."""
    import msgspec

    from tanteemma.serve import hook_mappings

    with tables_of(data, write=False) as tx:
        found = hook_mappings.every_form(tx)

    def tell(listed: dict[str, Any]) -> None:
        rows = [(one["name"], one["form"]["title"], one["form"]["source"], one["version"]) for one in listed["forms"]]
        heads = ("cli.mappings.head.name", "cli.mappings.head.title", "cli.head.source", "cli.mappings.head.version")
        table(heads, rows, numbers=False)

    answer(Caller(data, as_json), msgspec.json.encode({"forms": found}), tell)


@forms.command("show", cls=SpeakingCommand, help="cli.forms.show")
def show_form(name: FormName, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """One form as its JSON."""
    import msgspec

    from tanteemma.serve import hook_mappings

    with tables_of(data, write=False) as tx:
        found = hook_mappings.one_form(tx, name)
    _print(msgspec.json.encode(found if as_json else found.form), as_json=as_json)


@forms.command("set", cls=SpeakingCommand, help="cli.forms.set")
def save_form(name: FormName, file: Document, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Save a form; the old version stays."""
    import msgspec

    from tanteemma.ingest.webhooks.forms import form_in
    from tanteemma.serve import hook_mappings

    with tables_of(data, write=True) as tx:
        kept = hook_mappings.keep_form(tx, name, form_in(_read(file)), _OWNER)
    answer(Caller(data, as_json), msgspec.json.encode(kept), _say_saved)


@forms.command("remove", cls=SpeakingCommand, help="cli.forms.remove")
def remove_form(name: FormName, data: Folder = DEFAULT_FOLDER, as_json: AsJson = False) -> None:
    """Remove a form; it takes nothing from now on."""
    _remove("form", name, Caller(data, as_json))


def _remove(kind: str, name: str, caller: Caller) -> None:
    import msgspec

    from tanteemma.serve import hook_mappings
    from tanteemma.store.operational.door_records import DoorKind

    with tables_of(caller.folder, write=True) as tx:
        hook_mappings.remove(tx, DoorKind(kind), name, _OWNER)
    answer(caller, msgspec.json.encode({"removed": name}), lambda said: line(say("cli.mappings.removed", name=said["removed"])))


def _print(document: bytes, *, as_json: bool) -> None:
    import msgspec

    from tanteemma.serve.cli.output import show_document

    show_document(document if as_json else msgspec.json.format(document, indent=2))


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST:
        raise Problem(ProblemCode.TOO_LARGE, status=413, limit=_LARGEST)
    return file.read_bytes()


def add_to(app: typer.Typer) -> None:
    """The commands under their words."""
    app.add_typer(mappings, name="mappings")
    app.add_typer(forms, name="forms")
