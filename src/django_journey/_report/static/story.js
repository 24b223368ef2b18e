// One test: who took part, why it failed, and its time line of steps.

const story = { row: null, steps: [], chosen: null };

function sentence(step) {
  return [step.actor && h("b", { class: "who" }, step.actor), " ", h("span", { class: "verb" }, verb(step)), " ", h("span", { class: "object" }, step.what || "")];
}

/** The requests of a step in a row of chips: redirects are visible at once. */
function chips(parts) {
  const requests = parts.filter((part) => part.is === "request" && !part.in);
  const shown = requests.slice(0, 5).flatMap((request, index) => [
    index > 0 && h("span", { class: "arrow", "aria-hidden": "true" }, follows(requests[index - 1], request) ? "→" : "·"), chip(request)]);
  if (requests.length > 5) shown.push(" +" + (requests.length - 5));
  return shown;
}

function happenings(parts) {
  let before = null;
  const few = (kinds) => kinds.length <= 2;
  const openMails = few(parts.filter((part) => part.is === "mail"));
  const openCalls = few(parts.filter((part) => part.topic === "service"));
  return parts.map((part) => {
    if (part.is === "request") {
      const followed = follows(before, part);
      before = part;
      return requestPart(part, followed);
    }
    return part.is === "mail" ? mailPart(part, openMails) : part.is === "note" ? notePart(part, openCalls && part.topic === "service") : null;
  });
}

function actions(step) {
  const inner = flat(step.parts).filter((part) => part.is === "step");
  if (!inner.length) return "";
  return h("details", { class: "actions" }, h("summary", {}, amount(inner.length, "action") + " on the page"),
    h("ol", {}, inner.map((action) => h("li", { class: action.bad || action.cut ? "wrong" : "" },
      h("code", {}, verb(action)), " ", action.what || "", " ", h("span", { class: "meta" }, time(action.ms))))));
}

/** Why a step failed: its own four parts, if it has them, else those of its innermost action. */
function reason(step) {
  if (step.failure && step.failure.sought) return step.failure;
  const bad = flat([step]).filter((part) => part.is === "step" && part.failure);
  return bad.length ? bad[bad.length - 1].failure : null;
}

function stepBody(step, parts) {
  const failure = reason(step);
  return [
    step.cut && h("p", { class: "said wrong" }, "The run ended while this step was being taken."),
    failure && failureBox(failure, "This step failed"),
    happenings(parts),
    folded("Rows written outside of requests", lines(step.rows), true),
    [step, ...parts].filter((part) => part.is === "step").map((part) => sqlTable(part, " outside of requests")),
    actions(step),
    !parts.some((part) => part.is !== "step") && !failure && !step.cut && !step.sql && h("p", { class: "said" }, step.snapshot ? "No request: the page as it was." : "No request."),
    step.place && h("p", { class: "place" }, step.place),
  ];
}

/** How many rows of each model a step wrote: shop.Order 1 inserted. */
function rowsByModel(parts) {
  const amounts = new Map();
  for (const line of parts.flatMap((part) => part.rows || [])) {
    const [, model, times, how] = line.match(/^(.+?): (\d+) (\w+)/) || [];
    if (model) amounts.set(model + " " + how, (amounts.get(model + " " + how) || 0) + Number(times));
  }
  return [...amounts].slice(0, 4).map(([words, times]) => h("span", { class: "tag rows" }, words + " ×" + times));
}

