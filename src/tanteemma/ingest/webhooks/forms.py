"""What does a form ask, and what of an answer may be kept? Consent decides: without it only what answering the request needs.

A form has fields, a purpose, and the wording of the consent with its version; every event says which wording was agreed to,
when and for what. Fields that the form does not define are not kept at all: what is not asked is not stored.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

import msgspec

from tanteemma.identity.keys import is_address
from tanteemma.ingest.webhooks.readings import READINGS, as_text
from tanteemma.model.problems import Problem, ProblemCode, Problems

CONSENT: Final = "consent"
LANGUAGE: Final = "language"
REDIRECT: Final = "redirect"
#: where free text is found by everything that reads comments
COMMENT: Final = "$comment"
_RESERVED: Final = frozenset((CONSENT, LANGUAGE, REDIRECT, "key", "form"))
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SITE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
_YES: Final = frozenset(("on", "1", "yes", "ja", "true"))
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_PHONE: Final = re.compile(r"[+0-9][0-9 ()/.-]{3,30}")
_MOST_FIELDS: Final = 60
_MOST_CHOICES: Final = 300
_LONGEST_WORD: Final = 500
_LONGEST_TEXT: Final = 10_000
#: twice the same within so many seconds is one answer: a second click, a page sent again
_SAME_S: Final = 600
_OLDEST: Final = 130


class FieldKind(StrEnum):
    """What a field asks for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    AGE = "age"
    DATE = "date"
    CHOICE = "choice"


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field. ``required``: must be filled in. ``needed``: kept without consent, to answer the request."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    needed: bool = False
    choices: tuple[str, ...] = ()


class ConsentText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is agreed to: the wording, its version, the purposes. ``required``: nothing is kept without it."""

    text: str
    version: str
    purposes: tuple[str, ...]
    required: bool = False


class FormDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A form. ``sites``: the web sites that hold it and that it leads back to; ``purpose``: without consent."""

    title: str
    source: str
    event: str
    fields: tuple[FormField, ...]
    consent: ConsentText
    purpose: str = "contact_request"
    channel: str = "Website"
    department: str = ""
    sites: tuple[str, ...] = ()
    redirect: str = ""
    honeypot: str = "homepage"
    language: str = "de"


class FilledForm(msgspec.Struct, frozen=True):
    """An answer that may be kept: its event in native form, and the names of fields left out because there was no consent."""

    event: dict[str, Any]
    left_out: tuple[str, ...]


def form_in(text: bytes) -> FormDefinition:
    """A form from its JSON text. Raises Problem FORM_INVALID (422)."""
    try:
        return msgspec.json.decode(text, type=FormDefinition)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as wrong:
        raise Problem(ProblemCode.FORM_INVALID, status=422, hint=str(wrong)) from wrong


def check_form(form: FormDefinition) -> None:
    """Raises Problems naming everything that is wrong with a form."""
    problems: list[Problem] = []

    def wrong(field: str, **more: object) -> None:
        problems.append(Problem(ProblemCode.FORM_INVALID, status=422, field=field, **more))

    _check_words(form, problems)
    _check_fields(form, wrong)
    _check_consent(form, wrong)
    for at, site in enumerate(form.sites):
        if not _SITE.fullmatch(site):
            wrong(f"sites[{at}]", value=site)
    if form.redirect and not is_allowed_target(form, form.redirect):
        problems.append(Problem(ProblemCode.REDIRECT_FOREIGN, status=422, field="redirect", value=form.redirect))
    if not _NAME.fullmatch(form.honeypot) or form.language not in {"de", "en"}:
        wrong("honeypot" if not _NAME.fullmatch(form.honeypot) else "language")
    if problems:
        raise Problems(problems)


def _check_words(form: FormDefinition, problems: list[Problem]) -> None:
    for name in ("title", "source", "event", "purpose"):
        if not getattr(form, name).strip():
            problems.append(Problem(ProblemCode.FIELD_MISSING, status=422, field=name))
        elif len(getattr(form, name)) > _LONGEST_WORD:
            problems.append(Problem(ProblemCode.TEXT_TOO_LONG, status=422, field=name, limit=_LONGEST_WORD))


def _check_fields(form: FormDefinition, wrong: Callable[..., None]) -> None:
    if not 0 < len(form.fields) <= _MOST_FIELDS:
        wrong("fields", limit=_MOST_FIELDS)
    names = [one.name for one in form.fields]
    for at, one in enumerate(form.fields):
        if not _NAME.fullmatch(one.name) or one.name in _RESERVED or one.name == form.honeypot or names.count(one.name) > 1:
            wrong(f"fields[{at}].name", value=one.name)
        if not 0 < len(one.label.strip()) <= _LONGEST_WORD:
            wrong(f"fields[{at}].label")
        if (one.kind is FieldKind.CHOICE) != bool(one.choices) or len(one.choices) > _MOST_CHOICES:
            wrong(f"fields[{at}].choices")


def _check_consent(form: FormDefinition, wrong: Callable[..., None]) -> None:
    said = form.consent
    if not said.text.strip() or len(said.text) > _LONGEST_TEXT:
        wrong("consent.text")
    if not 0 < len(said.version.strip()) <= _LONGEST_WORD:
        wrong("consent.version")
    if not said.purposes or not all(0 < len(one.strip()) <= _LONGEST_WORD for one in said.purposes):
        wrong("consent.purposes")
    if not said.required and not any(one.needed for one in form.fields):
        wrong("fields")


