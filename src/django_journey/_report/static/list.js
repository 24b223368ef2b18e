// The list of tests: stories, tests of one view and units in separate tabs; searched, filtered and sorted.

const BATCH = 50;
const GROUPS = [
  ["skipped", "Skipped", (row) => row.outcome === "skipped"],
  ["stories", "Stories", (row) => row.story || row.layer === "broad" || row.layer === "browser"],
  ["narrow", "One view", (row) => row.layer === "narrow"],
  ["unit", "Units", () => true],
];
const ALL = "all";
const TABS = [...GROUPS.slice(1), GROUPS[0], [ALL, "All"]].filter(([name]) => name !== "skipped" || rows.some((row) => row.outcome === "skipped"));
const COLUMNS = [
  ["outcome", "Outcome", (row) => (BAD.has(row.outcome) ? 0 : row.outcome === "skipped" ? 2 : 1), "narrow-column"],
  ["title", "Test", (row) => (row.title || "").toLowerCase(), "wide-column"],
  ["layer", "Layer", (row) => ["unit", "narrow", "broad", "browser"].indexOf(row.layer), "layer-column"],
  ["requests", "Requests", (row) => row.requests || 0, "number"],
  ["queries", "Queries", (row) => row.queries || 0, "number"],
  ["ms", "Time", (row) => row.ms || 0, "number"],
];

for (const row of rows) row.group = GROUPS.find(([, , belongs]) => belongs(row))[0];

/** What the search finds in a row itself; made when the first word is typed. */
function textOf(row) {
  row.text ??= [row.title, row.name, row.file, row.why, row.reason, row.driver, ...(row.actors || []), ...(row.views || []), ...(row.urls || [])]
    .join("\n").toLowerCase();
  return row.text;
}

const list = {
  group: (TABS.find(([name]) => rows.some((row) => row.group === name)) || TABS[0])[0],
  words: "", outcome: "", layer: "", before: "", sort: "", down: false, shown: BATCH, body: null, status: null, tabs: new Map(), fields: {},
};
if (!rows.some((row) => row.group === list.group && BAD.has(row.outcome))) {
  const worse = TABS.find(([name]) => rows.some((row) => row.group === name && BAD.has(row.outcome)));
  if (worse) list.group = worse[0];
}
list.first = list.group;

// The texts within tests are unpacked when the first word is typed; see search_index.py.
const within = { texts: null, tests: [], found: new Map() };

async function loadTexts() {
  if (within.texts) return;
  within.texts = [];
  const data = JSON.parse(await unpack("search").catch(() => null) || '{"texts": [], "tests": []}');
  Object.assign(within, { texts: data.texts.map((text) => [text, text.toLowerCase()]), tests: data.tests, found: new Map() });
  drawList();
}

/** The first text of each test that has the word, by the test's row. */
function textsWith(word) {
  if (!within.texts) return new Map();
  let found = within.found.get(word);
  if (!found) {
    const fits = within.texts.map(([, low]) => low.includes(word));
    found = new Map();
    if (fits.includes(true)) within.tests.forEach((own, index) => {
      const number = own.find((each) => fits[each]);
      if (number !== undefined) found.set(rows[index], within.texts[number][0]);
    });
    within.found.set(word, found);
  }
  return found;
}

function searched() {
  return list.words.toLowerCase().split(/\s+/).filter(Boolean);
}

function fitting(group) {
  const words = searched().map((word) => [word, textsWith(word)]);
  return rows.filter((row) =>
    (group === ALL || row.group === group) &&
    (!list.outcome || (list.outcome === "bad" ? BAD.has(row.outcome) : row.outcome === list.outcome)) &&
    (!list.layer || row.layer === list.layer) &&
    words.every(([word, texts]) => textOf(row).includes(word) || texts.has(row)));
}

function sorted(found) {
  const column = COLUMNS.find(([name]) => name === list.sort);
  if (!column) {
    // Failures come first; otherwise the order in which the tests ran.
    return [...found.filter((row) => BAD.has(row.outcome)), ...found.filter((row) => !BAD.has(row.outcome))];
  }
  const value = column[2];
  const sign = list.down ? -1 : 1;
  return [...found].sort((a, b) => { const x = value(a), y = value(b); return (x < y ? -1 : x > y ? 1 : 0) * sign; });
}