function stepItem(step, actors) {
  const parts = flat(step.parts);
  const id = "step-" + step.n;
  const body = h("div", { class: "step-body", id: id + "-body", hidden: true });
  const queries = [step, ...parts].reduce((sum, part) => sum + (part.sql || 0), 0);
  const again = parts.some((part) => (part.shapes || []).some((shape) => shape[4]));
  const mails = parts.filter((part) => part.is === "mail").length;
  const errors = [...new Set(parts.flatMap((part) => part.errors || []))].slice(0, 3);
  const topics = new Map();
  for (const part of parts) if (part.is === "note") topics.set(part.topic, (topics.get(part.topic) || 0) + 1);
  const head = h("button", { type: "button", class: "step-head", id, "aria-expanded": "false", "aria-controls": id + "-body" },
    step.actor ? badge(step.actor, actors) : h("span", { class: "badge nobody", "aria-hidden": "true" }, "•"),
    h("span", { class: "sentence" }, sentence(step), (step.bad || step.cut) && h("span", { class: "tag wrong" }, step.cut ? "did not finish" : "failed")),
    h("span", { class: "meta took" }, time(step.ms)),
    h("span", { class: "facts-row" }, chips(parts), mails > 0 && h("span", { class: "tag mail-tag" }, amount(mails, "mail")),
      [...topics].map(([topic, times]) => h("span", { class: "tag mail-tag" }, (topic || "note").replaceAll("_", " "), times > 1 && " ×" + times)),
      errors.map((line) => h("span", { class: "tag wrong form-error" }, line)),
      rowsByModel([step, ...parts]),
      queries > 0 && h("span", { class: "meta" + (again ? " flagged" : "") }, queries + " SQL" + (again ? ", repeated" : ""))));
  const item = h("li", { class: "step" + (step.bad || step.cut ? " bad" : "") }, head, body);
  const entry = { step, head, body, item, fill: () => { if (!body.hasChildNodes()) body.append(...h("div", {}, stepBody(step, parts)).childNodes); } };
  head.addEventListener("click", () => (head.getAttribute("aria-expanded") === "true" && story.chosen === entry ? fold(entry) : choose(entry)));
  story.steps.push(entry);
  return item;
}

function fold(entry) {
  entry.head.setAttribute("aria-expanded", "false");
  entry.body.hidden = true;
}

/** Open a step and show its page, beside the time line or within it. */
function choose(entry) {
  if (story.chosen && story.chosen !== entry) {
    story.chosen.item.classList.remove("chosen");
    fold(story.chosen);
  }
  story.chosen = entry;
  entry.fill();
  entry.item.classList.add("chosen");
  entry.head.setAttribute("aria-expanded", "true");
  entry.body.hidden = false;
  placePreview();
  // The address is a link to the step; the story itself stays one entry of the tab's history.
  if (!byId("one").hidden) setAddress("#" + story.row.id + "." + entry.step.n);
}

function placePreview() {
  const entry = story.chosen;
  if (!entry) return;
  const snapshot = entry.step.snapshot;
  const side = byId("side");
  const home = wide.matches && side ? side : entry.body;
  if (!snapshot && home !== side) { preview.box.remove(); return; }
  // Moving a frame empties it, so it is filled again after each move.
  if (preview.box.parentNode !== home) { home.append(preview.box); preview.snapshot = null; }
  const earlier = story.steps.slice(0, story.steps.indexOf(entry)).map((each) => each.step);
  const before = earlier.reverse().find((step) => step.actor === entry.step.actor && step.snapshot?.page);
  const changes = snapshot?.page && before;
  Object.assign(preview, { step: entry.step, after: snapshot || {}, before: changes ? before.snapshot : null });
  showMoment();
}

function timeline(parts, actors) {
  const items = [];
  let loose = [];
  const flush = () => {
    if (loose.length) items.push(h("li", { class: "step loose" }, h("div", { class: "step-body" }, happenings(loose))));
    loose = [];
  };
  for (const part of parts) {
    if (part.is === "step") { flush(); items.push(stepItem(part, actors)); } else loose.push(part);
  }
  flush();
  const bare = !parts.some((part) => part.is === "step");
  const list = h("ol", { class: "timeline" + (bare ? " bare" : "") }, items);
  // A plain test has a request or two and nothing else: show them at once.
  if (bare && parts.length <= 3) for (const wire of list.querySelectorAll("details.wire, details.sql")) wire.open = true;
  return list;
}

function storyHead(row, actors) {
  const facts = [
    (OUTCOMES[row.outcome] || [row.outcome])[0], row.layer, time(row.ms), row.requests && amount(row.requests, "request"),
    row.queries && amount(row.queries, "query", "queries"), row.mails && amount(row.mails, "mail"), row.driver && "driver " + row.driver,
    row.attempt && "attempt " + row.attempt,
  ].filter(Boolean);
  return h("header", { class: "story-head" },
    h("p", { class: "back" }, h("a", { href: listLink() }, "← All tests"), neighbours(row)),
    h("h1", { id: "one-heading", class: BAD.has(row.outcome) ? "bad" : "" }, outcomeMark(row.outcome), " ", row.title || row.name),
    h("p", { class: "name" }, h("code", {}, row.name), row.file && h("span", {}, row.name.startsWith(row.file) ? row.line && "line " + row.line : row.file + (row.line ? ":" + row.line : ""))),
    h("p", { class: "story-facts" }, facts.map((fact) => h("span", {}, fact))),
    actors.length > 0 && h("p", { class: "people" }, actors.map((actor) => h("span", { class: "person" }, badge(actor, actors), actor))),
    row.reason && h("p", { class: "said" }, row.reason));
}

