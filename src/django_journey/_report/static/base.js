// Small tools of the report: building elements, unpacking data, formatting amounts.

const byId = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 60rem)");

/** Build an element. Texts become text nodes, never markup: nothing of a trace can run here. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** Markup that the report's writer has drawn, its texts escaped; the report's policy lets none of it run. */
function drawn(markup) {
  return markup ? [...new DOMParser().parseFromString(markup, "text/html").body.childNodes].map((node) => document.adoptNode(node)) : "";
}

const rows = JSON.parse(byId("data-rows").textContent);
const files = JSON.parse(byId("data-files").textContent);
const leftOut = new Set(JSON.parse(byId("data-left-out").textContent));
const rowOf = new Map(rows.map((row) => [row.id, row]));

/** Set the URL's fragment without a new entry in the tab's history; some browsers limit how often. */
function setAddress(fragment) {
  try { history.replaceState(null, "", fragment); } catch { /* the address is a convenience */ }
}

/** Unpack a packed text (base64 of zlib), or return null if there is none. */
async function unpack(id) {
  const element = byId("data-" + id);
  if (!element) return null;
  const bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

const OUTCOMES = {
  __proto__: null, // a runner's own words must not be found in Object
  passed: ["passed", "✓"],
  failed: ["failed", "✗"],
  error: ["error", "✗"],
  skipped: ["skipped", "–"],
  xfailed: ["failed as expected", "✗"],
  xpassed: ["passed unexpectedly", "✗"],
  unfinished: ["did not finish", "…"],
};
const BAD = new Set(["failed", "error", "xpassed", "unfinished"]);

function time(ms) {
  if (!ms) return "";
  if (ms < 10) return ms.toFixed(1) + " ms";
  if (ms < 1000) return Math.round(ms) + " ms";
  if (ms < 60000) return (ms / 1000).toFixed(1) + " s";
  return Math.floor(ms / 60000) + " min " + Math.round((ms % 60000) / 1000) + " s";
}

function amount(number, one, many) {
  return number.toLocaleString("en") + " " + (number === 1 ? one : many || one + "s");
}

function bytes(size) {
  if (!size) return "";
  return size < 1024 ? size + " B" : size < 1048576 ? (size / 1024).toFixed(1) + " KB" : (size / 1048576).toFixed(1) + " MB";
}

function outcomeMark(outcome) {
  const [words, sign] = OUTCOMES[outcome] || [outcome, "?"];
  return h("span", { class: "outcome-mark " + outcome }, h("span", { "aria-hidden": "true" }, sign), h("span", { class: "unseen" }, words));
}

/** The first letters of a name, as a badge in the actor's colour. */
function badge(actor, actors) {
  const place = Math.max(0, actors.indexOf(actor));
  const words = actor.split(/[\s_@.-]+/).filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words[1][0] : actor.slice(0, 2);
  return h("span", { class: "badge a" + (place % 8), title: actor, "aria-hidden": "true" }, letters.toUpperCase());
}

function verb(step) {
  return (step.verb || "step").replaceAll("_", " ");
}
