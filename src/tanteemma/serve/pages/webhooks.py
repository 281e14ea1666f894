"""Between a filled-in page and a mapping or a form: read what was typed, write what is saved, make the HTML to copy."""

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from markupsafe import escape

from tanteemma.ingest.webhooks.forms import ConsentText, FieldKind, FormDefinition, FormField
from tanteemma.ingest.webhooks.mapping import FIELDS, NAMED, HookMapping, Rule, Signature
from tanteemma.ingest.webhooks.wished import KINDS_OF_ANSWER, Wished
from tanteemma.model.texts import text

_MOST_RULES: Final = 100
_WHOLE: Final = ("title", "source", "department", "purpose", "channel", "zone")


def mapping_lines(mapping: HookMapping) -> dict[str, str]:
    """The fields of a mapping that are typed as several lines: ``0.when``, ``0.keys`` …, ``tables``, ``answer`` and others."""
    lines = {}
    for number, rule in enumerate(mapping.rules):
        lines[f"{number}.when"] = "\n".join(rule.when)
        for group in NAMED:
            lines[f"{number}.{group}"] = "\n".join(f"{name} = {one}" for name, one in getattr(rule, group).items())
    lines["tables"] = "\n".join(
        f"{table}: {name} = {value}" for table, entries in mapping.tables.items() for name, value in entries.items()
    )
    lines["of_delivery"] = "\n".join(mapping.of_delivery)
    lines["answer"] = "" if mapping.answer is None else mapping.answer.body
    return lines


def mapping_of(said: Mapping[str, str]) -> HookMapping:
    """The mapping that was typed into the page."""
    written = said.get("rules", "1")
    count = min(int(written), _MOST_RULES) if written.isascii() and written.isdigit() and len(written) < 5 else 1  # noqa: PLR2004 - digits
    rules = tuple(_rule(said, number) for number in range(count) if f"{number}.remove" not in said)
    if said.get("action") == "add":
        rules = (*rules, Rule())
    tables: dict[str, dict[str, str]] = {}
    for line in said.get("tables", "").splitlines():
        table, colon, rest = line.partition(":")
        name, equals, value = rest.partition("=")
        if colon and equals and table.strip():
            tables.setdefault(table.strip(), {})[name.strip()] = value.strip()
    whole = {name: said.get(name, "").strip() for name in _WHOLE}
    everything: dict[str, Any] = {
        "of_delivery": tuple(line.strip() for line in said.get("of_delivery", "").splitlines() if line.strip()),
        "answer": _answer(said),
        **whole,
    }
    return HookMapping(rules=rules, tables=tables, signature=_signature(said), **everything)


def _answer(said: Mapping[str, str]) -> Wished | None:
    body = said.get("answer", "").strip()
    return Wished(type=said.get("answer_type", KINDS_OF_ANSWER[0]), body=body) if body else None


def _rule(said: Mapping[str, str], number: int) -> Rule:
    fields = {name: said.get(f"{number}.{name}", "").strip() for name in FIELDS}
    named = {group: _named(said.get(f"{number}.{group}", "")) for group in NAMED}
    when = tuple(line.strip() for line in said.get(f"{number}.when", "").splitlines() if line.strip())
    each, fallback = said.get(f"{number}.each", "").strip(), f"{number}.fallback" in said
    kind = said.get(f"{number}.type", "track")
    everything: dict[str, Any] = {**fields, **named}
    return Rule(when=when, each=each, fallback=fallback, type=kind, **everything)


def _named(lines: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines.splitlines())
    return {name.strip(): one.strip() for name, equals, one in pairs if equals and name.strip() and one.strip()}


def _signature(said: Mapping[str, str]) -> Signature | None:
    kind = said.get("signature", "")
    if not kind:
        return None
    if kind != "hmac":
        return Signature(kind=kind)
    return Signature(
        kind=kind,
        header=said.get("signature_header", "").strip(),
        algorithm=said.get("signature_algorithm", "sha256"),
        encoding=said.get("signature_encoding", "hex"),
    )


