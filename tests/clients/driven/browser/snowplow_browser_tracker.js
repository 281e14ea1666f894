import {
  newTracker,
  setUserId,
  trackPageView,
  trackSelfDescribingEvent,
  trackStructEvent,
} from "@snowplow/browser-tracker";
import { STORY, done, wait, wrong } from "./telling.js";

const run = async () => {
  for (const eventMethod of ["post", "get", "beacon"]) {
    newTracker(eventMethod, STORY.url, {
      appId: STORY.key,
      eventMethod,
      encodeBase64: eventMethod === "post",
      onRequestFailure: (said) => said.willRetry || wrong(said),
    });
    setUserId(STORY.user, [eventMethod]);
    trackPageView({ title: `${STORY.page} ${eventMethod}` }, [eventMethod]);
    trackStructEvent({ category: "Video", action: `Play ${eventMethod}`, label: "Größe", property: "ß", value: 2.5 }, [eventMethod]);
    const data = eventMethod === "get" ? { größe: "L" } : STORY.properties;
    trackSelfDescribingEvent({ event: { schema: `iglu:de.example/${eventMethod}_kauf/jsonschema/1-0-0`, data } }, [eventMethod]);
    await wait(eventMethod === "post" ? 8000 : 2500);
  }
};
run().catch(wrong).then(done);
