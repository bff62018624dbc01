// What operators do at their shell, with the keys that the sandbox made for two of them.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { BOURSE, DESCRIPTION } = process.env;
const described = () => JSON.parse(readFileSync(DESCRIPTION, "utf8"));

/** Runs the binary as an operator and returns what it prints. */
export function operate(who, ...task) {
  const { console: listener, operators } = described();
  const { key } = operators.find(({ name }) => name === who);
  const desk = ["--key", key, "--console", new URL(listener).host];
  return execFileSync(BOURSE, [...task, ...desk], { encoding: "utf8" });
}

/** Has two operators carry something out. */
export function decide(kind, parameters, reason) {
  const proposed = operate("olivia", "proposal", "new", kind, ...parameters, "--reason", reason);
  const [, number] = /^proposal +(\d+)$/m.exec(proposed);
  const [, digest] = /^digest +([0-9a-f]{64})$/m.exec(proposed);
  return operate("oscar", "proposal", "approve", number, "--digest", digest);
}
