from mixpanel import BufferedConsumer, Consumer, Mixpanel
from telling import STORY, done, wrong

told = {
    "events_url": f"{STORY['url']}/track",
    "people_url": f"{STORY['url']}/engage",
    "groups_url": f"{STORY['url']}/groups",
    "import_url": f"{STORY['url']}/import",
    "retry_backoff_factor": 0.1,
}
client = Mixpanel(STORY["key"], Consumer(**told))
user = STORY["user"]
try:
    client.people_set(user, STORY["traits"])
    client.track(user, STORY["event"], STORY["properties"] | {"time": STORY["time_ms"] / 1000, "$insert_id": f"{user}-1"})
    client.merge("", user, STORY["previous"], api_secret=STORY["key"])
    client.group_set("company", STORY["company"], {"branche": "Bäckerei"})
    client.import_data("", user, "Importiert", STORY["time_ms"] // 1000, {"größe": "L"}, api_secret=STORY["key"])
    buffered = BufferedConsumer(**told)
    client = Mixpanel(STORY["key"], buffered)
    for number in range(60):
        client.track(user, "Gelesen", {"nummer": number})
    buffered.flush()
except Exception as failure:
    wrong(repr(failure))
done()