def is_allowed_target(form: FormDefinition, target: str) -> bool:
    """May the visitor be sent there afterwards? Only to a page of one of the form's web sites.

    A name before the host (``name@``), a backslash or a line break does not get by.
    """
    if (
        len(target) > _LONGEST_WORD
        or not target.isascii()
        or not target.isprintable()
        or any(sign in target for sign in "\\ <>\"'")
    ):
        return False
    return any(target == site or target.startswith((f"{site}/", f"{site}?", f"{site}#")) for site in form.sites)


def is_honeypot_filled(form: FormDefinition, said: Mapping[str, object]) -> bool:
    """Did a program fill in the field that no person sees?"""
    return as_text(said.get(form.honeypot, "")).strip() != ""


def filled_form(name: str, version: int, form: FormDefinition, said: Mapping[str, object], received_us: int) -> FilledForm:
    """The answer as it may be kept. Raises Problems naming every field that is missing or wrong."""
    agreed = as_text(said.get(CONSENT, "")).strip().lower() in _YES
    if form.consent.required and not agreed:
        raise Problems([Problem(ProblemCode.CONSENT_MISSING, status=422, field=CONSENT)])
    problems: list[Problem] = []
    values: dict[str, object] = {}
    left_out: list[str] = []
    for one in form.fields:
        text = as_text(said.get(one.name, "")).strip()
        if not text:
            if one.required and (agreed or one.needed):
                problems.append(Problem(ProblemCode.FORM_FIELD_MISSING, status=422, field=one.label))
        elif not agreed and not one.needed:
            left_out.append(one.name)
        else:
            try:
                values[one.name] = _read(one, text)
            except Problem as problem:
                problems.append(problem)
    reach = [one for one in form.fields if one.kind in {FieldKind.EMAIL, FieldKind.PHONE}]
    if reach and not problems and not any(one.name in values for one in reach):
        problems.append(Problem(ProblemCode.CONTACT_MISSING, status=422))
    if not problems and not values:
        problems.append(Problem(ProblemCode.EMPTY_BODY, status=422))
    if problems:
        raise Problems(problems)
    return FilledForm(_event(name, version, form, values, (received_us, agreed)), tuple(left_out))


def _read(field: FormField, text: str) -> object:
    """What was filled in, checked by its kind."""
    limit = _LONGEST_TEXT if field.kind is FieldKind.LONG_TEXT else _LONGEST_WORD
    if len(text) > limit:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field=field.label, limit=limit)
    wrong = Problem(ProblemCode.FORM_FIELD_WRONG, status=422, field=field.label)
    fine: dict[FieldKind, Callable[[str], bool]] = {
        FieldKind.EMAIL: is_address,
        FieldKind.PHONE: lambda said: _PHONE.fullmatch(said) is not None,
        FieldKind.DATE: lambda said: _DAY.fullmatch(said) is not None,
        FieldKind.CHOICE: lambda said: said in field.choices,
    }
    if field.kind in fine and not fine[field.kind](text):
        raise wrong
    if field.kind is FieldKind.AGE:
        if not (text.isascii() and text.isdigit() and int(text[:4]) <= _OLDEST):
            raise wrong
        return int(text)
    if field.kind is FieldKind.NUMBER:
        try:
            return READINGS["number"](text, "")
        except Problem:
            raise wrong from None
    return text


def _event(
    name: str, version: int, form: FormDefinition, values: Mapping[str, object], when: tuple[int, bool]
) -> dict[str, Any]:
    received_us, agreed = when
    told = {key: as_text(value) for key, value in values.items()}
    content = repr((name, version, agreed, received_us // (_SAME_S * 1_000_000), sorted(told.items())))
    request = blake2b(content.encode("utf-8", "replace"), digest_size=16).hexdigest()
    kinds = {one.name: one.kind for one in form.fields}
    properties: dict[str, Any] = {"form": name, "form_version": version, "consent": _agreed(form, received_us, agreed=agreed)}
    traits: dict[str, Any] = {}
    for key, value in values.items():
        kind = kinds[key]
        if kind is FieldKind.LONG_TEXT:
            properties[COMMENT if COMMENT not in properties else key] = value
        elif kind is FieldKind.EMAIL and "email" not in traits:
            traits["email"] = value
        elif agreed:
            traits["phone" if kind is FieldKind.PHONE and "phone" not in traits else key] = value
        else:
            properties["phone" if kind is FieldKind.PHONE and "phone" not in properties else key] = value
    if form.department:
        properties["department"] = form.department
    event: dict[str, Any] = {
        "type": "track",
        "event": form.event,
        "message_id": f"form:{request}",
        "channel": form.channel or "Website",
        "purpose": form.consent.purposes[0] if agreed else form.purpose,
        "keys": {"form_request": request},
        "properties": properties,
    }
    return event | ({"traits": traits} if traits else {})


def _agreed(form: FormDefinition, received_us: int, *, agreed: bool) -> dict[str, Any]:
    """What was agreed to, with its wording by version, and when (microseconds since 1970 UTC)."""
    if not agreed:
        return {"given": False, "purposes": [form.purpose]}
    said = form.consent
    wording = blake2b(said.text.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return {"given": True, "purposes": list(said.purposes), "version": said.version, "wording": wording, "at": received_us}
