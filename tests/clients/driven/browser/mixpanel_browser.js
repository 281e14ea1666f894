import mixpanel from "mixpanel-browser/src/loaders/loader-module-core";
import { STORY, done, wait, wrong } from "./telling.js";

const told = (...said) => /503|retry in/.test(String(said)) || wrong(...said);

const run = async () => {
  const config = { api_host: STORY.url, persistence: "localStorage", batch_flush_interval_ms: 300, error_reporter: told };
  mixpanel.init(STORY.key, { ...config, ignore_dnt: true, autocapture: false, track_pageview: false });
  mixpanel.track(STORY.event, STORY.properties);
  mixpanel.identify(STORY.user);
  mixpanel.people.set(STORY.traits);
  mixpanel.alias(STORY.previous, STORY.user);
  mixpanel.set_group("company", STORY.company);
  mixpanel.get_group("company", STORY.company).set({ branche: "Bäckerei" });
  for (let nummer = 0; nummer < 30; nummer++) mixpanel.track("Gelesen", { nummer });
  mixpanel.track("Als Beacon", { größe: "L" }, { transport: "sendBeacon" });
  await wait(6000);
};
run().catch(wrong).then(done);
