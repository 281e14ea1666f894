import { Umami } from "@umami/node";
import { STORY, done, wrong } from "./telling.mjs";

const client = new Umami({ hostUrl: STORY.url, websiteId: STORY.key, userAgent: "Mozilla/5.0 Umami" });
const right = async (asked) => {
  const answer = await asked;
  if (answer.status !== 200 || typeof (await answer.json()).sessionId !== "string") wrong(answer.status);
};
await right(client.track({ url: "/kasse", title: STORY.page, hostname: "shop.example.de", language: "de-DE" }));
await right(client.track(STORY.event, STORY.properties));
await right(client.identify(STORY.traits));
await new Promise((resolve) => setTimeout(resolve, 1100));
await right(client.track({ url: "/kasse", title: STORY.page, hostname: "shop.example.de", language: "de-DE" }));
done();
