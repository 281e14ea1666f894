from ga4mp import GtagMP
from telling import STORY, THEN, done

client = GtagMP(api_secret=STORY["key"], measurement_id="G-EMMA123", client_id=STORY["device"])
client._base_domain = f"{STORY['url']}/mp/collect"
client.store.set_user_property("user_id", STORY["user"])
client.store.set_user_property("plan", "gold")
bought = client.create_new_event("purchase")
for name, value in (("value", 12.5), ("currency", "EUR"), ("transaction_id", "B-1"), ("größe", "ß 😀")):
    bought.set_event_param(name, value)
page = client.create_new_event("page_view")
page.set_event_param("page_title", STORY["page"])
page.set_event_param("page_location", "https://shop.example.de/")
# it compares with the local clock: a time without a zone is what it takes
client.send([bought, page], date=THEN.astimezone().replace(tzinfo=None))
client.send([{"name": "Gelesen", "params": {"nummer": number}} for number in range(30)])
done()
