// The two halves of sarif-validate that read JSON.
//
//   plant FILE COPY   writes COPY: FILE with one more result, which is wrong
//   judge FILE LOG    fails unless LOG, the tool's, holds that error and no other
"use strict";
const fs = require("fs");

// An absolute address, which GitHub refuses (rule GH1005).
const wrong = "planted:1";

function read(path) {
  return JSON.parse(fs.readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
}

function plant(file, copy) {
  const log = read(file);
  if (log.version !== "2.1.0" || !log.runs?.length || !log.runs.every((run) => Array.isArray(run.results))) {
    throw new Error("not a SARIF 2.1.0 log with results");
  }
  const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  log.runs[0].results.push({
    message: { text: "Planted." },
    locations: [{ physicalLocation: { artifactLocation: { uri: wrong }, region } }],
  });
  fs.writeFileSync(copy, JSON.stringify(log, null, 2));
}

function judge(file, logFile) {
  const run = read(logFile).runs?.[0];
  const errors = [];
  for (const invocation of run?.invocations ?? []) {
    const notes = [...(invocation.toolExecutionNotifications ?? []), ...(invocation.toolConfigurationNotifications ?? [])];
    errors.push(...notes.filter((n) => n.level === "error").map((n) => n.message.text ?? n.message.id));
  }
  let found = false;
  for (const result of run?.results ?? []) {
    const text = `${result.ruleId}: ${result.message.text ?? (result.message.arguments ?? []).join(" ")}`;
    if (text.includes(wrong)) found = true;
    else if (result.level === "error") errors.push(text);
  }
  if (!found) errors.push("the tool could not read it: it does not follow the SARIF schema");
  if (errors.length > 0) throw new Error(errors.join(`\n${file}: `));
  console.log(`${file}: good`);
}

const [command, file, other] = process.argv.slice(2);
try {
  ({ plant, judge })[command](file, other);
} catch (err) {
  console.error(`${file}: ${err.message}`);
  process.exit(1);
}
