// What every page does: tell the story it is given, and say how it went.
export const STORY = window.STORY;
const errors = [];
window.addEventListener("error", (event) => wrong(event.message));
window.addEventListener("unhandledrejection", (event) => wrong(event.reason));

export const wrong = (...said) => errors.push(said.map((one) => one?.stack ?? JSON.stringify(one) ?? String(one)).join(" "));

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const done = () => {
  window.told = { errors };
};
