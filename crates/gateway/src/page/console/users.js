// Users as support looks them up, and those who lost their second factors.

import { at, look, say } from "./ask.js";
import { button, facts, fill, item, make } from "./draw.js";

export async function lookUp() {
  const users = await look("/v1/operator/users", { who: at("who").value.trim() });
  fill("users", users.map((user) => item(facts(user))));
  say(users.length === 0 ? "Nobody has it, and nobody had it." : "");
}

function resetOf(reset) {
  const place = make("div", facts(reset));
  const read = async () => {
    place.replaceChildren(facts(await look("/v1/operator/factor-reset", { reset: reset.reset })));
  };
  return item(place, button("Read what they say", read));
}

export async function showResets() {
  const resets = await look("/v1/operator/factor-resets");
  fill("resets", resets.map(resetOf), make("span", "There are none."));
}
