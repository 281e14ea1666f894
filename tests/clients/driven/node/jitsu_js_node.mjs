import { jitsuAnalytics } from "@jitsu/js";
import { STORY, done } from "./telling.mjs";

const client = jitsuAnalytics({ host: STORY.url, writeKey: STORY.key, s2s: true });
await client.identify(STORY.user, STORY.traits);
await client.track(STORY.event, STORY.properties);
await client.page({ name: STORY.page, url: "https://shop.example.de/" });
await client.group(STORY.company, { branche: "Bäckerei" });
for (let nummer = 0; nummer < 10; nummer++) await client.track("Gelesen", { nummer });
done();
