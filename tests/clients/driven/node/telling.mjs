// What every driver does: read the story it is to tell, and say how it went.
import { readFileSync } from "node:fs";

export const STORY = JSON.parse(readFileSync(0, "utf8"));
export const THEN = new Date(STORY.time_ms);
const errors = [];

export const wrong = (...said) => errors.push(said.map((one) => one?.stack ?? JSON.stringify(one) ?? String(one)).join(" "));

/** A call that ends by calling back with an error or nothing. */
export const called = (call) =>
  new Promise((resolve) => call((failure) => (failure ? wrong(failure) : undefined, resolve())));

export const done = () => {
  process.stdout.write(JSON.stringify({ errors }) + "\n", () => process.exit(0));
};