def form_lines(form: FormDefinition) -> dict[str, str]:
    """The fields of a form that are typed as several lines."""
    fields = []
    for one in form.fields:
        marks = [one.kind.value, *(["required"] if one.required else []), *(["needed"] if one.needed else [])]
        choices = f" | {'; '.join(one.choices)}" if one.choices else ""
        fields.append(f"{one.name} | {one.label} | {' '.join(marks)}{choices}")
    return {
        "fields": "\n".join(fields),
        "sites": "\n".join(form.sites),
        "purposes": "\n".join(form.consent.purposes),
    }


def form_of(said: Mapping[str, str]) -> FormDefinition:
    """The form that was typed into the page; a field a line: ``name | label | kind required needed | choice; choice``."""
    fields = tuple(_field(line) for line in said.get("fields", "").splitlines() if line.strip())
    consent = ConsentText(
        text=said.get("consent_text", "").strip(),
        version=said.get("consent_version", "").strip(),
        purposes=tuple(line.strip() for line in said.get("purposes", "").splitlines() if line.strip()),
        required="consent_required" in said,
    )
    words = {
        name: said.get(name, "").strip()
        for name in ("title", "source", "event", "purpose", "channel", "department", "redirect", "honeypot", "language")
    }
    sites = tuple(line.strip().rstrip("/") for line in said.get("sites", "").splitlines() if line.strip())
    words["honeypot"] = words["honeypot"] or "homepage"
    words["language"] = words["language"] or "de"
    return FormDefinition(fields=fields, consent=consent, sites=sites, **words)


def _field(line: str) -> FormField:
    name, label, marks, choices = (*(part.strip() for part in line.split("|", 3)), "", "", "")[:4]
    words = marks.split()
    kind = next((FieldKind(word) for word in words if word in set(FieldKind)), FieldKind.TEXT)
    chosen = tuple(one.strip() for one in choices.split(";") if one.strip())
    return FormField(
        name=name, label=label or name, kind=kind, required="required" in words, needed="needed" in words, choices=chosen
    )


_INPUTS: Final = {
    FieldKind.TEXT: 'type="text"',
    FieldKind.EMAIL: 'type="email" autocomplete="email"',
    FieldKind.PHONE: 'type="tel" autocomplete="tel"',
    FieldKind.NUMBER: 'type="text" inputmode="decimal"',
    FieldKind.AGE: 'type="number" min="0" max="130"',
    FieldKind.DATE: 'type="date"',
}


def embed_code(address: str, name: str, form: FormDefinition) -> str:
    """The form as plain HTML to copy into a web site: no script, no cookie, nothing loaded from here."""
    rows = [f'<form method="post" action="{escape(address)}/v1/forms/{escape(name)}" accept-charset="utf-8">']
    rows += [f"  {_input(one)}" for one in form.fields]
    # a person does not see it, does not reach it by key, and is told to leave it empty by a screen reader
    trap = text("webhooks.embed.trap", form.language)
    rows.append(
        f'  <p style="position:absolute;left:-9999px" aria-hidden="true"><label>{escape(trap)} '
        f'<input type="text" name="{escape(form.honeypot)}" tabindex="-1" autocomplete="off"></label></p>'
    )
    needed = " required" if form.consent.required else ""
    rows.append(
        f'  <p><label><input type="checkbox" name="consent" value="yes"{needed}> {escape(form.consent.text)}</label></p>'
    )
    rows.append(f'  <input type="hidden" name="language" value="{form.language}">')
    rows.append(f"  <p><button>{escape(text('webhooks.embed.send', form.language))}</button></p>")
    return "\n".join([*rows, "</form>"])


def _input(field: FormField) -> str:
    needed = " required" if field.required else ""
    label, name = escape(field.label), escape(field.name)
    if field.kind is FieldKind.CHOICE:
        options = "".join(f"<option>{escape(one)}</option>" for one in field.choices)
        return f'<p><label>{label} <select name="{name}"{needed}><option value=""></option>{options}</select></label></p>'
    if field.kind is FieldKind.LONG_TEXT:
        return f'<p><label>{label} <textarea name="{name}" rows="5" maxlength="10000"{needed}></textarea></label></p>'
    return f'<p><label>{label} <input name="{name}" {_INPUTS[field.kind]} maxlength="500"{needed}></label></p>'


def pretty(payload: object) -> str:
    """An example as people read it."""
    return json.dumps(msgspec.to_builtins(payload), ensure_ascii=False, indent=2)
