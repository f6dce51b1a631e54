/* Copyright (c) 2026, mxlab.ftp contributors
   GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later

   The page is whole without this script.  It adds the details of a cell, the filters and the keys.  Texts of servers
   only ever become texts: nothing is read as HTML. */
"use strict";
(() => {
  const matrix = document.getElementById("matrix");
  const dialog = document.getElementById("detail");
  const filters = document.getElementById("filters");
  const rows = [...matrix.querySelectorAll("tr[id]")];
  const modes = [...matrix.tHead.rows[0].querySelectorAll("th")].flatMap((th) => Array(th.colSpan).fill(th.textContent));
  const opened = new Map();

  const make = (tag, properties, ...parts) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...parts.filter((part) => part !== null && part !== ""));
    return made;
  };

  /* Details: base64 of a zlib stream of JSON, read once. */
  const read = async (number) => {
    const bytes = Uint8Array.from(atob(document.getElementById(`d${number}`).textContent), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  };
  const details = (number) => {
    if (!opened.has(number)) opened.set(number, read(number));
    return opened.get(number);
  };

  /* What the dialog shows. */
  const section = (heading, ...parts) => (parts.length ? [make("h3", {}, heading), ...parts] : []);
  const finding = (id) => {
    const copy = document.getElementById(id).cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  };
  const senders = { client: "client →", server: "← server", check: "← server, to PWD", dropped: "← server, too early" };
  const moment = ([at, who, text, stopped]) => {
    const packet = stopped !== undefined;
    return make("li", { className: packet ? (stopped ? "packet lost" : "packet") : who },
      make("span", { className: "at" }, `${at.toFixed(3)} s`),
      make("span", { className: "who" }, packet ? who : senders[who] ?? who),
      make("span", { className: "said" }, stopped ? `${text}: ${stopped}` : text));
  };
  const picture = (svg) => {
    const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    return make("div", { className: "figure", tabIndex: 0, role: "group", ariaLabel: "Flow" }, document.importNode(drawn, true));
  };
  const answers = (clients) => make("table", { className: "answers" },
    make("thead", {}, make("tr", {}, ...["Client", "Verdict", "Command", "What it meets"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...clients.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((text) => make("td", {}, text))))));

  const cellParts = (row, cell) => [
    cell.seen ? make("p", {}, cell.seen) : "",
    ...(cell.flow ? section("Flow", picture(cell.flow)) : []),
    ...section(cell.findings?.length > 1 ? "Findings" : "Finding", ...(cell.findings ?? []).map(finding)),
    ...section("Dialogue and packets", ...(cell.moments?.length ? [make("ol", { className: "moments" }, ...cell.moments.map(moment))] : [])),
    ...section("Clients that use this mode here", ...[row.clients.filter((client) => client[2] === cell.mode)].filter((some) => some.length).map(answers)),
  ];
  const rowParts = (row) => [
    row.about[1] ? make("p", {}, row.about[1]) : "",
    row.problem ? make("p", { className: "problem" }, row.problem) : "",
    row.evidence ? make("p", {}, make("a", { href: row.evidence }, "Files of this run")) : "",
    ...section("Addresses", ...(Object.keys(row.addresses).length ? [make("dl", {}, ...Object.entries(row.addresses).flatMap(([name, address]) => [make("dt", {}, name), make("dd", {}, address)]))] : [])),
    ...section("Findings beside the cells", ...row.beside.map(finding)),
    ...section("Clients with their default settings", ...(row.clients.length ? [answers(row.clients)] : [])),
    ...section("Rules of the MX", ...(row.rules ? [make("pre", {}, make("code", {}, row.rules))] : [])),
  ];

  const show = (title, words, parts) => {
    const close = make("button", { type: "button" }, "Close");
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(
      make("header", {}, make("div", {}, make("h2", { id: "detail-title" }, title), make("p", {}, ...words)), close),
      make("div", {}, ...parts));
    showCopies(dialog);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
  const open = async (id) => {
    const [, number, column] = /^[rc](\d+)(?:-(\d+))?$/.exec(id) ?? [];
    if (number === undefined || !document.getElementById(id)) return;
    const row = await details(number);
    if (column === undefined) {
      show(row.title, [row.about[0]], rowParts(row));
    } else {
      const link = document.getElementById(id);
      const label = link.getAttribute("aria-label");
      const sign = make("span", { className: link.className, ariaHidden: "true" }, link.textContent);
      show(`${row.title}: ${label.slice(0, label.indexOf(":"))}`, [sign, row.cells[column].words], cellParts(row, row.cells[column]));
    }
    history.replaceState(null, "", `#${id}`);
  };
  dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#matrix a, .look a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.classList.contains("cell") ? link.id : link.hash.slice(1));
  });

  /* Copy buttons; without the clipboard of a secure page, the text is selected. */
  const showCopies = (root) => root.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });
  const copy = async (button) => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  document.addEventListener("click", (event) => { if (event.target.matches(".copy")) copy(event.target); });

  /* Keys: the table is one stop of the Tab key; arrows move in it. */
  const links = (row) => [...row.querySelectorAll("a")].filter((link) => link.offsetParent);
  const place = (link) => [...link.closest("tr").children].indexOf(link.closest("th, td"));
  const step = (row, by) => {
    const seen = rows.filter((each) => !each.hidden);
    return seen[seen.indexOf(row) + by];
  };
  const nearest = (row, column) => links(row).reduce((best, link) => (Math.abs(place(link) - column) < Math.abs(place(best) - column) ? link : best));
  const target = (link, key) => {
    const row = link.closest("tr");
    const mine = links(row);
    const index = mine.indexOf(link);
    if (key === "ArrowRight") return mine[index + 1];
    if (key === "ArrowLeft") return mine[index - 1];
    if (key === "Home") return mine[0];
    if (key === "End") return mine.at(-1);
    const next = step(row, key === "ArrowDown" ? 1 : -1);
    return next && nearest(next, place(link));
  };
  const makeStop = (link) => {
    matrix.querySelectorAll('a[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    link.tabIndex = 0;
  };
  matrix.addEventListener("keydown", (event) => {
    if (!["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    const next = event.target.closest("a") && target(event.target.closest("a"), event.key);
    event.preventDefault();
    next?.focus();
  });
  matrix.addEventListener("focusin", (event) => { if (event.target.matches("a")) makeStop(event.target); });

  /* Filters. */
  const chosen = () => Object.fromEntries([...filters.querySelectorAll("input, select")].map((field) => [field.name, field.value]));
  const textOf = (row, column) => {
    const cell = row.cells[column];
    const said = (cell.moments ?? []).map((each) => each[2]).join("\n");
    const found = (cell.findings ?? []).map((id) => document.getElementById(id).textContent).join("\n");
    return `${row.title}\n${row.about.join("\n")}\n${cell.words}\n${cell.seen ?? ""}\n${found}\n${said}`.toLowerCase();
  };
  const fits = (wanted, tr, link, row) => {
    const column = link.id.split("-")[1];
    return (!wanted.mode || modes[column] === wanted.mode)
      && (!wanted.verdict || link.classList.contains(wanted.verdict))
      && (!wanted.layer || link.dataset.layer.split(" ").includes(wanted.layer))
      && (!wanted.text || textOf(row, column).includes(wanted.text.toLowerCase()));
  };
  const rowFits = (wanted, tr) => (!wanted.server || tr.dataset.server === wanted.server)
    && (!wanted.situation || tr.dataset.situation === wanted.situation);
  const filterRow = async (wanted, tr) => {
    const row = wanted.text ? await details(tr.id.slice(1)) : null;
    const cells = [...tr.querySelectorAll("a.cell")];
    const mine = rowFits(wanted, tr) ? cells.filter((link) => fits(wanted, tr, link, row)) : [];
    const whole = !(wanted.mode || wanted.verdict || wanted.layer || wanted.text);
    return { tr, cells, mine: new Set(mine), keep: mine.length > 0 || (whole && rowFits(wanted, tr)) };
  };
  let latest = 0;
  const filter = async () => {
    const mine = ++latest;
    const wanted = chosen();
    const found = await Promise.all(rows.map((tr) => filterRow(wanted, tr)));
    if (mine !== latest) return;
    for (const { tr, cells, mine: fitting, keep } of found) {
      tr.hidden = !keep;
      cells.forEach((link) => link.classList.toggle("left-out", !fitting.has(link)));
    }
    for (const body of matrix.tBodies) {
      body.hidden = [...body.rows].every((tr) => tr.hidden || tr.className === "group");
    }
    const some = Object.values(wanted).some(Boolean);
    const cells = found.reduce((sum, each) => sum + each.mine.size, 0);
    document.getElementById("count").textContent = some ? `${cells} cells in ${found.filter((each) => each.keep).length} of ${rows.length} rows` : "";
    const stop = matrix.querySelector('a[tabindex="0"]');
    const first = [...matrix.querySelectorAll("a")].find((link) => link.offsetParent);
    if (first && !stop?.offsetParent) makeStop(first);
  };
  filters.addEventListener("input", filter);

  filters.hidden = false;
  showCopies(document);
  matrix.setAttribute("role", "grid");
  matrix.querySelectorAll("a").forEach((link, index) => { link.tabIndex = index ? -1 : 0; });
  if (/^#[rc]\d/.test(location.hash)) open(location.hash.slice(1));
})();
