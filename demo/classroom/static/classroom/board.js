// The live board: the class list of one classroom, kept through the JSON API.

import { announce, call, clearErrors, showErrors, values } from "./api.js";

const url = document.getElementById("board").dataset.students;
const list = document.getElementById("list");
const form = document.getElementById("add-student");

async function show() {
  const { ok, data } = await call("GET", url);
  if (!ok) {
    announce(data.errors.__all__.join(" "));
    return;
  }
  list.replaceChildren(...data.students.map(row));
  list.setAttribute("aria-busy", "false");
  document.getElementById("nobody").hidden = data.count > 0;
  const seats = data.count + data.seats_left;
  document.getElementById("seats").textContent = `${data.count} of ${seats} seat${seats === 1 ? "" : "s"} taken`;
}

function row(student) {
  const item = document.getElementById("student").content.cloneNode(true);
  item.querySelector("[data-name]").textContent = student.name;
  item.querySelector("[data-role]").textContent = student.role_name;
  const button = item.querySelector("button");
  button.setAttribute("aria-label", `Remove ${student.name}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { ok, data } = await call("DELETE", `${url}${student.id}/`);
    announce(ok ? `${student.name} has left` : data.errors.__all__.join(" "));
    await show();
  });
  return item;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  clearErrors(form);
  const { ok, data } = await call("POST", url, values(form));
  button.disabled = false;
  if (!ok) {
    showErrors(form, data.errors);
    return;
  }
  form.reset();
  announce(`${data.name} has joined`);
  await show();
  form.elements.namedItem("first_name").focus();
});

await show();
