import { jitsuAnalytics } from "@jitsu/js";
import { STORY, done, wait, wrong } from "./telling.js";

const run = async () => {
  const client = jitsuAnalytics({ host: STORY.url, writeKey: STORY.key });
  await client.page({ name: STORY.page });
  await client.track(STORY.event, STORY.properties);
  await client.identify(STORY.user, STORY.traits);
  await client.group(STORY.company, { branche: "Bäckerei" });
  await wait(1000);
};
run().catch(wrong).then(done);
