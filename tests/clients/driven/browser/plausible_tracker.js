import { init, track } from "@plausible-analytics/tracker";
import { STORY, done, wait, wrong } from "./telling.js";

let open = true;

const run = async () => {
  init({ domain: "shop.example.de", endpoint: `${STORY.url}/api/event?key=${STORY.key}`, captureOnLocalhost: true, transformRequest: (told) => (open ? told : null) });
  const answered = (answer) => answer?.status === 202 || wrong(answer);
  await new Promise((resolve) =>
    track(STORY.event, { props: { größe: "L", emoji: "😀" }, callback: (answer) => resolve(answered(answer)) }),
  );
  await wait(1100);
  await new Promise((resolve) => track("pageview", { callback: (answer) => resolve(answered(answer)) }));
  await wait(1100);
  await new Promise((resolve) => track("pageview", { callback: (answer) => resolve(answered(answer)) }));
  await wait(500);
  open = false; // what it measures when the page goes is left out: it comes or not
};
run().catch(wrong).then(done);
