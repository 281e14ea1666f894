// @ts-check
// An icon of the sprite, and a small button that carries one.

/** @param {string | null} sprite @param {string} name */
export function icon(sprite, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** @param {string} text @param {SVGElement} sign @param {() => void} act */
export function button(text, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button small";
  made.append(sign, text);
  made.addEventListener("click", act);
  return made;
}
