// The page as it looked: one frame, without scripts, links or network, filled when a step is looked at.

const WIDTHS = { desktop: 1024, phone: 390 };
const preview = { kind: wide.matches ? "desktop" : "phone", look: null, turn: 0, box: null };

function newFrame() {
  return h("iframe", { class: "shot", sandbox: "", title: "The page as it looked", referrerpolicy: "no-referrer", tabindex: "-1" });
}

function setUpPreview() {
  const frame = newFrame();
  const picture = h("img", { class: "shot", alt: "" });
  const bar = h("p", { class: "address" });
  const sizes = h("span", { class: "switch", role: "group", "aria-label": "Width of the page" },
    Object.keys(WIDTHS).map((kind) => h("button", { type: "button", "aria-pressed": String(kind === preview.kind), onclick: (event) => {
      preview.kind = kind;
      for (const button of event.target.parentNode.children) button.setAttribute("aria-pressed", String(button === event.target));
      fit();
    } }, kind)));
  const stage = h("div", { class: "stage" }, frame, picture);
  const message = h("p", { class: "note stage-note" });
  const enlarge = h("button", { type: "button", class: "enlarge", onclick: () => {
    if (document.fullscreenElement) document.exitFullscreen(); else preview.box.requestFullscreen();
  } }, "Enlarge");
  preview.box = h("figure", { class: "preview" }, h("figcaption", {}, bar, h("span", { class: "tools" }, sizes, document.fullscreenEnabled && enlarge)), stage, message);
  addEventListener("fullscreenchange", () => { enlarge.textContent = document.fullscreenElement ? "Close" : "Enlarge"; });
  Object.assign(preview, { frame, picture, bar, stage, message, sizes, enlarge });
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

/** Show how the page looked at the end of a step. */
async function showLook(look) {
  if (preview.look === look) return;
  preview.look = look;
  const turn = ++preview.turn;
  preview.bar.replaceChildren(h("b", {}, look.title || (look.url ? "Page" : "No page")), " ", h("span", {}, look.url || ""));
  const picture = look.shot && byId("data-picture-" + look.shot);
  const html = picture ? null : look.page ? await unpack("page-" + look.page) : null;
  if (turn !== preview.turn) return;
  const key = look.page || look.shot;
  const gone = !picture && html === null;
  // Each page gets a new frame: filling one again would put a step into the history of the whole tab.
  const fresh = newFrame();
  preview.frame.replaceWith(fresh);
  preview.frame = fresh;
  preview.picture.hidden = !picture;
  preview.frame.hidden = Boolean(picture) || gone;
  preview.sizes.hidden = preview.frame.hidden;
  preview.enlarge.hidden = gone;
  preview.stage.hidden = gone;
  if (picture) {
    preview.picture.src = "data:image/png;base64," + picture.textContent;
    preview.picture.alt = "The page " + (look.title || look.url || "") + " as it looked";
  } else if (!gone) {
    preview.frame.title = "The page " + (look.title || look.url || "") + " as it looked";
    preview.frame.srcdoc = html;
  }
  preview.message.textContent = !gone ? "" : !key ? (look.url ? "No page was kept for this step." : "This step showed no page.")
    : leftOut.has(key) ? "This page did not fit into the report. It lies in the trace's folder: " + key
    : "The stored page could not be read: " + key;
  fit();
}
