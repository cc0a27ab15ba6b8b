// Opens rendered Markdown in a browser, holds it to what GitHub may find in it,
// and takes pictures. Called by .ci/markdown:
//
//   node markdown.js NODE_MODULES_PARENT BROWSER OUTDIR
//
// OUTDIR/md has the Markdown and OUTDIR/html what became of it.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");

const [modules, browserPath, out] = process.argv.slice(2);
const modulePath = (...parts) => path.join(modules, "node_modules", ...parts);
const { chromium } = require(modulePath("playwright-core"));

const widths = { wide: 920, narrow: 390 };
const schemes = ["light", "dark"];

const problems = [];

// source holds the Markdown itself: what a parser mends in silence.
function source(name, text) {
  let fence = "";
  let columns = 0;
  let rows = 0;
  let folds = 0;
  text.split("\n").forEach((line, i) => {
    const say = (what) => problems.push(`${name}:${i + 1}: ${what}: ${line.slice(0, 120)}`);
    const mark = /^(```+|~~~+)/.exec(line);
    if (mark && (fence === "" || line === fence)) {
      fence = fence === "" ? mark[1] : "";
      return;
    }
    if (fence !== "") return;
    if (line === "<details>") folds++;
    if (!line.startsWith("|")) {
      columns = 0;
      return;
    }
    const cells = line.replace(/\\\||[^|]/g, "").length - 1;
    if (columns === 0) columns = cells;
    else if (cells !== columns) say(`a row of ${cells} cells below a header of ${columns}`);
    if (!/^\|( :?-+:? \|)+$/.test(line)) rows++;
  });
  if (fence !== "") problems.push(`${name}: a fence that nobody closes`);
  return { rows, folds };
}

// inspect runs in the page.
function inspect({ comment, owners }) {
  const bad = [];
  const article = document.querySelector("article");
  const allowed = {
    H2: [], H3: [], H4: [], P: [], UL: [], OL: ["start"], LI: [], CODE: [], PRE: [], STRONG: [], EM: [], BR: [],
    TABLE: [], THEAD: [], TBODY: [], TR: [], TH: ["align"], TD: ["align"], DETAILS: [], SUMMARY: [], A: ["href"],
  };
  const where = (node) => (node.textContent || node.outerHTML || "").trim().slice(0, 100);
  for (const el of article.querySelectorAll("*")) {
    if (el.closest(".mermaid")) continue;
    const attributes = allowed[el.tagName];
    if (el.className === "language-mermaid" && el.parentElement.tagName === "PRE") continue;
    if (!attributes) bad.push(`element <${el.tagName.toLowerCase()}>: ${el.outerHTML.slice(0, 120)}`);
    else for (const a of el.attributes) if (!attributes.includes(a.name)) bad.push(`attribute ${a.name} of <${el.tagName.toLowerCase()}>: ${where(el)}`);
  }
  for (const a of article.querySelectorAll("a")) {
    const id = a.textContent;
    const pages = [`https://nvd.nist.gov/vuln/detail/${id}`, `https://github.com/advisories/${id}`];
    if (!/^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3})$/.test(id) || !pages.includes(a.getAttribute("href"))) bad.push(`link: ${a.outerHTML.slice(0, 120)}`);
  }

  // What GitHub's own filters look for, in each text that is no code and no link.
  const found = {
    mention: /(?:^|[^\w`/])@([A-Za-z0-9](?:-?[A-Za-z0-9])*(?:\/[\w.-]+)?)/g,
    reference: /(?:^|[^\w&])(?:[\w.-]+\/[\w.-]+)?#\d+|\bGH-\d+/gi,
    keyword: /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+\/[\w.-]+)?#\d/gi,
    commit: /\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/g,
    address: /\b(?:https?:\/\/|www\.|mailto:)/gi,
    emoji: /:[a-z0-9_+-]*[a-z_+-][a-z0-9_+-]*:/gi,
    invisible: /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
  };
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.COMMENT_NODE) {
      if (!/^ imgscan:(v1|end|section key=[A-Za-z0-9._/:%~]+ state=(open|clean) hash=[0-9a-f]{16}) $/.test(node.data)) bad.push(`comment: ${node.data.slice(0, 80)}`);
      continue;
    }
    if (node.parentElement.closest("code, pre, a, .mermaid")) continue;
    for (const [what, pattern] of Object.entries(found)) {
      for (const match of node.data.matchAll(pattern)) {
        if (what === "mention" && !comment && owners.includes(match[1])) continue;
        bad.push(`${what} ${JSON.stringify(match[0])}: ${where(node.parentElement)}`);
      }
    }
  }

  for (const table of article.querySelectorAll("table")) {
    const columns = table.rows[0].cells.length;
    for (const row of table.rows) if (row.cells.length !== columns) bad.push(`a row of ${row.cells.length} cells, not ${columns}: ${where(row)}`);
  }
  for (const d of article.querySelectorAll("details")) {
    if (d.open) bad.push(`unfolded from the start: ${where(d)}`);
    if (d.firstElementChild?.tagName !== "SUMMARY") bad.push(`folded without a title: ${where(d)}`);
    if (d.children.length < 2) bad.push(`nothing is folded: ${where(d)}`);
  }
  let level = 0;
  for (const h of article.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const next = Number(h.tagName[1]);
    if (level > 0 && next > level + 1) bad.push(`a heading of level ${next} below one of ${level}: ${where(h)}`);
    level = next;
  }
  return { bad, rows: article.querySelectorAll("tr").length, folds: article.querySelectorAll("details").length };
}

// overflow runs in the page: how far something sticks out that cannot be scrolled.
function overflow() {
  const root = document.documentElement;
  const article = document.querySelector("article");
  return Math.max(root.scrollWidth - root.clientWidth, article.scrollWidth - article.clientWidth);
}

// draw runs in the page: it makes pictures of Mermaid's text as GitHub does, and
// says what is wrong with them.
async function draw(theme) {
  const bad = [];
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme });
  let n = 0;
  for (const pre of document.querySelectorAll("pre:has(> code.language-mermaid), div.mermaid")) {
    const text = pre.dataset.text ?? pre.textContent;
    const box = document.createElement("div");
    box.className = "mermaid";
    box.dataset.text = text;
    try {
      box.innerHTML = (await mermaid.render(`chart${n++}`, text)).svg;
    } catch (err) {
      bad.push(`Mermaid: ${err}`);
      continue;
    }
    pre.replaceWith(box);
    for (const el of box.querySelectorAll("a, script, image, img, foreignObject, iframe, use")) bad.push(`<${el.tagName}> in a chart`);
    for (const el of box.querySelectorAll("*")) for (const a of el.attributes) if (/^on|href/i.test(a.name)) bad.push(`${a.name} in a chart`);
    // One label for each origin, with the number that its bars end at.
    const labels = [...box.querySelectorAll("text")].map((t) => t.textContent).filter((t) => t !== "");
    const names = /x-axis \["(.*)"\]/.exec(text)[1].split('", "');
    if (JSON.stringify(labels) !== JSON.stringify(names)) bad.push(`a chart with the labels ${labels.join(" | ")}, not ${names.join(" | ")}`);
    const bars = [...box.querySelectorAll("g.plot rect")];
    const lines = [...text.matchAll(/^ {2}bar \[(.*)\]$/gm)].map((m) => m[1].split(", ").map(Number));
    const wanted = lines.flat();
    const unit = Math.max(...bars.map((r) => r.width.baseVal.value)) / Math.max(...wanted);
    if (bars.length !== wanted.length) bad.push(`${bars.length} bars, not ${wanted.length}`);
    else bars.forEach((r, i) => { if (Math.abs(r.width.baseVal.value - wanted[i] * unit) > 1) bad.push(`a bar ${r.width.baseVal.value} long for ${wanted[i]} of ${unit} each`); });
    const frame = box.querySelector("svg").getBoundingClientRect();
    for (const t of box.querySelectorAll("text")) {
      const r = t.getBoundingClientRect();
      if (r.width > 0 && (r.left < frame.left - 1 || r.right > frame.right + 1)) bad.push(`a label is cut by ${Math.round(Math.max(frame.left - r.left, r.right - frame.right))} pixels: ${t.textContent}`);
    }
  }
  return bad;
}

const css = fs.readFileSync(modulePath("github-markdown-css", "github-markdown.css"), "utf8");
const page = (body) => `<!doctype html><html><head><meta charset="utf-8"><style>${css}
  body { margin: 0; background: #fff } @media (prefers-color-scheme: dark) { body { background: #0d1117 } }
  article { box-sizing: border-box; padding: 16px; max-width: 920px }
  .mermaid { margin-bottom: 16px; text-align: center }
</style></head><body><article class="markdown-body">${body}</article></body></html>`;

// planted is what must be found; a check that finds nothing is none.
const planted = [
  ["<script>alert(1)</script>", "element <script>"],
  ["<p><img src='x.png'></p>", "element <img>"],
  ["<p><b onclick='x'>b</b></p>", "element <b>"],
  ["<p style='color: red'>p</p>", "attribute style"],
  ["<p><a href='https://evil.example'>CVE-2020-0001</a></p>", "link"],
  ["<p><a href='https://nvd.nist.gov/vuln/detail/CVE-2020-0001'>read this</a></p>", "link"],
  ["<p>thanks, @octocat</p>", "mention"],
  ["<p>see org/repo#1</p>", "reference"],
  ["<p>gh-12</p>", "reference"],
  ["<p>Fixes #1</p>", "keyword"],
  ["<p>at 1f3c5d7</p>", "commit"],
  ["<p>www.evil.example</p>", "address"],
  ["<p>:tada:</p>", "emoji"],
  ["<p>\u202egpj.exe</p>", "invisible"],
  ["<!-- imgscan:section -->", "comment"],
  ["<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>", "a row of 1 cells"],
  ["<details open><summary>s</summary><p>p</p></details>", "unfolded"],
  ["<details><p>p</p></details>", "folded without a title"],
  ["<details><summary>s</summary></details>", "nothing is folded"],
  ["<h2>a</h2><h4>b</h4>", "a heading of level 4"],
];

async function checkTheChecks(context) {
  const tab = await context.newPage();
  for (const [html, want] of planted) {
    await tab.setContent(page(html).replace("<script>", "<script type=none>"));
    const { bad } = await tab.evaluate(inspect, { comment: true, owners: [] });
    if (!bad.some((b) => b.startsWith(want))) problems.push(`planted ${JSON.stringify(html)} and did not find "${want}" but ${JSON.stringify(bad)}`);
  }
  await tab.setViewportSize({ width: widths.narrow, height: 900 });
  await tab.setContent(page(`<p style="white-space: nowrap">${"wide ".repeat(200)}</p>`));
  if ((await tab.evaluate(overflow)) <= 0) problems.push("planted a line that is too long and did not find it");
  await tab.close();
  source("planted", "| a | b |\n| :-- | :-- |\n| c |\n");
  if (!problems.pop()?.startsWith("planted:3: a row of 1 cells")) problems.push("planted a row that is too short and did not find it");
}

async function check(context, file) {
  const name = path.basename(file, ".md");
  const before = problems.length;
  const text = fs.readFileSync(file, "utf8");
  const meant = source(path.basename(file), text);
  const tab = await context.newPage();
  const say = (what) => problems.push(`${name}: ${what}`);
  tab.on("pageerror", (err) => say(`a script ran and failed: ${err}`));
  tab.on("dialog", (d) => { say(`a script ran: ${d.message()}`); d.dismiss(); });
  tab.on("request", (r) => say(`it asks for ${r.url().slice(0, 120)}`));
  await tab.setContent(page(fs.readFileSync(path.join(out, "html", name + ".html"), "utf8")));

  const owners = ["acme/shop", "acme/team"];
  const { bad, rows, folds } = await tab.evaluate(inspect, { comment: name.endsWith(".comment"), owners });
  bad.forEach(say);
  if (rows !== meant.rows) say(`${rows} rows in its tables, not ${meant.rows}`);
  if (folds !== meant.folds) say(`${folds} things folded, not ${meant.folds}`);

  const charts = text.includes("```mermaid");
  if (charts) await tab.addScriptTag({ path: modulePath("mermaid", "dist", "mermaid.min.js") });
  for (const scheme of schemes) {
    await tab.emulateMedia({ colorScheme: scheme });
    for (const [width, pixels] of Object.entries(widths)) {
      await tab.setViewportSize({ width: pixels, height: 900 });
      // A chart that does not fit is shrunk, and Mermaid measures it after that.
      if (charts) (await tab.evaluate(draw, scheme === "dark" ? "dark" : "default")).forEach((what) => say(`${what} (at ${pixels})`));
      for (const open of [false, true]) {
        if (open && scheme === "dark") continue;
        await tab.evaluate((open) => document.querySelectorAll("details").forEach((d) => { d.open = open; }), open);
        const over = await tab.evaluate(overflow);
        if (over > 0) say(`${over} pixels stick out at ${pixels}${open ? ", unfolded" : ""}`);
        if (open && width === "narrow") continue;
        await tab.screenshot({ path: path.join(out, `${name}.${open ? "open" : scheme}.${width}.png`), fullPage: !open, animations: "disabled" });
      }
    }
  }
  await tab.close();
  console.log(`${problems.length === before ? "ok   " : "FAIL "} ${name}`);
}

(async () => {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "imgscan-markdown-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await context.route("**", (route) => route.abort());
    await checkTheChecks(context);
    const files = fs.readdirSync(path.join(out, "md")).sort().map((f) => path.join(out, "md", f));
    const work = async () => { for (let file = files.shift(); file; file = files.shift()) await check(context, file); };
    await Promise.all([work(), work()]);
  } finally {
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
  problems.forEach((p) => console.log(`  ${p}`));
  console.log(`${problems.length} problems; pictures are in ${out}`);
  process.exit(problems.length === 0 ? 0 : 1);
})();
