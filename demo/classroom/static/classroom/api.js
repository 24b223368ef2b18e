// How the front end talks to the JSON API, and how it shows what a form's fields have wrong.

function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : "";
}

/**
 * Sends a request and gives back its status and its JSON, whatever the status is.
 * A server that can't be reached, or does not answer JSON, is told like any other problem.
 */
export async function call(method, url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
    });
    return { ok: response.ok, data: response.status === 204 ? {} : await response.json() };
  } catch {
    return { ok: false, data: { errors: { __all__: ["The server did not answer. Please try again."] } } };
  }
}

/** Takes the values of a form's fields. */
export function values(form) {
  return Object.fromEntries(new FormData(form));
}

function errorList(id, messages, extraClass) {
  const list = document.createElement("ul");
  list.id = id;
  list.className = `errorlist${extraClass}`;
  for (const message of messages) {
    const item = document.createElement("li");
    item.textContent = message;
    list.append(item);
  }
  return list;
}

/** Removes every error that is shown in a form. */
export function clearErrors(form) {
  form.querySelectorAll(".errorlist").forEach((list) => list.remove());
  for (const field of form.elements) {
    field.removeAttribute("aria-invalid");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ");
    const kept = described.filter((id) => id && id !== `${field.id}_error`).join(" ");
    if (kept) field.setAttribute("aria-describedby", kept);
    else field.removeAttribute("aria-describedby");
  }
}

/** Shows errors where the server-rendered forms show them too: at their fields, the rest on top. */
export function showErrors(form, errors) {
  for (const [name, messages] of Object.entries(errors)) {
    const field = form.elements.namedItem(name);
    if (!field) {
      form.prepend(errorList("form_error", messages, " nonfield"));
      continue;
    }
    field.after(errorList(`${field.id}_error`, messages, ""));
    field.setAttribute("aria-invalid", "true");
    const described = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", [described, `${field.id}_error`].filter(Boolean).join(" "));
  }
  form.querySelector("[aria-invalid]")?.focus();
}

/** Says something in the page's status line. */
export function announce(text) {
  const news = document.getElementById("news");
  news.textContent = text;
  news.hidden = false;
}
