// Reads AsyncAPI documents by the official parser; prints, by file, what it has against each.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");
const { AvroSchemaParser } = require("@asyncapi/avro-schema-parser");

const ERROR = 0;
const avro = AvroSchemaParser();

// Of documents of version 3 the parser turns Avro into JSON schema, but doesn't check it first.
async function avroFaults(document) {
  const faults = [];
  for (const [name, { payload }] of Object.entries(document.json().components.messages)) {
    if (!avro.getMimeTypes().includes(payload.schemaFormat)) continue;
    const path = `components.messages.${name}.payload.schema`;
    const data = payload["x-parser-original-payload"];
    for (const { message } of await avro.validate({ data, path })) {
      faults.push({ severity: ERROR, code: "avro", path, message });
    }
  }
  return faults;
}

async function main(files) {
  const parser = new Parser();
  parser.registerSchemaParser(avro);
  const found = {};
  for (const file of files) {
    const { document, diagnostics } = await parser.parse(readFileSync(file, "utf8"));
    const said = diagnostics.map(({ severity, code, path, message }) => ({
      severity,
      code: String(code),
      path: path.join("."),
      message,
    }));
    found[file] = document ? said.concat(await avroFaults(document)) : said;
  }
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2));
