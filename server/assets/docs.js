// Turns /openapi.json into a page on which each operation can be read and tried. Knows as much of OpenAPI 3.1 as that
// document uses: references, path and query parameters, JSON and form bodies, responses.
"use strict";

/** An element with attributes, properties for functions, and children (elements or text). */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

class Explorer {
  constructor(api) {
    this.api = api;
    this.count = 0;
  }

  /** What a reference stands for, or the thing itself. */
  resolve(thing) {
    if (!thing?.$ref) return thing;
    const path = thing.$ref.replace(/^#\//, "").split("/");
    return this.resolve(path.reduce((at, key) => at[key], this.api));
  }

  render() {
    const main = document.querySelector("main");
    main.append(element("p", {}, this.api.info.description));
    for (const tag of this.api.tags) {
      const section = element("section", {}, element("h2", {}, tag.name), element("p", {}, tag.description));
      for (const [path, item] of Object.entries(this.api.paths)) {
        for (const method of ["get", "post", "patch", "delete"]) {
          const operation = item[method];
          if (!operation?.tags.includes(tag.name)) continue;
          const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
          section.append(this.operation(method.toUpperCase(), path, operation, parameters.map((one) => this.resolve(one))));
        }
      }
      main.append(section);
    }
    const shapes = Object.entries(this.api.components.schemas).map(([name, schema]) =>
      element("details", { id: `schema-${name}` }, element("summary", {}, name),
        element("pre", {}, JSON.stringify(schema, null, 2))));
    main.append(element("section", {}, element("h2", {}, "shapes"), ...shapes));
    this.open(location.hash);
  }

  /** Opens what a link from elsewhere points at. */
  open(hash) {
    const wanted = hash && document.getElementById(hash.slice(1));
    if (wanted instanceof HTMLDetailsElement) {
      wanted.open = true;
      wanted.querySelector("summary").focus();
    }
  }

  operation(method, path, operation, parameters) {
    const inputs = parameters.map((parameter) => this.parameter(parameter));
    const body = operation.requestBody && this.body(operation.requestBody);
    const answer = element("div", { role: "group", "aria-live": "polite", "aria-label": "Answer" });
    const form = element("form", {}, ...inputs.map((input) => input.row), body?.rows,
      element("button", {}, "Send"), answer);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(method, path, inputs, body, answer);
    });
    const responses = Object.entries(operation.responses).map(([status, response]) =>
      element("tr", {}, element("th", { scope: "row", class: "code" }, status),
        element("td", {}, this.resolve(response).description)));
    return element("details", { id: operation.operationId },
      element("summary", {}, element("strong", {}, method), " ", element("code", {}, path), " ", operation.summary),
      operation.description && element("p", {}, operation.description),
      form,
      element("h3", {}, "What it may answer"),
      element("table", {}, element("tbody", {}, ...responses)));
  }

  /** A labelled field; `read` gives what was typed. */
  field(name, schema, { required, description, value }) {
    const id = `field-${++this.count}`;
    const shape = this.resolve(schema);
    const number = shape.type === "integer";
    const input = element("input", {
      id, name, required, value, autocomplete: "off",
      type: number ? "number" : "text",
      min: shape.minimum, max: shape.maximum, maxlength: shape.maxLength,
      placeholder: shape.default,
      "aria-describedby": description && `${id}-about`,
    });
    const about = description && element("small", { id: `${id}-about` }, description);
    const label = element("label", { for: id }, element("code", {}, name), required ? " (needed)" : "");
    return { name, read: () => input.value, row: element("div", {}, label, input, about) };
  }

  parameter({ name, in: place, schema, required, description, example }) {
    return { place, ...this.field(name, schema, { required, description, value: example }) };
  }

  /** The fields of a request's body; `read` gives the body and its content type, or nothing. */
  body(declared) {
    const [[type, { schema, example }]] = Object.entries(declared.content);
    const rows = element("div");
    if (type === "application/x-www-form-urlencoded") {
      const shape = this.resolve(schema);
      const fields = Object.entries(shape.properties).map(([name, property]) =>
        this.field(name, property, { required: shape.required?.includes(name) }));
      rows.append(...fields.map((field) => field.row));
      return { rows, read: () => ({ type, text: new URLSearchParams(fields.map(({ name, read }) => [name, read()])).toString() }) };
    }
    const id = `field-${++this.count}`;
    const text = element("textarea", { id, rows: 6, spellcheck: "false", required: declared.required },
      JSON.stringify(example, null, 2));
    rows.append(element("label", { for: id }, `Body, ${type}${declared.required ? " (needed)" : ", or nothing"}`), text);
    return { rows, read: () => (text.value.trim() ? { type, text: text.value } : undefined) };
  }

  async send(method, path, inputs, body, answer) {
    const query = new URLSearchParams();
    let address = path;
    for (const { place, name, read } of inputs) {
      if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(read()));
      else if (read()) query.set(name, read());
    }
    if (query.size) address += `?${query}`;
    const sent = body?.read();
    const headers = { Accept: "application/json", ...(sent && { "Content-Type": sent.type }) };
    const began = performance.now();
    try {
      const response = await fetch(address, { method, headers, body: sent?.text });
      const text = await response.text();
      const took = Math.round(performance.now() - began);
      const said = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      answer.replaceChildren(
        element("p", { class: response.ok ? "good" : "bad" }, `${response.status} ${response.statusText}, ${took} ms`),
        element("pre", {}, this.pretty(text) || "(no body)"),
        element("details", {}, element("summary", {}, "Headers, and the same with curl"),
          element("pre", {}, said), element("pre", {}, this.curl(method, address, sent))));
    } catch (failure) {
      answer.replaceChildren(element("p", { class: "bad" }, `No answer: ${failure.message}`));
    }
  }

  pretty(text) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }

  curl(method, address, sent) {
    const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
    const parts = ["curl", method === "GET" ? "" : `-X ${method}`, quoted(location.origin + address)];
    if (sent) parts.push(`-H ${quoted(`Content-Type: ${sent.type}`)}`, `--data-raw ${quoted(sent.text)}`);
    return parts.filter(Boolean).join(" ");
  }
}

fetch("/openapi.json")
  .then((response) => response.json())
  .then((api) => new Explorer(api).render())
  .catch((failure) => {
    document.querySelector("main").append(element("p", { role: "alert" }, `/openapi.json cannot be read: ${failure.message}`));
  });
