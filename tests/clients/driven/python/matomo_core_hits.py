import urllib.request
from urllib.parse import urlencode

from matomo_core.core import MatomoCore
from telling import STORY, done, right

core = MatomoCore(matomo_url=f"{STORY['url']}/matomo.php", id_site=1, token_auth=STORY["key"])
state = core.build_tracking_state(
    request_path="/kasse",
    request_url="https://shop.example.de/kasse",
    method="GET",
    user_agent="Mozilla/5.0 Größe",
    lang="de",
    referrer="https://shop.example.de/",
    remote_addr="192.0.2.7",
)
state["custom_tracking_data"] = {"action_name": STORY["page"], "uid": STORY["user"], "cvar": {"größe": "L"}}
core.track_request_end(200, state)
hit = core.prepare_tracking_data_for_matomo(state)
with urllib.request.urlopen(f"{STORY['url']}/matomo.php", urlencode(hit).encode(), timeout=30) as answer:
    right(answer.status, 204)
done()
