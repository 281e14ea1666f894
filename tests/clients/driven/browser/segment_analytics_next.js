import { AnalyticsBrowser } from "@segment/analytics-next";
import { STORY, done, wait, wrong } from "./telling.js";

const own = { apiHost: `${STORY.host}:${STORY.port}/v1`, protocol: "http" };
const run = async () => {
  // once with its settings in the page, once asked from our host
  const told = { writeKey: STORY.key, cdnSettings: { integrations: { "Segment.io": { apiKey: STORY.key, ...own } } } };
  const client = AnalyticsBrowser.load(told, { integrations: { "Segment.io": own }, disableClientPersistence: false });
  await client.ready();
  await client.page("Shop", STORY.page, { größe: "L" });
  await client.track(STORY.event, STORY.properties);
  await client.identify(STORY.user, STORY.traits);
  await client.group(STORY.company, { branche: "Bäckerei" });
  await client.alias(STORY.user, STORY.previous);
  const other = AnalyticsBrowser.load({ writeKey: STORY.key, cdnURL: STORY.url }, { integrations: { "Segment.io": own } });
  await other.track("Mit Einstellungen", { größe: "L" });
  await wait(2500);
};
run().catch(wrong).then(done);
