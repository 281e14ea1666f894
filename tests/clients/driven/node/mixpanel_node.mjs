import Mixpanel from "mixpanel";
import { STORY, called, done } from "./telling.mjs";

const told = { host: STORY.host, port: STORY.port, protocol: "http", keepAlive: false };
for (const verbose of [false, true]) {
  const client = Mixpanel.init(STORY.key, { ...told, verbose, key: "unused" });
  const who = { distinct_id: STORY.user, time: Math.floor(STORY.time_ms / 1000) };
  const word = verbose ? " laut" : "";
  await called((back) => client.people.set(STORY.user, { ...STORY.traits, laut: verbose }, back));
  await called((back) => client.track(STORY.event + word, { ...STORY.properties, ...who, $insert_id: `${STORY.user}${word}` }, back));
  await called((back) => client.alias(STORY.user, STORY.previous, back));
  await called((back) => client.groups.set("company", STORY.company, { branche: "Bäckerei", laut: verbose }, back));
  const events = [];
  for (let nummer = 0; nummer < 30; nummer++)
    events.push({ event: `Gelesen${word}`, properties: { ...who, nummer, $insert_id: `${STORY.user}${word}${nummer}` } });
  await called((back) => client.track_batch(events, (failed) => back(failed?.[0])));
}
done();
