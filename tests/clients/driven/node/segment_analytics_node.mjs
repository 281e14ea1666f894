import { Analytics } from "@segment/analytics-node";
import { STORY, THEN, done, wrong } from "./telling.mjs";

const client = new Analytics({ writeKey: STORY.key, host: STORY.url, path: "/v1/batch", flushAt: 20, flushInterval: 100 });
client.on("error", wrong);
const who = { userId: STORY.user, timestamp: THEN };
client.identify({ ...who, traits: STORY.traits });
client.track({ ...who, anonymousId: STORY.device, event: STORY.event, properties: STORY.properties });
client.page({ ...who, category: "Shop", name: STORY.page, properties: { url: "https://shop.example.de/" } });
client.screen({ ...who, name: STORY.page, properties: { breite: 390 } });
client.group({ ...who, groupId: STORY.company, traits: { branche: "Bäckerei" } });
client.alias({ ...who, previousId: STORY.previous });
for (let nummer = 0; nummer < 120; nummer++) client.track({ ...who, event: "Gelesen", properties: { nummer } });
await client.closeAndFlush({ timeout: 20000 });
done();
