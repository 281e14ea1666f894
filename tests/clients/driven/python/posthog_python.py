from posthog import Posthog
from telling import STORY, THEN, done, wrong

client = Posthog(STORY["key"], host=STORY["url"], gzip=True, on_error=wrong, flush_interval=0.1, disable_geoip=True)
user = STORY["user"]
client.set(distinct_id=user, properties=STORY["traits"], timestamp=THEN)
client.capture(STORY["event"], distinct_id=user, properties=STORY["properties"], timestamp=THEN)
client.capture("$pageview", distinct_id=user, properties={"title": STORY["page"], "$current_url": "https://shop.example.de/"})
client.group_identify("company", STORY["company"], {"branche": "Bäckerei"}, distinct_id=user)
client.alias(STORY["previous"], user)
for number in range(120):
    client.capture("Gelesen", distinct_id=user, properties={"nummer": number}, timestamp=THEN)
client.flush()
client.shutdown()
if client.get_all_flags(user):
    wrong("flags out of nowhere")
done()
