// @ts-check
// Loaded on every page: the small elements always, the graph only where there is one.

import "./cx-copy.js";
import "./cx-drop.js";
import "./cx-send.js";
import "./cx-steps.js";
import "./cx-wait.js";

if (document.querySelector("cx-graph")) import("./cx-graph.js");
