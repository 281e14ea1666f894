import urllib.request

from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from telling import STORY, THEN, done, right

for number, write in enumerate((to_structured_event, to_binary_event)):
    event = CloudEvent(
        attributes={
            "id": f"{STORY['user']}-{number}",
            "source": "https://erp.example.de/büro",
            "type": f"de.example.auftrag.{number}",
            "specversion": "1.0",
            "subject": STORY["user"],
            "time": THEN,
            "datacontenttype": "application/json",
        },
        data=STORY["properties"],
    )
    message = write(event, JSONFormat())
    headers = {**message.headers, "Authorization": f"Bearer {STORY['key']}"}
    asked = urllib.request.Request(f"{STORY['url']}/v1/cloudevents", message.body, headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        right(answer.status, 202)
done()
