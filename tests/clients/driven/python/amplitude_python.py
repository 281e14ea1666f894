import time

from amplitude import Amplitude, BaseEvent, Config, EventOptions, Identify, Revenue
from telling import STORY, done, wrong


def said(event, code, message):
    if code != 200:
        wrong(event, code, message)


who = {"user_id": STORY["user"], "device_id": STORY["device"]}
for batch in (False, True):
    path = "/batch" if batch else "/2/httpapi"
    client = Amplitude(STORY["key"], Config(server_url=f"{STORY['url']}{path}", use_batch=batch, callback=said))
    client.configuration.min_id_length = 1
    if not batch:
        traits = Identify()
        for name, value in STORY["traits"].items():
            traits.set(name, value)
        client.identify(traits, EventOptions(**who))
        client.set_group("company", STORY["company"], EventOptions(**who))
        client.group_identify("company", STORY["company"], Identify().set("branche", "Bäckerei"), EventOptions(**who))
        client.revenue(Revenue(price=12.5, quantity=1, product_id="schuh"), EventOptions(**who, time=STORY["time_ms"]))
    client.track(
        BaseEvent(
            event_type=f"{STORY['event']}{' batch' if batch else ''}",
            event_properties={name: value for name, value in STORY["properties"].items() if name != "verschachtelt"},
            time=STORY["time_ms"],
            **who,
        )
    )
    for number in range(30):
        client.track(BaseEvent(event_type="Gelesen", event_properties={"nummer": number}, **who))
    client.flush()
    time.sleep(5)  # what was refused is sent again by a timer
    client.shutdown()
done()
