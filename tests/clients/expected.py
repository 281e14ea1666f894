"""What must lie in the lake after a client told its story: every event with its fields, and who is one person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.clients.telling import Story

READ: Final = "Gelesen"
BRANCH: Final = {"branche": "Bäckerei"}


@dataclass(frozen=True)
class Event:
    """One event. ``subject``: a key, or its beginning when the client invents the rest. ``then``: it happened when told."""

    type: str
    name: str
    subject: str | None
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    then: bool = True
    value: float | None = None
    currency: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    times: int = 1

    def fields(self) -> int:
        """How many values are compared: type, name, subject, time, and what else is said."""
        more = (self.value is not None) + (self.currency is not None)
        return 4 + len(self.properties) + len(self.traits) + len(self.keys) + more


@dataclass(frozen=True)
class Told:
    """All that a story leaves behind. ``read``: events called "Gelesen", numbered from 0. ``same``: keys of one customer."""

    events: Sequence[Event]
    read: int = 0
    numbered: bool = True
    same: Sequence[str] = ()

    def rows(self) -> int:
        """How many events there are in all."""
        return sum(event.times for event in self.events) + self.read

    def fields(self) -> int:
        """How many values are compared in all."""
        return (
            sum(event.fields() * event.times for event in self.events)
            + self.read * (2 if self.numbered else 1)
            + len(self.same)
        )


Expectation = Callable[[Story], Told]


def user(story: Story) -> str:
    return f"user:{story.user}"


def everybody(story: Story, *more: str) -> tuple[str, ...]:
    """The customer under her id, her address and her old name."""
    return (user(story), f"mail:{story.email}", f"user:{story.previous}", *more)


def segment(story: Story) -> Told:
    """The six calls of the Segment family on a server."""
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits),
        Event("track", story.event, me, properties=story.properties),
        Event("page", story.page, me, properties={"url": "https://shop.example.de/"}),
        Event("screen", story.page, me, properties={"breite": 390}),
        Event("group", "Group", me, traits=BRANCH),
        Event("alias", "Alias", me),
    ]
    return Told(events, 120, same=everybody(story, f"anon:{story.device}", f"anon:{story.previous}"))


def segment_in_a_page(story: Story, *more: Event, alias: bool = True) -> Told:
    """The same calls of a browser library, which knows its visitor before she says who she is."""
    me = user(story)
    events = [
        Event("page", story.page, "anon:", then=False),
        Event("track", story.event, "anon:", properties=story.properties, then=False),
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("group", "Group", me, traits=BRANCH, then=False),
        *([Event("alias", "Alias", me, then=False)] if alias else []),
        *more,
    ]
    return Told(events, same=everybody(story) if alias else (me, f"mail:{story.email}"))


def segment_next(story: Story) -> Told:
    """A page view that has to be sent again is sent with the name she has by then."""
    told = segment_in_a_page(story, Event("track", "Mit Einstellungen", "", properties={"größe": "L"}, then=False))
    return replace(told, events=[replace(one, subject="") if one.type == "page" else one for one in told.events])


def jitsu_in_a_page(story: Story) -> Told:
    return segment_in_a_page(story, alias=False)


def jitsu_on_a_server(story: Story) -> Told:
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("track", story.event, me, properties=story.properties, then=False),
        Event("page", story.page, me, properties={"url": "https://shop.example.de/"}, then=False),
        Event("group", "Group", me, traits=BRANCH, then=False),
    ]
    return Told(events, 10, same=(me, f"mail:{story.email}"))


def posthog_python(story: Story) -> Told:
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits),
        Event("track", story.event, me, properties=story.properties),
        Event("page", story.page, me, properties={"$current_url": "https://shop.example.de/"}, then=False),
        Event("group", "Group", me, properties={"$group_key": story.company, "$group_set": BRANCH}, then=False),
        Event("alias", "Alias", me, then=False),
    ]
    return Told(events, 120, same=everybody(story))


def posthog_node(story: Story) -> Told:
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("track", story.event, me, properties=story.properties),
        Event("page", story.page, me),
        Event("group", "Group", me, properties={"$group_key": story.company, "$group_set": BRANCH}, then=False),
        Event("alias", "Alias", f"user:{story.previous}", then=False),
        Event("track", "$feature_flag_called", me, then=False),
    ]
    return Told(events, 120, same=everybody(story))


def posthog_js(story: Story) -> Told:
    me = user(story)
    events = [
        Event("page", story.page, "anon:", then=False),
        Event("track", story.event, "anon:", properties=story.properties, then=False),
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("group", "Group", me, properties={"$group_key": story.company, "$group_set": BRANCH}, then=False),
        Event("alias", "Alias", f"user:{story.previous}", then=False),
        Event("track", "$autocapture", me, properties={"$event_type": "click"}, then=False),
        Event("track", "$feature_flag_called", me, then=False),
    ]
    return Told(events, 30, same=everybody(story))


def _snowplow(story: Story, methods: Sequence[str], *, true_time: bool, device: bool = True) -> Told:
    me = user(story)
    events: list[Event] = []
    for method in methods:
        short = {"größe": "L"} if not device and method == "get" else story.properties
        events += [
            Event("page", f"{story.page} {method}", me, then=False),
            Event("track", f"Video: Play {method}", me, {"se_la": "Größe", "se_pr": "ß"}, value=2.5, then=False),
            Event("track", f"{method}_kauf", me, properties=short, then=true_time),
        ]
    return Told(events, same=(me, f"anon:{story.device}") if device else (me,))


def snowplow_python(story: Story) -> Told:
    return _snowplow(story, ("post", "get"), true_time=True)


def snowplow_node(story: Story) -> Told:
    return _snowplow(story, ("post", "get"), true_time=False)


def snowplow_in_a_page(story: Story) -> Told:
    return _snowplow(story, ("post", "get", "beacon"), true_time=False, device=False)


def _matomo_order(story: Story) -> Event:
    return Event("track", "Order", user(story), value=12.5, keys={"order": "B-1"})


def matomopy(story: Story) -> Told:
    me = user(story)
    events = [
        Event("page", story.page, me, {"dimension1": "L", "res": "1440x900", "url": "https://shop.example.de/"}),
        Event("track", "Video: Ansehen", me, {"e_n": story.event}, value=2.5),
        Event("track", "Goal 3", me, value=7.25),
        Event("track", "Search", me, {"search": "Größe 😀", "search_cat": "Schuhe", "search_count": "4"}),
        Event("track", "Download", me, {"download": "https://shop.example.de/preise.pdf"}),
        Event("track", "Content", me, {"c_n": "Banner", "c_p": "bild.png", "c_i": "click"}),
        _matomo_order(story),
        Event("track", "Cart Update", me, value=5.5),
    ]
    return Told(events, 30, numbered=False, same=(me, f"anon:{story.device}"))


def matomo_core(story: Story) -> Told:
    page = {
        "url": "https://shop.example.de/kasse",
        "lang": "de",
        "urlref": "https://shop.example.de/",
        "ua": "Mozilla/5.0 Größe",
    }
    return Told([Event("page", story.page, user(story), page, then=False)])


def matomo_node(story: Story) -> Told:
    me = user(story)
    events = [
        Event("page", story.page, me, {"url": "https://shop.example.de/"}),
        Event("track", "Video: Ansehen", me, {"e_n": story.event}, value=2.5),
        _matomo_order(story),
    ]
    return Told(events, 30, numbered=False, same=(me, f"anon:{story.device}"))


def ga4mp(story: Story) -> Told:
    me, plan = user(story), {"plan": "gold"}
    bought = {"transaction_id": "B-1", "größe": "ß 😀"}
    events = [
        Event("track", "purchase", me, bought, plan, value=12.5, currency="EUR", keys={"order": "B-1"}),
        Event("page", story.page, me, {"page_location": "https://shop.example.de/"}, plan),
    ]
    return Told(events, 30, same=(me, f"anon:{story.device}"))


def _company(story: Story, then: bool = False, **more: Any) -> Event:
    return Event("group", "Group", None, traits=BRANCH | more, keys={"company": story.company}, then=then)


def mixpanel_python(story: Story) -> Told:
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("track", story.event, me, properties=story.properties),
        Event("alias", "Alias", me, then=False),
        _company(story),
        Event("track", "Importiert", me, properties={"größe": "L"}),
    ]
    return Told(events, 60, same=everybody(story))


def mixpanel_node(story: Story) -> Told:
    me = user(story)
    events: list[Event] = []
    for loud in (False, True):
        events += [
            Event("identify", "Identify", me, traits={**story.traits, "laut": loud}, then=False),
            Event("track", story.event + (" laut" if loud else ""), me, properties=story.properties),
            _company(story, laut=loud),
        ]
    # said twice in the same words it is one statement
    events.append(Event("alias", "Alias", f"user:{story.previous}", then=False))
    return Told(events, 60, numbered=False, same=everybody(story))


def mixpanel_browser(story: Story) -> Told:
    """This client cuts texts at 255 characters."""
    me = user(story)
    cut = story.properties | {"lang": story.properties["lang"][:255]}
    events = [
        Event("track", story.event, "anon:", properties=cut, then=False),
        Event("identify", "Identify", me, traits={"$initial_referrer": "$direct"}, then=False),
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("identify", "Identify", me, traits={"company": [story.company]}, then=False),
        Event("identify", "Identify", me, properties={"mp_lib": "web"}, then=False),
        Event("identify", "Identify", f"user:{story.previous}", properties={"mp_lib": "web"}, then=False),
        Event("alias", "Alias", f"user:{story.previous}", then=False),
        Event("track", "Als Beacon", me, properties={"größe": "L"}, then=False),
        _company(story),
    ]
    return Told(events, 30, same=everybody(story))


def _amplitude(story: Story, sorts: Sequence[str], read: int, *, group: bool) -> Told:
    me = user(story)
    events = [
        Event("identify", "Identify", me, traits=story.traits, then=False),
        Event("identify", "Identify", me, traits={"company": story.company}, then=False),
        Event("track", "revenue_amount", me, properties={"$productId": "schuh"}, value=12.5, then=group),
        *(Event("track", f"{story.event}{sort}", me, properties=story.properties) for sort in sorts),
    ]
    if group:
        events.append(Event("group", "Group", me, traits=BRANCH, then=False))
    return Told(events, read, numbered=False, same=(me, f"anon:{story.device}", f"mail:{story.email}"))


def amplitude_python(story: Story) -> Told:
    """This client takes no lists that hold nothing, and cuts texts at 1,024 characters."""
    told = amplitude(story)
    plain = {name: value for name, value in story.properties.items() if name != "verschachtelt"}
    plain["lang"] = plain["lang"][:1024]
    return replace(told, events=[replace(one, properties=plain) if "größe" in one.properties else one for one in told.events])


def amplitude(story: Story) -> Told:
    return _amplitude(story, ("", " batch"), 60, group=True)


def amplitude_in_a_page(story: Story) -> Told:
    return _amplitude(story, (" fetch", " xhr", " beacon"), 0, group=False)


def plausible(story: Story) -> Told:
    page = {"d": "shop.example.de"}
    events = [
        Event("track", story.event, "anon:", properties=page | {"größe": "L", "emoji": "😀"}, then=False),
        Event("page", "Page", "anon:", properties=page, then=False, times=3),
        Event("track", "engagement", "anon:", properties={"sd": 100}, then=False, times=2),
    ]
    return Told(events)


def umami(story: Story) -> Told:
    page = {"url": "/kasse", "hostname": "shop.example.de", "language": "de-DE"}
    events = [
        Event("page", story.page, "anon:", properties=page, then=False, times=2),
        Event("track", story.event, "anon:", properties=story.properties, then=False),
        Event("identify", "Identify", "anon:", traits=story.traits, then=False),
    ]
    return Told(events)


def cloudevents_of(*kinds: str) -> Expectation:
    def told(story: Story) -> Told:
        return Told([Event("track", f"de.example.auftrag.{kind}", user(story), story.properties) for kind in kinds])

    return told
