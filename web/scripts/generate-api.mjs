// Writes the types of the interface from the documents that describe it, docs/api/openapi.json and asyncapi.json.
//
// Shape of the output: a type for each schema, and `Operations`, which names parameters and answer of each
// "METHOD /path"; `isForm` says of which the parameters go into the body.

import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("../..", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`docs/api/${name}.json`, root), "utf8"));
const target = new URL("../packages/api/src/schema.ts", import.meta.url);
/** What signatures need; a browser that signed in sends none of it. */
const SIGNED = new Set(["timestamp", "recvWindow"]);
const METHODS = ["get", "post", "put", "delete"];
/** What writes to the own interface takes a form, but for some. */
const WRITES = /^P(OS|U)T \/v1\//;

const quoted = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const union = (types) => [...new Set(types)].join(" | ") || "never";
const named = (name) => name.replace(/[^A-Za-z0-9_]/g, "_");

/** Returns the type of a schema as TypeScript writes it. */
function typeOf(schema) {
  if (schema === true || schema === undefined) return "unknown";
  if (schema === false) return "never";
  if (schema.$ref) return named(schema.$ref.split("/").pop());
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return union(choices.map(typeOf));
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeOf({ ...schema, type })));
  }
  return plainType(schema);
}

function plainType(schema) {
  switch (schema.type) {
    case "string":
      return /^\^-?\??\[0-9\]\+\\\.\[0-9\]\{8\}\$$|^\^-\?\[0-9\]/.test(schema.pattern ?? "")
        ? "DecimalText"
        : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      if (schema.prefixItems) return `readonly [${schema.prefixItems.map(typeOf).join(", ")}]`;
      return `readonly (${typeOf(schema.items)})[]`;
    default:
      return objectType(schema);
  }
}

function objectType(schema) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) =>
      `readonly ${quoted(name)}${required.has(name) ? "" : "?"}: ${typeOf(member)};`,
  );
  if (members.length === 0) {
    const { additionalProperties } = schema;
    const value =
      typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
    return `Readonly<Record<string, ${value}>>`;
  }
  return `{ ${members.join(" ")} }`;
}

function parametersOf(operation) {
  const form = operation.requestBody?.content["application/x-www-form-urlencoded"]?.schema;
  if (form) {
    const members = Object.entries(form.properties).filter(([name]) => !SIGNED.has(name));
    return [objectType({ ...form, properties: Object.fromEntries(members) }), true];
  }
  const rows = (operation.parameters ?? []).filter((row) => row.in === "query");
  const members = rows
    .filter((row) => !SIGNED.has(row.name))
    .map((row) => `readonly ${quoted(row.name)}${row.required ? "" : "?"}: ${typeOf(row.schema)};`);
  return [members.length === 0 ? "NoParameters" : `{ ${members.join(" ")} }`, false];
}

function main() {
  const openapi = read("openapi");
  const schemas = { ...read("asyncapi").components.schemas, ...openapi.components.schemas };
  const types = Object.entries(schemas).map(
    ([name, schema]) => `export type ${named(name)} = ${typeOf(schema)};`,
  );
  const operations = [];
  const others = [];
  for (const [path, methods] of Object.entries(openapi.paths)) {
    for (const method of METHODS.filter((one) => methods[one])) {
      const name = `${method.toUpperCase()} ${path}`;
      const [parameters, isForm] = parametersOf(methods[method]);
      const answer = methods[method].responses["200"]?.content?.["application/json"]?.schema;
      if (isForm && !WRITES.test(name)) throw new Error(`${name} takes a form`);
      if (!isForm && WRITES.test(name)) others.push(name);
      if (!answer) continue;
      operations.push(
        `${JSON.stringify(name)}: { parameters: ${parameters}; answer: ${typeOf(answer)} };`,
      );
    }
  }
  const text = [
    "// Written by scripts/generate-api.mjs; not kept in git.",
    "/** A decimal with eight digits behind the point. */",
    "export type DecimalText = string;",
    "export type NoParameters = Readonly<Record<string, never>>;",
    ...types,
    `export interface Operations {\n  ${operations.join("\n  ")}\n}`,
    `const QUERIES: ReadonlySet<string> = new Set(${JSON.stringify(others)});`,
    "/** Whether the parameters of an operation go into its body. */",
    `export const isForm = (name: string): boolean => ${WRITES}.test(name) && !QUERIES.has(name);`,
  ];
  writeFileSync(target, `${text.join("\n")}\n`);
}

main();
