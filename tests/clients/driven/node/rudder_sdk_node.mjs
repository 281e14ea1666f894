import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { STORY, THEN, called, done } from "./telling.mjs";

const client = new RudderAnalytics(STORY.key, { dataPlaneUrl: STORY.url, flushAt: 20, flushInterval: 100, logLevel: "silent" });
const who = { userId: STORY.user, timestamp: THEN };
const told = [
  ["identify", { ...who, traits: STORY.traits }],
  ["track", { ...who, anonymousId: STORY.device, event: STORY.event, properties: STORY.properties }],
  ["page", { ...who, category: "Shop", name: STORY.page, properties: { url: "https://shop.example.de/" } }],
  ["screen", { ...who, name: STORY.page, properties: { breite: 390 } }],
  ["group", { ...who, groupId: STORY.company, traits: { branche: "Bäckerei" } }],
  ["alias", { ...who, previousId: STORY.previous }],
];
for (let nummer = 0; nummer < 120; nummer++) told.push(["track", { ...who, event: "Gelesen", properties: { nummer } }]);
await Promise.all(told.map(([word, said]) => called((back) => client[word](said, back))));
await client.flush();
done();
