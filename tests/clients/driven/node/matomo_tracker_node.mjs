import MatomoTracker from "matomo-tracker";
import { STORY, done, wrong } from "./telling.mjs";

const tracker = new MatomoTracker(1, `${STORY.url}/matomo.php`);
tracker.on("error", wrong);
const who = { token_auth: STORY.key, uid: STORY.user, _id: STORY.device, cdt: Math.floor(STORY.time_ms / 1000) };
const url = "https://shop.example.de/";
tracker.track({ ...who, url, action_name: STORY.page, cvar: JSON.stringify({ 1: ["größe", "L"] }) });
tracker.track({ ...who, url, e_c: "Video", e_a: "Ansehen", e_n: STORY.event, e_v: 2.5 });
const hits = [{ ...who, url, idgoal: 0, ec_id: "B-1", revenue: 12.5 }];
for (let nummer = 0; nummer < 30; nummer++) hits.push({ ...who, url, e_c: "Gelesen", e_a: `Seite ${nummer}` });
await new Promise((resolve) =>
  tracker.trackBulk(hits, (answer) => {
    const said = JSON.parse(answer);
    if (said.status !== "success" || said.tracked !== 31 || said.invalid !== 0) wrong(said);
    resolve();
  }),
);
await new Promise((resolve) => setTimeout(resolve, 1000));
done();
