"use strict";

// Asks for the page's content now and then and takes over what has changed: what is open, in focus or scrolled to stays so.
const interval = 2000;
const content = document.getElementById("content");
const connection = document.getElementById("connection");

function merge(there, coming) {
  if (there.nodeName !== coming.nodeName) {
    there.replaceWith(coming);
    return;
  }

  if (there.nodeType === Node.TEXT_NODE) {
    if (there.data !== coming.data) {
      there.data = coming.data;
    }

    return;
  }

  for (const { name } of [...there.attributes]) {
    if (name !== "open" && !coming.hasAttribute(name)) {
      there.removeAttribute(name);
    }
  }

  for (const { name, value } of coming.attributes) {
    if (there.getAttribute(name) !== value) {
      there.setAttribute(name, value);
    }
  }

  const old = [...there.childNodes];
  const next = [...coming.childNodes];
  next.forEach((node, i) => i < old.length ? merge(old[i], node) : there.append(node));
  old.slice(next.length).forEach(node => node.remove());
}

async function look() {
  try {
    const reply = await fetch(`/content?version=${encodeURIComponent(content.dataset.version)}`);
    if (reply.status === 200) {
      merge(content, new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("content"));
    }

    connection.textContent = "";
  } catch {
    connection.textContent = "Nobody answers any more: the command that shows this page has ended. 'coda watch' shows the training again.";
  }

  setTimeout(look, interval);
}

setTimeout(look, interval);
