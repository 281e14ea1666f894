import { Identify, Revenue, createInstance } from "@amplitude/analytics-browser";
import { STORY, done, wait, wrong } from "./telling.js";

const run = async () => {
  for (const transport of ["fetch", "xhr", "beacon"]) {
    const client = createInstance();
    const quiet = { autocapture: false, fetchRemoteConfig: false, remoteConfig: { fetchRemoteConfig: false }, logLevel: 0 };
    const where = { serverUrl: `${STORY.url}/2/httpapi`, transport, flushIntervalMillis: 100, instanceName: transport };
    await client.init(STORY.key, { ...quiet, ...where, userId: STORY.user, deviceId: STORY.device }).promise;
    const sent = [];
    if (transport === "fetch") {
      const traits = new Identify();
      for (const [name, value] of Object.entries(STORY.traits)) traits.set(name, value);
      sent.push(client.identify(traits));
      sent.push(client.setGroup("company", STORY.company));
      sent.push(client.revenue(new Revenue().setProductId("schuh").setPrice(12.5).setQuantity(1)));
    }
    sent.push(client.track(`${STORY.event} ${transport}`, STORY.properties, { time: STORY.time_ms }));
    for (const answer of await Promise.all(sent.map((one) => one.promise))) if (answer.code !== 200) wrong(answer);
  }
  await wait(500);
};
run().catch(wrong).then(done);
