"""The real clients this project promises to understand: which package, how it is driven, what must arrive."""

from dataclasses import dataclass
from typing import Final

from tests.clients import expected as its
from tests.clients.expected import Expectation


@dataclass(frozen=True)
class Client:
    """``driver``: its script under ``driven/<where>``. ``retries``: a request answered with 503 is sent again by the client.

    ``knows_ids``: its events have ids, so that the same bytes sent again change nothing. ``key``: how the write key is written.
    """

    driver: str
    package: str
    where: str
    expected: Expectation
    calls: str
    retries: bool = True
    knows_ids: bool = True
    key: str = "{}"


_SEGMENT: Final = "identify, track, page, screen, group, alias, batches"
_PAGE: Final = "page, track, identify, group, alias"

CLIENTS: Final = (
    Client("segment_analytics_python", "segment-analytics-python", "python", its.segment, f"{_SEGMENT}, gzip"),
    Client("rudder_sdk_python", "rudder-sdk-python", "python", its.segment, f"{_SEGMENT}, gzip"),
    Client("customerio_cdp_analytics", "customerio-cdp-analytics", "python", its.segment, _SEGMENT),
    Client("posthog_python", "posthog", "python", its.posthog_python, "set, capture, page, group, alias, flags, batches, gzip"),
    Client(
        "snowplow_tracker_python", "snowplow-tracker", "python", its.snowplow_python, "page, structured, described; POST, GET"
    ),
    Client(
        "matomopy_tracker",
        "matomopy",
        "python",
        its.matomopy,
        "page, event, goal, search, download, content, order, cart, ping, bulk",
        retries=False,
    ),
    Client("matomo_core_hits", "matomo-core", "python", its.matomo_core, "page", retries=False),
    Client("ga4mp_python", "ga4mp", "python", its.ga4mp, "purchase, page, 25 a request", retries=False, knows_ids=False),
    Client(
        "mixpanel_python",
        "mixpanel",
        "python",
        its.mixpanel_python,
        "track, people, groups, merge, import, batches",
        retries=False,
    ),
    Client(
        "amplitude_python", "amplitude-analytics", "python", its.amplitude_python, "track, identify, group, revenue; both paths"
    ),
    Client("cloudevents_python", "cloudevents", "python", its.cloudevents_of("0", "1"), "structured, binary", retries=False),
    Client("segment_analytics_node", "@segment/analytics-node", "node", its.segment, _SEGMENT),
    Client("rudder_sdk_node", "@rudderstack/rudder-sdk-node", "node", its.segment, f"{_SEGMENT}, gzip"),
    Client("customerio_cdp_analytics_node", "@customerio/cdp-analytics-node", "node", its.segment, _SEGMENT),
    Client(
        "jitsu_js_node", "@jitsu/js", "node", its.jitsu_on_a_server, "identify, track, page, group", retries=False, key="{}:s"
    ),
    Client(
        "posthog_node", "posthog-node", "node", its.posthog_node, "identify, capture, page, group, alias, flags, batches, gzip"
    ),
    Client("matomo_tracker_node", "matomo-tracker", "node", its.matomo_node, "page, event, order, bulk", retries=False),
    Client(
        "snowplow_node_tracker", "@snowplow/node-tracker", "node", its.snowplow_node, "page, structured, described; POST, GET"
    ),
    Client(
        "mixpanel_node",
        "mixpanel",
        "node",
        its.mixpanel_node,
        "track, people, groups, alias, batches; GET, POST",
        retries=False,
    ),
    Client("amplitude_node", "@amplitude/analytics-node", "node", its.amplitude, "track, identify, group, revenue; both paths"),
    Client("umami_node", "@umami/node", "node", its.umami, "page, track, identify", retries=False, knows_ids=False),
    Client(
        "cloudevents_node",
        "cloudevents",
        "node",
        its.cloudevents_of("s", "b", "b1", "b2"),
        "structured, binary, batch",
        retries=False,
    ),
    Client("segment_analytics_next", "@segment/analytics-next", "browser", its.segment_next, f"{_PAGE}, settings"),
    Client("rudder_analytics_js", "@rudderstack/analytics-js", "browser", its.segment_in_a_page, f"{_PAGE}, settings"),
    Client("jitsu_js", "@jitsu/js", "browser", its.jitsu_in_a_page, "page, track, identify, group", retries=False, key="{}:s"),
    Client(
        "posthog_js", "posthog-js", "browser", its.posthog_js, "page, capture, identify, group, alias, click, flags, batches"
    ),
    Client(
        "snowplow_browser_tracker",
        "@snowplow/browser-tracker",
        "browser",
        its.snowplow_in_a_page,
        "page, structured, described; POST, GET, keepalive",
    ),
    Client(
        "mixpanel_browser", "mixpanel-browser", "browser", its.mixpanel_browser, "track, people, groups, alias, batches, beacon"
    ),
    Client(
        "amplitude_browser",
        "@amplitude/analytics-browser",
        "browser",
        its.amplitude_in_a_page,
        "track, identify, group, revenue; fetch, XHR, beacon",
    ),
    Client(
        "plausible_tracker",
        "@plausible-analytics/tracker",
        "browser",
        its.plausible,
        "page, track, engagement",
        retries=False,
        knows_ids=False,
    ),
)
