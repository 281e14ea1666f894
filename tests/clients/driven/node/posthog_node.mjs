import { PostHog } from "posthog-node";
import { STORY, THEN, done, wrong } from "./telling.mjs";

const client = new PostHog(STORY.key, { host: STORY.url, flushAt: 20, flushInterval: 100, fetchRetryDelay: 200 });
client.on("error", wrong);
const distinctId = STORY.user;
client.identify({ distinctId, properties: { $set: STORY.traits } });
client.capture({ distinctId, event: STORY.event, properties: STORY.properties, timestamp: THEN });
client.capture({ distinctId, event: "$pageview", properties: { title: STORY.page }, timestamp: THEN });
client.groupIdentify({ groupType: "company", groupKey: STORY.company, properties: { branche: "Bäckerei" }, distinctId });
client.alias({ distinctId, alias: STORY.previous });
for (let nummer = 0; nummer < 120; nummer++) client.capture({ distinctId, event: "Gelesen", properties: { nummer }, timestamp: THEN });
if (await client.getFeatureFlag("nichts", distinctId)) wrong("a flag out of nowhere");
await client.shutdown(20000);
done();
