// The list of tests: stories, tests of one view and units live apart; searched, filtered and sorted.

const BATCH = 200;
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

for (const row of rows) {
  row.group = GROUPS.find(([, , belongs]) => belongs(row))[0];
  row.text = [row.title, row.name, row.file, row.why, row.reason, row.driver, ...(row.actors || []), ...(row.views || []), ...(row.urls || [])]
    .join("\n").toLowerCase();
}

const list = {
  group: (TABS.find(([name]) => rows.some((row) => row.group === name)) || TABS[0])[0],
  words: "", outcome: "", layer: "", before: "", sort: "", down: false, shown: BATCH, body: null, status: null, tabs: new Map(),
};
if (!rows.some((row) => row.group === list.group && BAD.has(row.outcome))) {
  const worse = TABS.find(([name]) => rows.some((row) => row.group === name && BAD.has(row.outcome)));
  if (worse) list.group = worse[0];
}

function fitting(group) {
  const words = list.words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) =>
    (group === ALL || row.group === group) &&
    (!list.outcome || (list.outcome === "bad" ? BAD.has(row.outcome) : row.outcome === list.outcome)) &&
    (!list.layer || row.layer === list.layer) &&
    words.every((word) => row.text.includes(word)));
}

function sorted(found) {
  const column = COLUMNS.find(([name]) => name === list.sort);
  if (!column) {
    // What somebody has to look at comes first; otherwise the order in which the tests ran.
    return [...found.filter((row) => BAD.has(row.outcome)), ...found.filter((row) => !BAD.has(row.outcome))];
  }
  const value = column[2];
  const sign = list.down ? -1 : 1;
  return [...found].sort((a, b) => { const x = value(a), y = value(b); return (x < y ? -1 : x > y ? 1 : 0) * sign; });
}

function drawList() {
  for (const [name, label] of TABS) {
    const tab = list.tabs.get(name);
    const current = name === list.group;
    tab.setAttribute("aria-selected", current);
    tab.tabIndex = current ? 0 : -1;
    tab.replaceChildren(label, h("span", { class: "amount" }, String(fitting(name).length)));
  }
  const found = sorted(fitting(list.group));
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
  const hint = row.why || row.reason;
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
}

/** Search and filters look through all tabs; without them the tab that was open is open again. */
function seek(values) {
  Object.assign(list, values);
  const any = Boolean(list.words.trim() || list.outcome || list.layer);
  if (any && !list.before) change({ before: list.group, group: ALL });
  else if (!any && list.before) change({ before: "", group: list.group === ALL ? list.before : list.group });
  else change({});
}

function toolbar() {
  const outcomes = [...new Set(rows.map((row) => row.outcome))].sort();
  const choice = (label, name, options) => h("label", { class: "pick" }, h("span", {}, label),
    h("select", { onchange: (event) => seek({ [name]: event.target.value }) },
      options.map(([value, words]) => h("option", { value }, words))));
  return h("div", { class: "toolbar", role: "search" },
    h("label", { class: "seek" }, h("span", { class: "unseen" }, "Search tests, views, URL names, actors"),
      h("input", { type: "search", placeholder: "Search tests, views, actors…", autocomplete: "off", spellcheck: "false",
        oninput: (event) => seek({ words: event.target.value }) })),
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
  list.more = h("button", { type: "button", class: "more", onclick: () => { list.shown += BATCH * 5; drawList(); } });
  const cast = h("th", { scope: "col", class: "cast" }, h("span", { class: "unseen" }, "Actors"));
  const heads = list.heads.map((column) => column[4]);
  heads.splice(2, 0, cast);
  byId("list").append(toolbar(), tabs(),
    h("div", { id: "found", role: "tabpanel", "aria-label": "Tests found" },
      h("table", { class: "tests" }, h("caption", { class: "unseen" }, "Tests"), h("thead", {}, h("tr", {}, heads)), list.body),
      list.empty, list.more),
    list.status);
  drawList();
}
