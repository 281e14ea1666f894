import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
import { STORY, done, wait, wrong } from "./telling.js";

const run = async () => {
  const client = new RudderAnalytics();
  client.load(STORY.key, STORY.url, {
    configUrl: STORY.url,
    loadIntegration: false,
    useBeacon: STORY.beacon ?? false,
    plugins: undefined,
    logLevel: "ERROR",
  });
  await new Promise((resolve) => client.ready(resolve));
  client.page("Shop", STORY.page, { größe: "L" });
  client.track(STORY.event, STORY.properties);
  client.identify(STORY.user, STORY.traits);
  client.group(STORY.company, { branche: "Bäckerei" });
  client.alias(STORY.user, STORY.previous);
  await wait(8000);
};
run().catch(wrong).then(done);
