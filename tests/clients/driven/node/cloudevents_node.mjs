import { CloudEvent, HTTP } from "cloudevents";
import { STORY, THEN, done, wrong } from "./telling.mjs";

const made = (id) =>
  new CloudEvent({
    id: `${STORY.user}-${id}`,
    source: "https://erp.example.de/b%C3%BCro",
    type: `de.example.auftrag.${id}`,
    subject: STORY.user,
    time: THEN.toISOString(),
    data: STORY.properties,
  });
const batch = { headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify([made("b1"), made("b2")]) };
for (const message of [HTTP.structured(made("s")), HTTP.binary(made("b")), batch]) {
  const headers = { ...message.headers, authorization: `Bearer ${STORY.key}` };
  const answer = await fetch(`${STORY.url}/v1/cloudevents`, { method: "POST", headers, body: message.body });
  if (answer.status !== 202) wrong(answer.status, await answer.text());
}
done();
