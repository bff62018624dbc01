"use strict";

// Made from the OpenAPI document; text is only ever set as text.
const METHODS = ["get", "post", "put", "delete"];

function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") made.className = value;
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function componentName(schema) {
  return schema.$ref ? schema.$ref.split("/").pop() : null;
}

// What a value is, in a few words, with links to the objects.
function kind(schema) {
  if (schema.$ref) {
    const name = componentName(schema);
    return [element("a", { href: "#schema-" + name }, name)];
  }
  if (schema.anyOf) {
    return schema.anyOf.flatMap((choice, index) => (index ? [" or ", ...kind(choice)] : kind(choice)));
  }
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.enum) return [schema.enum.join(" · ")];
  if (schema.type === "array") {
    if (schema.maxItems === 0) return ["empty list"];
    if (schema.prefixItems) return ["[", ...schema.prefixItems.flatMap((item, index) => (index ? [", ", ...kind(item)] : kind(item))), "]"];
    return ["list of ", ...kind(schema.items)];
  }
  if (schema.type === "string" && /\[0-9\]\{8\}/.test(schema.pattern || "")) return ["decimal text"];
  const bounds = [];
  if (schema.minimum !== undefined) bounds.push("from " + schema.minimum);
  if (schema.maximum !== undefined && schema.maximum < 1e12) bounds.push("to " + schema.maximum);
  if (schema.default !== undefined) bounds.push("default " + schema.default);
  return [[schema.type || "any", ...bounds].join(" ")];
}

function row(name, schema, text, isNeeded) {
  const term = element("dt", {}, name, isNeeded ? element("span", { class: "needed" }, "required") : null);
  return element("div", {}, term, element("dd", {}, (text || "").replaceAll("`", ""), element("span", { class: "kind" }, ...kind(schema))));
}

function members(schema) {
  const needed = schema.required || [];
  return element("dl", {}, ...Object.entries(schema.properties || {}).map(([name, member]) =>
    row(name, member, (member.description || "") + (needed.includes(name) ? "" : " Not always there."), false)));
}

// The objects that a schema names, each once.
function objectsOf(schema, found = new Set()) {
  if (schema.$ref) found.add(componentName(schema));
  for (const part of [...(schema.anyOf || []), ...(schema.prefixItems || []), ...(schema.items ? [schema.items] : [])]) objectsOf(part, found);
  return [...found];
}

function fields(document_, schema) {
  return objectsOf(schema).map((name) => {
    const object = document_.components.schemas[name];
    return Object.keys(object.properties || {}).length
      ? element("details", {}, element("summary", {}, "Fields of " + name), members(object)) : null;
  });
}

const WAYS = { key: "key", signature: "signature", session: "session of a browser", csrf: "its token" };

function who(operation) {
  const ways = operation.security.map((way) => Object.keys(way).map((scheme) => WAYS[scheme]).join(" and "));
  return "Needs: " + (ways.length ? ways.join(", or ") : "nothing");
}

function parametersOf(document_, operation) {
  const named = (parameter) => document_.components.parameters[componentName(parameter)];
  return (operation.parameters || []).map((parameter) => (parameter.$ref ? named(parameter) : parameter));
}

function route(document_, path, method, operation) {
  const parameters = parametersOf(document_, operation);
  const accepted = operation.responses["200"];
  const content = accepted && Object.entries(accepted.content)[0];
  const errors = Object.keys(operation.responses).filter((status) => status !== "200");
  return element("article", { class: "route", id: operation.operationId },
    element("h3", {}, element("span", { class: "method " + method }, method.toUpperCase()), path),
    element("p", {}, operation.summary),
    element("p", { class: "facts" }, who(operation) + ". " + operation.description),
    parameters.length ? element("h4", {}, "Parameters") : null,
    parameters.length ? element("dl", {}, ...parameters.map((parameter) =>
      row(parameter.name + (parameter.in === "header" ? " (header)" : ""), parameter.schema, parameter.description, parameter.required))) : null,
    element("h4", {}, "Answer"),
    content ? element("p", {}, ...(content[0] === "application/json" ? kind(content[1].schema) : [content[0]])) : element("p", {}, "None: it is not offered."),
    ...(content ? fields(document_, content[1].schema) : []),
    element("h4", {}, "Errors"),
    element("p", { class: "facts" }, "Codes " + (operation["x-codes"] || []).join(", ") + "."),
    element("p", {}, "Statuses ", ...errors.flatMap((status) => [element("a", { href: "#status-" + status }, status), " "])));
}

function fill(document_) {
  const navigation = document.getElementById("navigation");
  const main = document.getElementById("content");
  document.getElementById("loading").remove();
  main.append(element("p", { class: "preface" }, document_.info.description));
  for (const tag of document_.tags) {
    const section = element("section", {}, element("h2", {}, tag.name), element("p", { class: "preface" }, tag.description));
    const list = element("ul", {});
    for (const [path, methods] of Object.entries(document_.paths)) {
      for (const method of METHODS.filter((name) => methods[name] && methods[name].tags[0] === tag.name)) {
        const operation = methods[method];
        const names = parametersOf(document_, operation).map((parameter) => parameter.name).join(" ");
        const words = [path, method, operation.summary, names].join(" ").toLowerCase();
        const link = element("li", { "data-words": words }, element("a", { href: "#" + operation.operationId },
          element("span", { class: "method " + method }, method.toUpperCase()), path));
        const made = route(document_, path, method, operation);
        made.dataset.words = words;
        list.append(link);
        section.append(made);
      }
    }
    navigation.append(element("div", { class: "group" }, element("h2", {}, tag.name), list));
    main.append(section);
  }
  main.append(errors(document_), objects(document_));
  navigation.append(element("div", {}, element("h2", {}, "Appendix"), element("ul", {},
    element("li", {}, element("a", { href: "#errors" }, "Errors")), element("li", {}, element("a", { href: "#objects" }, "Objects")))));
  main.setAttribute("aria-busy", "false");
}

function errors(document_) {
  const section = element("section", { class: "errors", id: "errors" }, element("h2", {}, "Errors"),
    element("p", { class: "preface" }, "Every error is {\"code\", \"msg\"}; clients compare both."));
  for (const [name, response] of Object.entries(document_.components.responses)) {
    const status = name.replace("Error", "");
    section.append(element("article", { class: "route", id: "status-" + status },
      element("h3", {}, status), element("pre", {}, response.description)));
  }
  return section;
}

function objects(document_) {
  const section = element("section", { id: "objects" }, element("h2", {}, "Objects"));
  for (const [name, schema] of Object.entries(document_.components.schemas)) {
    section.append(element("article", { class: "route", id: "schema-" + name },
      element("h3", {}, name), element("p", {}, schema.description || ""),
      schema.anyOf ? element("p", {}, ...kind(schema)) : members(schema)));
  }
  return section;
}

function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const found of document.querySelectorAll("[data-words]")) {
    found.hidden = !words.every((word) => found.dataset.words.includes(word));
  }
  for (const group of document.querySelectorAll("nav .group")) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
}

async function start() {
  if (matchMedia("(max-width: 52rem)").matches) document.getElementById("contents").open = false;
  document.getElementById("find").addEventListener("input", (event) => find(event.target.value));
  try {
    const answer = await fetch("/docs/openapi.json");
    if (!answer.ok) throw new Error("status " + answer.status);
    fill(await answer.json());
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    document.getElementById("content").replaceChildren(element("p", { role: "alert" }, "The reference could not be loaded: " + error.message));
  }
}

start();
