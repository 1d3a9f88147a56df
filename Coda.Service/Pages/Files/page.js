// The page at the root: what the model is, the state of the service, a file's analyses as pictures, examples.
import { at } from "./elements.js";
import { card } from "./card.js";
import { examples } from "./examples.js";
import { ask, start } from "./service.js";
import { watchState } from "./status.js";
import { takeFiles } from "./upload.js";

await start(async () => {
  const model = await (await ask("/v1/model")).json();
  document.title = `Coda: ${model.name}`;
  at("name").textContent = model.name;
  at("about").textContent = model.description || "A trained model behind HTTP.";
  at("card").replaceChildren(card(model));
  at("curl").replaceChildren(examples(model));
  at("content").hidden = false;
  takeFiles(model);
  await watchState();
});
