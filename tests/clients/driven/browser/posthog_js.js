import posthog from "posthog-js/dist/array.full.no-external.js";
import { STORY, done, wait, wrong } from "./telling.js";

const run = async () => {
  const client = posthog?.init ? posthog : window.posthog;
  await new Promise((resolve) =>
    client.init(STORY.key, {
      api_host: STORY.url,
      ui_host: STORY.url,
      opt_out_useragent_filter: true,
      disable_surveys: true,
      capture_pageview: false,
      autocapture: true,
      request_batching: STORY.batching ?? true,
      loaded: resolve,
    }),
  );
  client.capture("$pageview", { title: STORY.page });
  client.capture(STORY.event, STORY.properties);
  client.identify(STORY.user, STORY.traits);
  client.group("company", STORY.company, { branche: "Bäckerei" });
  client.alias(STORY.previous);
  for (let nummer = 0; nummer < 30; nummer++) client.capture("Gelesen", { nummer });
  await wait(2000);
  document.querySelector("#knopf").click();
  await wait(7000);
  if (client.isFeatureEnabled("nichts")) wrong("a flag out of nowhere");
};
run().catch(wrong).then(done);
