import time

from snowplow_tracker import (
    Emitter,
    PageView,
    SelfDescribing,
    SelfDescribingJson,
    StructuredEvent,
    Subject,
    Tracker,
)
from telling import STORY, done, wrong


def failed(sent, unsent):
    wrong("not sent", unsent, "sent", sent)


for method in ("post", "get"):
    emitter = Emitter(
        STORY["host"],
        protocol="http",
        port=STORY["port"],
        method=method,
        batch_size=3,
        on_failure=failed if method == "get" else None,
        max_retry_delay_seconds=1,
    )
    subject = Subject().set_user_id(STORY["user"]).set_domain_user_id(STORY["device"])
    tracker = Tracker("emma", emitter, subject, app_id=STORY["key"], encode_base64=method == "post")
    described = SelfDescribingJson(f"iglu:de.example/{method}_kauf/jsonschema/1-0-0", STORY["properties"])
    tracker.track(PageView("https://shop.example.de/", page_title=f"{STORY['page']} {method}"))
    tracker.track(StructuredEvent("Video", f"Play {method}", label="Größe", property_="ß", value=2.5))
    tracker.track(SelfDescribing(described, true_timestamp=STORY["time_ms"]))
    tracker.flush()
    time.sleep(4)  # what was refused is sent again by a timer
done()
