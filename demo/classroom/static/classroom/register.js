// The registration form: sends a person to the JSON API.

import { announce, call, clearErrors, showErrors, values } from "./api.js";

const form = document.getElementById("register");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  clearErrors(form);
  const { ok, data } = await call("POST", form.dataset.register, values(form));
  button.disabled = false;
  if (!ok) {
    showErrors(form, data.errors);
    return;
  }
  form.hidden = true;
  announce(`Welcome, ${data.name}. Log in with ${data.username} and your password.`);
});
