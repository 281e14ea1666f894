"""Turn a typed view into the page a person reads: one renderer per language, everything escaped, every text by key."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

import jinja2
import msgspec
from markupsafe import Markup, escape

from tanteemma.model.money import money, money_span
from tanteemma.model.texts import LANGUAGES, catalogue
from tanteemma.serve.pages import drawing_funnel, drawing_times, numbers, periods
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.compared_links import ComparedLinks
from tanteemma.serve.pages.customer_tabs import CUSTOMER_TABS
from tanteemma.serve.pages.document_words import DOCUMENT_WORDS
from tanteemma.serve.pages.drawing import bar_chart
from tanteemma.serve.pages.drawing_phases import phase_curve
from tanteemma.serve.pages.drawing_shapes import shape_drawing
from tanteemma.serve.pages.drawn_links import DrawnLinks
from tanteemma.serve.pages.effort_links import EFFORT_LINKS
from tanteemma.serve.pages.exports import CHOICES
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.formula_words import formula_sentence
from tanteemma.serve.pages.funnel_links import FunnelLinks
from tanteemma.serve.pages.links import journeys_behind, step_links
from tanteemma.serve.pages.sankey import sankey
from tanteemma.serve.pages.score_links import SCORE_LINKS
from tanteemma.serve.pages.sql_columns import VIEWS
from tanteemma.serve.pages.tabs import TABS
from tanteemma.serve.pages.views import Shell, View
from tanteemma.serve.pages.views_comparison import Whiskers
from tanteemma.serve.pages.views_one_source import OVERLAPS
from tanteemma.serve.pages.views_segments import size_line, upset
from tanteemma.serve.pages.views_sources import ROLES
from tanteemma.serve.pages.views_sql import EXAMPLES, shown
from tanteemma.serve.pages.views_ways import Paths
from tanteemma.serve.pages.webhook_words import WEBHOOK_WORDS
from tanteemma.serve.pages.where_words import in_words

_SERVE: Final = Path(__file__).parents[1]
TEMPLATES: Final = _SERVE / "templates"
STATIC: Final = _SERVE / "static"
_JUST_NOW: Final = timedelta(seconds=10)
#: Sent with every page. No inline script and no inline style anywhere.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@cache
def static_version() -> str:
    """Twelve digits that change with any static file: addresses ``/static/<version>/…`` may be cached for ever."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def static_address(path: str) -> str:
    """The address of a static file, e.g. ``css/emma.css``."""
    return f"/static/{static_version()}/{path}"


