// The page as it looked: one frame, without scripts, links or network, filled when a step is looked at.

const WIDTHS = { desktop: 1024, phone: 390 };
const preview = { kind: wide.matches ? "desktop" : "phone", asPicture: true, look: null, turn: 0, box: null };

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
    const look = preview.look;
    preview.look = null;
    showLook(look);
  } }, kind)]));
  const sizes = h("span", { class: "switch", role: "group", "aria-label": "Form of the page" }, [...kinds.values()]);
  const stage = h("div", { class: "stage" }, frame, picture);
  const message = h("p", { class: "note stage-note" });
  const enlarge = h("button", { type: "button", class: "enlarge", onclick: () => {
    if (document.fullscreenElement) document.exitFullscreen(); else preview.box.requestFullscreen();
  } }, "Enlarge");
  preview.box = h("figure", { class: "preview" }, h("figcaption", {}, bar, h("span", { class: "tools" }, sizes, document.fullscreenEnabled && enlarge)), stage, message);
  addEventListener("fullscreenchange", () => { enlarge.textContent = document.fullscreenElement ? "Close" : "Enlarge"; });
  Object.assign(preview, { frame, picture, bar, stage, message, sizes, enlarge, kinds });
  new ResizeObserver(fit).observe(stage);
}

/** Draw the page in the width that it was meant for, scaled into the room that there is. */
function fit() {
  const room = preview.stage.clientWidth;
  if (!room) return;
  const width = WIDTHS[preview.kind];
  const scale = Math.min(1, room / width);
  const height = preview.stage.clientHeight;
  Object.assign(preview.frame.style, { width: width + "px", height: height / scale + "px", transform: "scale(" + scale + ")",
    left: Math.max(0, (room - width * scale) / 2) + "px" });
}

/** Show how the page looked at the end of a step: as its picture where there is one, else drawn anew. */
async function showLook(look) {
  if (preview.look === look) return;
  preview.look = look;
  const turn = ++preview.turn;
  const title = "The page " + (look.title || look.url || "") + " as it looked";
  preview.bar.replaceChildren(h("b", {}, look.title || (look.url ? "Page" : "No page")), " ", h("span", {}, look.url || ""));
  const shot = look.shot && byId("data-picture-" + look.shot);
  const html = look.page ? await unpack("page-" + look.page) : null;
  if (turn !== preview.turn) return;
  const gone = !shot && html === null;
  const asPicture = Boolean(shot) && (preview.asPicture || html === null);
  // Each page gets a new frame: filling one again would put a step into the history of the whole tab.
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
    fresh.srcdoc = html;
  }
  preview.message.textContent = gone ? whyNoPage(look) : "";
  fit();
}

function showKinds(asPicture, hasPicture, hasPage) {
  for (const [kind, button] of preview.kinds) {
    button.hidden = kind === "picture" ? !hasPicture : !hasPage;
    button.setAttribute("aria-pressed", String(kind === "picture" ? asPicture : !asPicture && kind === preview.kind));
  }
  preview.sizes.hidden = !hasPage;
}

function whyNoPage(look) {
  const key = look.page || look.shot;
  if (!key) return look.url ? "No page was kept for this step." : "This step showed no page.";
  return leftOut.has(key) ? "This page did not fit into the report. It lies in the trace's folder: " + key : "The stored page could not be read: " + key;
}