function neighbours(row) {
  const found = sorted(fitting(list.group === ALL ? ALL : row.group));
  const at = found.indexOf(row);
  const link = (other, words, sign) => other ? h("a", { href: "#" + other.id, title: other.title, "aria-label": words + ": " + other.title }, sign) : h("span", { class: "off", "aria-hidden": "true" }, sign);
  return at < 0 ? "" : h("span", { class: "neighbours" }, link(found[at - 1], "Previous test", "‹"), link(found[at + 1], "Next test", "›"));
}

/** Render one test into its element. */
async function drawStory(row, wanted) {
  const data = row.more ? JSON.parse(await unpack(row.id)) : {};
  const parts = data.parts || [];
  const actors = row.actors || [];
  Object.assign(story, { row, steps: [], chosen: null });
  preview.snapshot = null;
  preview.box.remove();
  const line = parts.length ? timeline(parts, actors) : h("p", { class: "note" }, "This test made no request and took no step.");
  const anySnapshot = story.steps.some((entry) => entry.step.snapshot);
  const broken = story.steps.filter((entry) => entry.item.classList.contains("bad"));
  const last = broken[broken.length - 1];
  const own = data.failure && (!last || !reason(last.step)) ? failureBox(data.failure, "This test failed") : "";
  const jump = last ? jumpTo(last, row) : row.outcome === "unfinished" &&
    h("div", { class: "jump" }, h("p", {}, h("b", {}, "Did not finish"), story.steps.length ? ": the run ended after step " + story.steps.length + "." : ": the run ended before it."));
  byId("one").replaceChildren(storyHead(row, actors), own, jump || "", data.led ? ledBox(data.led) : "",
    h("div", { class: "drawings" }, drawing("Sequence", data.sequence), drawing("Times", data.times)),
    h("h2", { class: "unseen" }, "Steps"), h("div", { class: "columns" + (anySnapshot ? " with-pages" : "") }, line, anySnapshot ? h("div", { id: "side", class: "side" }) : ""),
    data.story ? asStory(data.story) : "");
  const first = story.steps.find((entry) => entry.step.n === wanted) || last || story.steps.find((entry) => entry.step.snapshot) || story.steps[0];
  if (first) choose(first);
}

/** A drawing of the test, drawn when it is opened. */
function drawing(words, markup) {
  if (!markup) return "";
  const box = h("details", { class: "drawn" }, h("summary", {}, words));
  box.addEventListener("toggle", () => { if (box.open && box.children.length === 1) box.append(...drawn(markup)); });
  return box;
}

/** A plain test's requests as lines of a story, with a button that copies them. */
function asStory(text) {
  return h("details", { class: "as-story" }, h("summary", {}, "As a story"), h("pre", {}, text), copyButton("Copy as story", text));
}

/** Show at the top which step failed and why, with a link to it. */
function jumpTo(entry, row) {
  const go = () => { choose(entry); entry.head.focus({ preventScroll: true }); entry.item.scrollIntoView({ block: "center" }); };
  return h("div", { class: "jump" },
    h("p", {}, h("b", {}, entry.step.cut ? "Did not finish" : "Failed"), " at step " + (story.steps.indexOf(entry) + 1) + " of " + story.steps.length + ": ",
      [entry.step.actor, verb(entry.step), entry.step.what].filter(Boolean).join(" ")),
    row.why && h("p", { class: "why" }, row.why),
    h("button", { type: "button", onclick: go }, "Go to the step"));
}

/** Go to the next or the previous step: with the arrows from a step, with letters from anywhere. */
function moveBetweenSteps(event, by, anywhere) {
  const focused = story.steps.findIndex((entry) => entry.head === document.activeElement);
  if (focused < 0 && !anywhere) return;
  const at = focused < 0 ? story.steps.indexOf(story.chosen) : focused;
  const next = story.steps[at + by];
  if (!next) return;
  event.preventDefault();
  choose(next);
  next.head.focus();
  next.head.scrollIntoView({ block: "nearest" });
}