class Renderer:
    """Renders pages and partials in one language.

    >>> Renderer("de").say("pages.nav.start")
    'Start'
    """

    def __init__(self, language: str, *, now: Callable[[], datetime] = numbers.utc_now) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self.locale = numbers.LOCALES[self.language]
        self._now = now
        self._jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(self._filters())
        self._jinja.globals.update(self._globals())

    def render(self, template: str, view: View, shell: Shell) -> str:
        """The whole page (``pages/….html``) or a piece of one (``partials/….html``) with this view."""
        return self._jinja.get_template(template).render(
            view=view,
            shell=shell,
            moment=partial(numbers.moment, locale=self.locale, zone=shell.time_zone),
            day=partial(numbers.day, locale=self.locale, zone=shell.time_zone),
            clock=partial(numbers.clock, locale=self.locale, zone=shell.time_zone),
        )

    def say(self, key: str, /, **params: object) -> str:
        """The text of a key; ``count`` chooses singular or plural, whole numbers read grouped.

        Without any parameter the places stay open: the browser fills them.
        """
        found = self._found(key, params)
        return found.format_map({name: self._spoken(value) for name, value in params.items()}) if params else found

    def stress(self, key: str, /, **params: object) -> Markup:
        """The text of a key with its places filled in bold; text and places are escaped."""
        marked = {name: Markup("<strong>{}</strong>").format(self._spoken(value)) for name, value in params.items()}
        return Markup(escape(self._found(key, params)).format_map(marked))  # noqa: S704 - text and places were escaped above

    def _found(self, key: str, params: dict[str, object]) -> str:
        found = catalogue(self.language)[key]
        return found if isinstance(found, str) else found[0 if params.get("count") == 1 else 1]

    def known(self, key: str) -> bool:
        """Is there a text for this key?"""
        return key in catalogue(self.language)

    def _ago(self, at: datetime | None) -> str:
        if at is not None and abs(at - self._now()) < _JUST_NOW:
            return self.say("pages.just_now")
        return numbers.ago(at, self.locale, self._now)

    def _spoken(self, value: object) -> object:
        return numbers.in_full(value, self.locale) if isinstance(value, int) else value

    def _filters(self) -> dict[str, Callable[..., object]]:
        reading = {
            "number": numbers.in_full,
            "rounded": numbers.rounded,
            "felt": numbers.felt,
            "short": numbers.short,
            "percent": numbers.percent,
            "stated_percent": numbers.stated_percent,
            "duration": numbers.duration,
            "size": numbers.size,
        }
        filters: dict[str, Callable[..., object]] = {name: partial(read, locale=self.locale) for name, read in reading.items()}
        filters["ago"] = self._ago
        filters["money"] = lambda value, currency, digits=2: money(value, currency or "", self.language, digits=digits)
        filters["money_span"] = lambda ends, currency: money_span(ends[0], ends[1], currency or "", self.language)
        filters["driver"] = self._driver
        filters["formula"] = lambda formula: formula_sentence(formula, self.say)
        filters["condition"] = lambda said: in_words(said, self.say, self.locale)
        filters["interval"] = lambda one: (one.low, one.high)
        filters["pair"] = lambda value: (value, value)
        filters["drawing"] = Markup  # of an SVG that our own drawing wrote and escaped
        filters["json"] = lambda value: msgspec.json.encode(value).decode()
        return filters

    def _named_periods(self) -> dict[str, object]:
        reader = (self.locale, self.say)
        return {
            "group_name": lambda name, by: periods.group_name(name, by, reader),
            "period_name": lambda begin, grain, zone: periods.period_name(begin, grain, zone, reader),
        }

    def _globals(self) -> dict[str, object]:
        words = {"t": self.say, "tb": self.stress, "known": self.known, "language": self.language, "languages": LANGUAGES}
        return words | {
            "Address": Address,
            "static": static_address,
            "roles": ROLES,
            "overlaps": OVERLAPS,
            "bar_chart": bar_chart,
            "phase_curve": phase_curve,
            "other_language": _other_language,
            "with_filter": _with_filter,
            "refiltered": _refiltered,
            "tabs": TABS,
            "customer_tabs": CUSTOMER_TABS,
            "size_line": size_line,
            "upset": upset,
            "sankey": sankey,
            "shape_drawing": shape_drawing,
            "step_links": step_links,
            "step_name": self._step_name,
            "behind": journeys_behind,
            "periods": periods,
            **self._named_periods(),
            "week": drawing_times.week,
            "curve": drawing_times.curve,
            "triangle": drawing_times.triangle,
            "exports": CHOICES,
            "funnel_picture": drawing_funnel.funnel_picture,
            "funnel_links": FunnelLinks,
            "drawn_links": DrawnLinks,
            "sql_examples": EXAMPLES,
            "sql_cell": shown,
            "sql_columns": VIEWS,
            "compared_links": ComparedLinks,
            "whisker_scale": Whiskers,
            "conversion": drawing_funnel.conversion,
            "conversion_curve": drawing_funnel.conversion_curve,
            **(WEBHOOK_WORDS | EFFORT_LINKS | SCORE_LINKS),
            **DOCUMENT_WORDS,
        }

    def _driver(self, name: str) -> str:
        """A driver as people say it: numbers of a journey have words of their own, the rest stands after its kind."""
        kind, colon, rest = name.partition(":")
        if self.known(f"drivers.number.{name}"):
            return self.say(f"drivers.number.{name}")
        return self.say(f"drivers.kind.{kind}", name=rest) if colon and self.known(f"drivers.kind.{kind}") else name

    def _step_name(self, place: int, paths: Paths) -> str:
        """What a column of paths is called: the touchpoint itself, or how many steps after or before it."""
        if place == 0:
            return paths.touchpoint if paths.touchpoint is not None else self.say(f"pages.paths.place.edge.{paths.direction}")
        return self.say("pages.paths.place.after" if place > 0 else "pages.paths.place.before", step=abs(place))


def _other_language(shell: Shell, language: str) -> str:
    """This page in another language: same address, same parameters."""
    pairs = [pair for pair in parse_qsl(shell.query, keep_blank_values=True) if pair[0] != "language"]
    return f"{shell.path}?{urlencode([*pairs, ('language', language)])}"


def _with_filter(address: str, wanted: JourneyFilter | str) -> str:
    """An address that carries the filter along."""
    query = wanted if isinstance(wanted, str) else wanted.query()
    return f"{address}?{query}" if query else str(address)


def _refiltered(address: str, *queries: str) -> str:
    """An address with several queries one after the other."""
    query = "&".join(filter(None, queries))
    return f"{address}?{query}" if query else str(address)


@cache
def renderer(language: str) -> Renderer:
    """The renderer of a language, made once: its templates stay compiled."""
    return Renderer(language)
