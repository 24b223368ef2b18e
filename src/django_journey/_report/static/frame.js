// The page snapshot: one frame without scripts, links or network, filled when a step is opened.

const WIDTHS = { desktop: 1024, phone: 390 };
const preview = { kind: wide.matches ? "desktop" : "phone", asPicture: true, snapshot: null, turn: 0, box: null, moment: "after", before: null, after: {}, step: null };
const MOMENTS = ["before", "after", "changes"];

function newFrame() {
  return h("iframe", { class: "shot", sandbox: "", title: "The page as it looked", referrerpolicy: "no-referrer", tabindex: "-1" });
}

function setUpPreview() {
  const frame = newFrame();
  const picture = h("img", { class: "shot", alt: "" });
  const bar = h("p", { class: "address" });
  const kinds = new Map(["picture", ...Object.keys(WIDTHS)].map((kind) => [kind, h("button", { type: "button", onclick: () => {
    preview.asPicture = kind === "picture";
    if (kind !== "picture") preview.kind = kind;
    if (preview.moment === "changes") preview.moment = "after";
    showMoment();
  } }, kind)]));
  const moments = new Map(MOMENTS.map((moment) => [moment, h("button", { type: "button", onclick: () => { preview.moment = moment; showMoment(); } }, moment)]));
  const choice = h("span", { class: "switch", role: "group", "aria-label": "Moment of the page" }, [...moments.values()]);
  const changed = h("div", { class: "changed", tabindex: "0", role: "region", "aria-label": "What changed on the page", hidden: true });
  const sizes = h("span", { class: "switch", role: "group", "aria-label": "Form of the page" }, [...kinds.values()]);
  const stage = h("div", { class: "stage" }, frame, picture);
  const message = h("p", { class: "note stage-note" });
  const enlarge = h("button", { type: "button", class: "enlarge", onclick: () => {
    if (document.fullscreenElement) document.exitFullscreen(); else preview.box.requestFullscreen();
  } }, "Enlarge");
  preview.box = h("figure", { class: "preview" }, h("figcaption", {}, bar, h("span", { class: "tools" }, choice, sizes, document.fullscreenEnabled && enlarge)), stage, changed, message);
  addEventListener("fullscreenchange", () => { enlarge.textContent = document.fullscreenElement ? "Close" : "Enlarge"; });
  Object.assign(preview, { frame, picture, bar, stage, message, sizes, enlarge, kinds, moments, choice, changed });
  new ResizeObserver(fit).observe(stage);
}

/** Render the page in its own width, scaled to the available space. */
function fit() {
  const room = preview.stage.clientWidth;
  if (!room) return;
  const width = WIDTHS[preview.kind];
  const scale = Math.min(1, room / width);
  const height = preview.stage.clientHeight;
  Object.assign(preview.frame.style, { width: width + "px", height: height / scale + "px", transform: "scale(" + scale + ")",
    left: Math.max(0, (room - width * scale) / 2) + "px" });
}

/** Show the page before or after the chosen step, or what differs. */
async function showMoment() {
  const { before, after, step } = preview;
  const moment = before ? preview.moment : "after";
  preview.choice.hidden = !before;
  for (const [name, button] of preview.moments) button.setAttribute("aria-pressed", String(name === moment));
  preview.changed.hidden = moment !== "changes";
  preview.snapshot = null;
  await showSnapshot(moment === "before" ? before : after, moment === "before" ? step : null);
  if (moment !== "changes" || preview.step !== step) return;
  preview.stage.hidden = true;
  for (const button of preview.kinds.values()) button.setAttribute("aria-pressed", "false");
  const found = await changesBetween(before, after);
  if (preview.step === step) preview.changed.replaceChildren(found);
}

/** Show a page: its screenshot if there is one, else its HTML, the element that a step used outlined. */
async function showSnapshot(snapshot, used = null) {
  if (preview.snapshot === snapshot) return;
  preview.snapshot = snapshot;
  const turn = ++preview.turn;
  const title = "The page " + (snapshot.title || snapshot.url || "") + " as it looked";
  preview.bar.replaceChildren(h("b", {}, snapshot.title || (snapshot.url ? "Page" : "No page")), " ", h("span", {}, snapshot.url || ""));
  const shot = snapshot.shot && byId("data-picture-" + snapshot.shot);
  const html = snapshot.page ? await unpack("page-" + snapshot.page) : null;
  if (turn !== preview.turn) return;
  const gone = !shot && html === null;
  const asPicture = Boolean(shot) && (preview.asPicture || html === null);
  // Each page gets a new frame: reusing one would add an entry to the tab's history.
  const fresh = newFrame();
  preview.frame.replaceWith(fresh);
  preview.frame = fresh;
  fresh.hidden = asPicture || gone;
  preview.picture.hidden = !asPicture;
  preview.stage.hidden = preview.enlarge.hidden = gone;
  showKinds(asPicture, Boolean(shot), html !== null);
  if (asPicture) {
    preview.picture.src = "data:image/png;base64," + shot.textContent;
    preview.picture.alt = title;
  } else if (!gone) {
    fresh.title = title;
    fresh.srcdoc = used ? html + outline(html, used) : html;
  }
  preview.message.textContent = gone ? whyNoPage(snapshot) : "";
  fit();
}

function showKinds(asPicture, hasPicture, hasPage) {
  for (const [kind, button] of preview.kinds) {
    button.hidden = kind === "picture" ? !hasPicture : !hasPage;
    button.setAttribute("aria-pressed", String(kind === "picture" ? asPicture : !asPicture && kind === preview.kind));
  }
  preview.sizes.hidden = !hasPage;
}

function whyNoPage(snapshot) {
  const key = snapshot.page || snapshot.shot;
  if (!key) return snapshot.url ? "No page was stored for this step." : "This step showed no page.";
  return leftOut.has(key) ? "This page did not fit into the report. It lies in the trace's folder: " + key : "The stored page could not be read: " + key;
}
