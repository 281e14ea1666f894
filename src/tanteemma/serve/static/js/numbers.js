// @ts-check
// How counts, shares and durations read in the language of the page.

const language = document.documentElement.lang === "en" ? "en-GB" : "de-DE";
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const shares = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ends = new Intl.NumberFormat(language, { style: "percent" });

/** @type {[string, number][]} */
const UNITS = [["year", 365 * 86400], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** @param {number} value @param {string} unit @param {number} digits */
function inUnit(value, unit, digits = 0) {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
}

/** A count with all digits. @param {number} value */
export const count = (value) => whole.format(value);

/** A share of 1 as percent with one decimal; nothing and all as they are. @param {number} share */
export function percent(share) {
  if (share === 0 || share === 1) return ends.format(share);
  if (share > 0 && share < 0.001) return `< ${shares.format(0.001)}`;
  return share < 1 && share >= 0.9995 ? `> ${shares.format(0.999)}` : shares.format(share);
}

/** A duration in its two largest units, below ten seconds with one decimal. @param {number | null} seconds @param {number} most */
export function duration(seconds, most = 2) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  if (seconds > 0 && seconds < 10) return inUnit(Math.max(0.1, Math.round(seconds * 10) / 10), "second", 1);
  const left = Math.round(seconds);
  const place = UNITS.findIndex(([, size]) => left >= size);
  if (place < 0) return inUnit(0, "second");
  const [unit, size] = UNITS[place];
  const large = Math.floor(left / size);
  const parts = [inUnit(large, unit)];
  if (place + 1 < UNITS.length && most > 1) {
    const [smaller, smallerSize] = UNITS[place + 1];
    const rest = Math.floor((left % size) / smallerSize);
    if (rest) parts.push(inUnit(rest, smaller));
  }
  return parts.join(" ");
}

/** A duration short enough for an arrow: the second unit only while the first is small. @param {number | null} seconds */
export function briefly(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const size = UNITS.find(([, each]) => seconds >= each)?.[1] ?? 1;
  return duration(seconds, seconds / size < 5 ? 2 : 1);
}

/** Fill the places of a text. @param {string} text @param {Record<string, string | number>} places */
export const fill = (text, places) => text.replace(/\{(\w+)\}/g, (whole_, name) => (name in places ? String(places[name]) : whole_));
