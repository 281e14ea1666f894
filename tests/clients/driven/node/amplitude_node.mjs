import { Identify, Revenue, createInstance } from "@amplitude/analytics-node";
import { STORY, done, wrong } from "./telling.mjs";

const who = { user_id: STORY.user, device_id: STORY.device };
for (const useBatch of [false, true]) {
  const client = createInstance();
  const serverUrl = `${STORY.url}${useBatch ? "/batch" : "/2/httpapi"}`;
  await client.init(STORY.key, { serverUrl, useBatch, flushQueueSize: 20, flushIntervalMillis: 100, logLevel: 0 }).promise;
  const word = useBatch ? " batch" : "";
  const sent = [];
  if (!useBatch) {
    const traits = new Identify();
    for (const [name, value] of Object.entries(STORY.traits)) traits.set(name, value);
    sent.push(client.identify(traits, who));
    sent.push(client.setGroup("company", STORY.company, who));
    sent.push(client.groupIdentify("company", STORY.company, new Identify().set("branche", "Bäckerei"), who));
    sent.push(client.revenue(new Revenue().setProductId("schuh").setPrice(12.5).setQuantity(1), { ...who, time: STORY.time_ms }));
  }
  sent.push(client.track(STORY.event + word, STORY.properties, { ...who, time: STORY.time_ms }));
  for (let nummer = 0; nummer < 30; nummer++) sent.push(client.track(`Gelesen${word}`, { nummer }, who));
  for (const answer of await Promise.all(sent.map((one) => one.promise))) if (answer.code !== 200) wrong(answer);
}
done();
