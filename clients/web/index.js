// @ts-check
// The visitor snippet as a module. Importing it does nothing, on a server neither; start() begins.

const waiting = [];

/** Calls the snippet; what is called before start() waits. */
export function emma(...call) {
  if (typeof window === "undefined") return;
  if (window.emma) window.emma(...call);
  else waiting.push(call);
}

/** Loads the snippet of this package once; `more: "off"` leaves the second part out. */
export async function start(options) {
  if (typeof window === "undefined" || window.emma) return;
  const early = function (...call) {
    early.q.push(call);
  };
  early.q = waiting.splice(0);
  early.options = options;
  window.emma = early;
  await import("./emma.js");
  if (options.more !== "off") await import("./emma-more.js");
}

export const consent = (given) => emma("consent", given);
export const track = (name, properties) => emma("track", name, properties);
export const page = (name, properties) => emma("page", name, properties);
export const identify = (id, traits) => emma("identify", id, traits);

export default emma;
