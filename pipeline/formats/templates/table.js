"use strict";
(() => {
  const STEP = 25, MINUS = "\u2212";
  document.documentElement.classList.add("js");
  const el = (name, kind, text) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const numbers = ["number", "year", "share", "signed", "tone"];
  const signed = (x) => (x > 0 ? "+" : x < 0 ? MINUS : "") + Math.abs(x).toFixed(2);
  const sides = { positive: "praise", negative: "blame", mixed: "mixedc" };

  function draw(values, columns, info) {
    const row = el("tr");
    columns.forEach((column, i) => {
      const value = values[i], empty = value === null || value === "";
      const cell = el(i ? "td" : "th", { number: "n", year: "n", share: "n", signed: "signed", tone: "signed", verdict: "verdict" }[column.kind]);
      if (!i) cell.scope = "row";
      if (column.kind === "review") {
        const link = el("a", "", value[0] || value[1]);
        link.href = "reviews/" + encodeURIComponent(value[1]) + ".html";
        cell.append(link);
      } else if (column.kind === "list") {
        cell.textContent = value.map((word) => info.words[word]).join(", ");
      } else if (column.kind === "verdict") {
        cell.append(el("span", sides[value] || "dim", info.verdicts[value]));
      } else if (empty) {
        cell.textContent = column.kind === "text" ? "" : "\u2013";
      } else if (column.kind === "signed") {
        cell.append(el("span", value > 0.2 ? "praise" : value < -0.2 ? "blame" : "", signed(value)));
      } else if (column.kind === "tone") {
        cell.textContent = signed(value);
      } else {
        cell.textContent = column.kind === "share" ? value.toFixed(2) : column.kind === "number" ? value.toLocaleString("en") : value;
      }
      row.append(cell);
    });
    return row;
  }

  function start(box) {
    const table = box.querySelector("table"), body = table.tBodies[0];
    const info = JSON.parse(box.querySelector("script.columns").textContent);
    const data = box.querySelector("script.rows");
    const find = box.querySelector("input"), pick = box.querySelector("select"), told = box.querySelector("output");
    const verdict = info.columns.findIndex((column) => column.kind === "verdict");
    const plain = (value, i) => {
      if (info.columns[i].kind === "list") return value.map((word) => (data ? info.words[word] : word)).join(" ");
      return Array.isArray(value) ? value[0] || value[1] : value === null ? "" : String(value);
    };
    const rows = (data ? JSON.parse(data.textContent) : info.keys).map((values, i) => ({
      values, i, drawn: data ? null : body.rows[i],
      words: data ? values.map(plain).join(" ").toLowerCase() : body.rows[i].textContent.toLowerCase(),
    }));
    let by = -1, way = 1, most = STEP;
    const more = el("button", "more", "Show more");
    more.type = "button";
    more.addEventListener("click", () => { most += 8 * STEP; show(); });
    box.querySelector(".scroll").after(more);

    function order(a, b) {
      if (by < 0) return a.i - b.i;
      const x = plain(a.values[by], by), y = plain(b.values[by], by);
      if (x === "" || y === "") return (x === "") - (y === "") || a.i - b.i;
      const sign = numbers.includes(info.columns[by].kind) ? x - y : x.localeCompare(y, "en", { numeric: true });
      return sign * way || a.i - b.i;
    }
    function show() {
      const asked = (find.value || "").toLowerCase().split(/\s+/).filter(Boolean);
      const kept = rows.filter((row) => asked.every((word) => row.words.includes(word)) &&
        (!pick || !pick.value || row.values[verdict] === pick.value));
      kept.sort(order);
      body.replaceChildren(...kept.slice(0, most).map((row) => (row.drawn ||= draw(row.values, info.columns, info))));
      told.textContent = (kept.length === rows.length ? "" : kept.length.toLocaleString("en") + " of ") +
        rows.length.toLocaleString("en") + " rows" + (kept.length > most ? ", the first " + most + " shown" : "");
      more.hidden = kept.length <= most;
    }
    [...table.tHead.rows[0].cells].forEach((head, i) => {
      const button = el("button", "", head.textContent.trim());
      button.type = "button";
      if (head.title) button.title = head.title;
      button.addEventListener("click", () => {
        way = by === i ? -way : numbers.includes(info.columns[i].kind) ? -1 : 1;
        by = i;
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        show();
      });
      head.replaceChildren(button);
    });
    let wait;
    find.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => { most = STEP; show(); }, 120); });
    if (pick) pick.addEventListener("change", () => { most = STEP; show(); });
    if (!data) addEventListener("beforeprint", () => { most = rows.length; show(); });
    show();
  }
  document.querySelectorAll(".listing").forEach(start);
})();