function drawList() {
  const all = fitting(ALL);
  const amounts = { [ALL]: all.length };
  for (const row of all) amounts[row.group] = (amounts[row.group] || 0) + 1;
  for (const [name, label] of TABS) {
    const tab = list.tabs.get(name);
    const current = name === list.group;
    tab.setAttribute("aria-selected", current);
    tab.tabIndex = current ? 0 : -1;
    tab.replaceChildren(label, h("span", { class: "amount" }, String(amounts[name] || 0)));
  }
  const found = sorted(list.group === ALL ? all : all.filter((row) => row.group === list.group));
  list.body.replaceChildren(...found.slice(0, list.shown).map(listRow));
  list.more.hidden = found.length <= list.shown;
  list.more.textContent = "Show more (" + (found.length - list.shown).toLocaleString("en") + " left)";
  list.status.textContent = found.length ? amount(found.length, "test") + " shown" : "No test fits. Loosen the filters above.";
  list.empty.hidden = found.length > 0;
  for (const [name, , , , head] of list.heads) {
    head.setAttribute("aria-sort", list.sort !== name ? "none" : list.down ? "descending" : "ascending");
  }
}

function listRow(row) {
  const actors = row.actors || [];
  const inside = searched().find((word) => !textOf(row).includes(word));
  const hint = (inside && textsWith(inside).get(row)) || row.why || row.reason;
  return h("tr", { class: BAD.has(row.outcome) ? "bad" : "" },
    h("td", { class: "narrow-column" }, outcomeMark(row.outcome)),
    h("td", { class: "wide-column" },
      h("a", { href: "#" + row.id, class: "open" }, row.title || row.name,
        row.attempt && h("span", { class: "tag" }, "attempt " + row.attempt)),
      hint && h("span", { class: "hint" }, hint),
      h("span", { class: "hint name" }, row.name),
      h("span", { class: "small-facts" }, [row.layer, row.requests && amount(row.requests, "request"), time(row.ms)].filter(Boolean).join(" · "))),
    h("td", { class: "cast" }, actors.slice(0, 4).map((actor) => badge(actor, actors)),
      actors.length > 0 && h("span", { class: "unseen" }, actors.join(", "))),
    h("td", { class: "layer-column" }, row.layer && h("span", { class: "layer " + row.layer }, row.layer)),
    h("td", { class: "number" }, row.requests ? String(row.requests) : ""),
    h("td", { class: "number" }, row.queries ? row.queries.toLocaleString("en") : ""),
    h("td", { class: "number" }, time(row.ms)));
}

function change(values) {
  Object.assign(list, { shown: BATCH }, values);
  drawList();
  if (byId("one").hidden) setAddress(listLink());
}

/** The fragment of the list as it is shown: its tab, search, filters and order. */
function listLink() {
  const chosen = { tab: list.group === list.first ? "" : list.group, q: list.words, outcome: list.outcome, layer: list.layer,
    sort: list.sort && (list.down ? "-" : "") + list.sort };
  const filled = Object.entries(chosen).filter(([, value]) => value);
  return filled.length ? "#?" + new URLSearchParams(filled) : "#";
}

/** Show the list that a fragment names; what it does not know is ignored. */
function readLink(fragment) {
  const asked = new URLSearchParams(fragment);
  const sort = asked.get("sort") || "";
  const name = sort.replace("-", "");
  const known = (names, value) => (names.includes(value) ? value : "");
  list.words = asked.get("q") || "";
  for (const each of ["outcome", "layer"]) list[each] = known([...list.fields[each].options].map((option) => option.value), asked.get(each));
  Object.assign(list.fields.words, { value: list.words });
  for (const each of ["outcome", "layer"]) list.fields[each].value = list[each];
  if (list.words) loadTexts();
  const any = Boolean(list.words.trim() || list.outcome || list.layer);
  const tab = known(TABS.map(([each]) => each), asked.get("tab"));
  Object.assign(list, { group: tab || (any ? ALL : list.first), before: any ? list.first : "", shown: BATCH });
  Object.assign(list, COLUMNS.some(([each]) => each === name) ? { sort: name, down: sort.startsWith("-") } : { sort: "", down: false });
  drawList();
}

