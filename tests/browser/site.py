"""A web site of another origin with the snippet on it, and what it sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from tanteemma.serve.snippet.code import STUB
from tests.server.running import Running, wait_until

SITE: Final = "https://shop.example.de"
ELSEWHERE: Final = "https://elsewhere.example.org"
#: a page as web sites have it: a list, a form, links, something dead, something custom, something long
BODY: Final = """
<main id="shop"><ul><li class="card css-1a2b3c"><button class="buy Button_x7Yz9">Kaufen 1</button></li>
<li class="card css-9z8y7x"><button class="buy Button_q1Ww2">Kaufen 2</button></li></ul>
<button id="dead" class="dead">Tot</button><button id="lively">Lebt</button><p id="said"></p>
<button id="named" data-emma="In den Warenkorb">In den Warenkorb</button>
<div data-emma-private><button id="secret">Geheim</button></div>
<my-card id="custom"></my-card>
<form name="kontakt"><input name="vorname"><input name="email" type="email"><input name="kennwort" type="password">
<input name="karte" autocomplete="cc-number"><input type="hidden" name="verborgen" value="canary-hidden">
<input name="geheim" data-emma-private><textarea name="nachricht"></textarea><button id="send">Senden</button></form>
<a id="out" href="https://elsewhere.example.org/x?email=hans@example.de&utm_source=a" target="_blank">Hinaus</a>
<a id="file" href="/files/preisliste-20261121.pdf" download>Preisliste</a>
<a id="spa" href="#/korb/4711">Korb</a><div style="height:3000px"></div></main>
<script>
document.getElementById("lively").onclick = () => { document.getElementById("said").textContent = "ja"; };
document.querySelector("form").onsubmit = (event) => event.preventDefault();
document.getElementById("file").onclick = (event) => event.preventDefault();
customElements.define("my-card", class extends HTMLElement {
  connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = '<button class="inner">Innen</button>'; }
});
</script>"""


#: the browser does not show what a beacon carries: it is told on its way
BEACONS: Final = """
const before = Navigator.prototype.sendBeacon;
Navigator.prototype.sendBeacon = function (url, body) { heard(body); return before.call(this, url, body); };
"""


@dataclass
class Site:
    """One visitor's browser on that site. ``sent``: bodies of all requests to our server; ``asked``: all requests to it."""

    server: Running
    context: BrowserContext
    page: Page
    head: str
    key: str
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    policy: str = ""
    body: str = BODY

    def serve(self, route: Route) -> None:
        headers = {"content-type": "text/html; charset=utf-8"}
        if self.policy:
            headers["content-security-policy"] = self.policy
        page = f"<!doctype html><html lang=de><head><title>Laden</title>{self.head}</head><body>{self.body}</body></html>"
        route.fulfill(status=200, headers=headers, body=page)

    def note(self, request: Request) -> None:
        if request.url.startswith(self.server.origin):
            self.asked.append(request.url)
            self.sent.append(request.post_data or "")

    def open(self, path: str = "/") -> Page:
        self.page.goto(SITE + path)
        return self.page

    def leave(self) -> None:
        """To another page, so that everything of this one is sent; what goes with the page itself nobody hears."""
        self.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        self.page.wait_for_timeout(300)
        self.page.goto("about:blank")

    def events(self) -> list[dict[str, Any]]:
        """Every event that was sent, once, in order."""
        found: dict[str, dict[str, Any]] = {}
        for body in self.sent:
            if body:
                found |= {event["message_id"]: event for event in json.loads(body)["batch"]}
        return list(found.values())

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events() if (event.get("event") or event.get("name")) == name]

    def wait_for(self, name: str) -> dict[str, Any]:
        """The first event of that name, as soon as it was sent."""
        self.wait_until(lambda: bool(self.named(name)))
        return self.named(name)[0]

    def wait_until(self, true: Callable[[], bool]) -> None:
        """While the page goes on."""

        def looked() -> bool:
            self.page.wait_for_timeout(100)
            return true()

        wait_until(looked, 30.0)

    def stored(self) -> dict[str, str]:
        """What lies in the browser: cookies and storage."""
        kept: dict[str, str] = self.page.evaluate("({...localStorage, ...sessionStorage})")
        return kept | {cookie.get("name", ""): cookie.get("value", "") for cookie in self.context.cookies()}


def head_of(server: Running, key: str, consent: str = "auto", more: str = "") -> str:
    return (
        f"<script>{STUB}</script>"
        f'<script async src="{server.origin}/v1/snippet/emma.js" data-key="{key}" data-consent="{consent}" {more}></script>'
    )


#: opens the site as a fresh visitor: consent mode, further attributes
Opened = Callable[..., AbstractContextManager[Site]]


@contextmanager
def site(browser: Browser, server: Running, key: str, consent: str = "auto", more: str = "") -> Iterator[Site]:
    """A fresh visitor."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1000, "height": 700})
    context.set_default_timeout(20_000)
    # our server is this machine here, which a page of the net may reach only with leave
    context.grant_permissions(["local-network-access"], origin=SITE)
    found = Site(server, context, context.new_page(), head_of(server, key, consent, more), key)
    for place in (SITE, ELSEWHERE):
        context.route(f"{place}/**", found.serve)
    context.expose_function("heard", lambda body: found.sent.append(body))  # noqa: PLW0108 - Playwright marks what it is given
    context.add_init_script(BEACONS)
    context.on("request", found.note)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    context.close()


def in_lake(server: Running, source: str) -> list[dict[str, Any]]:
    """What is stored of a source, oldest first."""
    question = "SELECT touchpoint, type, channel, subject, purpose, properties FROM emma_events WHERE source = $source"
    body = json.dumps({"sql": question + " ORDER BY occurred_at, touchpoint", "values": {"source": source}})
    reply = server.ask("POST", "/api/sql", body, Authorization=f"Bearer {admin_key(server)}")
    assert reply.status == 200, reply.text
    names = [column["name"] for column in reply.document["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in reply.document["rows"]]
    return [row | {"properties": json.loads(row["properties"] or "{}")} for row in rows]


_ADMIN: Final[dict[str, str]] = {}


def admin_key(server: Running) -> str:
    place = str(server.data)
    if place not in _ADMIN:
        _ADMIN[place] = server.key("admin", "reports")
    return _ADMIN[place]


def stored_with(server: Running, source: str, touchpoint: str) -> list[dict[str, Any]]:
    """What is stored of a source, as soon as that touchpoint is among it."""

    def stored() -> list[dict[str, Any]]:
        found = in_lake(server, source)
        return found if touchpoint in {row["touchpoint"] for row in found} else []

    rows: list[dict[str, Any]] = wait_until(stored)
    return rows
