import { buildPageView, buildSelfDescribingEvent, buildStructEvent, newTracker } from "@snowplow/node-tracker";
import { STORY, done, wrong } from "./telling.mjs";

for (const eventMethod of ["post", "get"]) {
  const tracker = newTracker(
    { namespace: "emma", appId: STORY.key, encodeBase64: eventMethod === "post" },
    {
      endpoint: STORY.url,
      eventMethod,
      bufferSize: 3,
      onRequestFailure: (said) => said.willRetry || wrong(said),
      retryFailedRequests: true,
    },
  );
  tracker.setUserId(STORY.user);
  tracker.setDomainUserId(STORY.device);
  tracker.track(buildPageView({ pageUrl: "https://shop.example.de/", pageTitle: `${STORY.page} ${eventMethod}` }));
  tracker.track(buildStructEvent({ category: "Video", action: `Play ${eventMethod}`, label: "Größe", property: "ß", value: 2.5 }));
  const event = { schema: `iglu:de.example/${eventMethod}_kauf/jsonschema/1-0-0`, data: STORY.properties };
  tracker.track(buildSelfDescribingEvent({ event }), [{ schema: "iglu:de.example/laden/jsonschema/1-0-0", data: { ort: "Köln" } }]);
  await tracker.flush();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await tracker.flush(); // what was refused waits for the next flush
  await new Promise((resolve) => setTimeout(resolve, 500));
}
done();