/** Search and filters cover all tabs; without them the tab that was open is open again. */
function seek(values) {
  Object.assign(list, values);
  if (list.words) loadTexts();
  const any = Boolean(list.words.trim() || list.outcome || list.layer);
  if (any && !list.before) change({ before: list.group, group: ALL });
  else if (!any && list.before) change({ before: "", group: list.group === ALL ? list.before : list.group });
  else change({});
}

function toolbar() {
  const outcomes = [...new Set(rows.map((row) => row.outcome))].sort();
  list.fields.words = h("input", { type: "search", placeholder: "Search tests, views, steps, SQL, mails…", autocomplete: "off", spellcheck: "false",
    oninput: (event) => seek({ words: event.target.value }) });
  const choice = (label, name, options) => {
    list.fields[name] = h("select", { onchange: (event) => seek({ [name]: event.target.value }) },
      options.map(([value, words]) => h("option", { value }, words)));
    return h("label", { class: "pick" }, h("span", {}, label), list.fields[name]);
  };
  return h("div", { class: "toolbar", role: "search" },
    h("label", { class: "seek" }, h("span", { class: "unseen" }, "Search tests, views, URL names, actors, steps, paths, SQL and mails"),
      list.fields.words),
    choice("Outcome", "outcome", [["", "all"],
      rows.some((row) => BAD.has(row.outcome)) && ["bad", "to look at"],
      ...outcomes.map((outcome) => [outcome, (OUTCOMES[outcome] || [outcome])[0]])].filter(Boolean)),
    choice("Layer", "layer", [["", "all"], ...["unit", "narrow", "broad", "browser"].map((layer) => [layer, layer])]));
}

function tabs() {
  const bar = h("div", { class: "tabs", role: "tablist", "aria-label": "Kinds of tests" });
  for (const [name] of TABS) {
    const tab = h("button", { type: "button", role: "tab", id: "tab-" + name, "aria-controls": "found", onclick: () => change({ group: name }) });
    list.tabs.set(name, tab);
    bar.append(tab);
  }
  bar.addEventListener("keydown", (event) => {
    const names = TABS.map(([name]) => name);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    change({ group: names[(names.indexOf(list.group) + by + names.length) % names.length] });
    list.tabs.get(list.group).focus();
  });
  return bar;
}

function setUpList() {
  list.heads = COLUMNS.map(([name, label, value, kind]) => {
    const press = () => {
      const same = list.sort === name;
      const firstDown = kind === "number";
      if (same && list.down !== firstDown) change({ sort: "", down: false });
      else change({ sort: name, down: same ? !list.down : firstDown });
    };
    const head = h("th", { scope: "col", class: kind }, h("button", { type: "button", onclick: press }, label));
    return [name, label, value, kind, head];
  });
  list.body = h("tbody");
  list.status = h("p", { class: "unseen", role: "status" });
  list.empty = h("p", { class: "note empty" }, "No test fits. Loosen the filters above.");
  list.more = h("button", { type: "button", class: "more", onclick: () => { list.shown += BATCH * 10; drawList(); } });
  const cast = h("th", { scope: "col", class: "cast" }, h("span", { class: "unseen" }, "Actors"));
  const heads = list.heads.map((column) => column[4]);
  heads.splice(2, 0, cast);
  byId("list").append(toolbar(), tabs(),
    h("div", { id: "found", role: "tabpanel", "aria-label": "Tests found" },
      h("table", { class: "tests" }, h("caption", { class: "unseen" }, "Tests"), h("thead", {}, h("tr", {}, heads)), list.body),
      list.empty, list.more),
    list.status,
    h("p", { class: "note keys" }, "Keys: ", h("kbd", {}, "/"), " searches, ", h("kbd", {}, "j"), " and ", h("kbd", {}, "k"), " go to the next and the previous test or step."));
  drawList();
}
