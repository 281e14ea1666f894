// @ts-check
// Loaded on every page: the small elements always, the graph only where there is one.

import "./cx-copy.js";
import "./cx-drop.js";
import "./cx-keys.js";
import "./cx-search.js";
import "./cx-send.js";
import "./cx-steps.js";
import "./cx-wait.js";
import "./cx-guide.js";

if (document.querySelector("cx-arrivals")) import("./cx-arrivals.js");

if (document.querySelector("cx-tour")) import("./cx-tour.js");

if (document.querySelector("cx-map")) import("./cx-map.js");

if (document.querySelector("cx-board")) import("./cx-board.js");

if (document.querySelector("cx-map, cx-board, cx-picture")) import("./cx-picture.js");

if (document.querySelector("cx-replay")) import("./cx-replay.js");

if (document.querySelector("cx-workshop")) import("./cx-workshop.js");

if (document.querySelector("cx-graph")) import("./cx-graph.js");

if (document.querySelector(".under, [hx-get]")) {
  import("./save.js").then(({ offerAll }) => {
    offerAll(document);
    document.body.addEventListener("htmx:after:settle", () => offerAll(document));
  });
}
