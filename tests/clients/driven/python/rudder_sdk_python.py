from rudderstack.analytics.client import Client
from telling import STORY, THEN, done, wrong

client = Client(STORY["key"], host=STORY["url"], gzip=True, on_error=wrong, upload_interval=0.1)
user = STORY["user"]
client.identify(user, STORY["traits"], timestamp=THEN)
client.track(user, STORY["event"], STORY["properties"], timestamp=THEN, anonymous_id=STORY["device"])
client.page(user, "Shop", STORY["page"], {"url": "https://shop.example.de/"}, timestamp=THEN)
client.screen(user, "Shop", STORY["page"], {"breite": 390}, timestamp=THEN)
client.group(user, STORY["company"], {"branche": "Bäckerei"}, timestamp=THEN)
client.alias(STORY["previous"], user, timestamp=THEN)
for number in range(120):
    client.track(user, "Gelesen", {"nummer": number}, timestamp=THEN)
client.flush()
client.shutdown()
done()
