// Asks the service, with its key where it has one.
import { at } from "./elements.js";

const keyName = "coda-key"; // in the tab's own storage, so that both pages of it know the key

/** What the service answered instead of what was asked for. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Whether requests bring a key. */
export function hasKey() {
  return sessionStorage.getItem(keyName) !== null;
}

/** A reply of the service; a Refusal with the words of its problem where there is one. */
export async function ask(path, options = {}) {
  const key = sessionStorage.getItem(keyName);
  const headers = { ...options.headers, ...(key === null ? {} : { "X-API-Key": key }) };
  let reply;
  try {
    reply = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Refusal(0, "The service does not answer.");
  }
  if (!reply.ok) {
    const problem = await reply.json().catch(() => ({}));
    throw new Refusal(reply.status, problem.detail ?? `The service answered with status ${reply.status}.`);
  }
  return reply;
}

/** Does what needs the service; where that wants a key, asks the reader for it and tries again. */
export async function start(work) {
  const show = (fault) => {
    at("fault").textContent = fault;
    at("fault").hidden = fault === "";
  };
  const tryIt = async () => {
    try {
      show("");
      await work();
      at("key").hidden = true;
    } catch (fault) {
      if (!(fault instanceof Refusal)) {
        throw fault;
      }
      const isRefused = fault.status === 401;
      show(isRefused && !hasKey() ? "" : fault.message);
      at("key").hidden = !isRefused;
      if (isRefused) {
        sessionStorage.removeItem(keyName);
        at("key-text").focus();
      }
    }
  };
  at("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(keyName, at("key-text").value);
    at("key-text").value = "";
    tryIt();
  });
  await tryIt();
}
