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
  const link = (text, address) => {
    const made = el("a", "", text);
    made.href = address;
    return made;
  };
  const signed = (x) => (x > 0 ? "+" : x < 0 ? MINUS : "") + Math.abs(x).toFixed(2);
  const collate = new Intl.Collator("en", { numeric: true }).compare;
  const count = (n) => n.toLocaleString("en");
  const page = (id) => "reviews/" + encodeURIComponent(id) + ".html";
  const sides = { positive: "praise", negative: "blame", mixed: "mixedc" };
  // Titles are compared by their letters: reviews write them with other capitals and marks.
  const fold = (title) => title.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

  function content(value, kind, info) {
    if (kind === "list") return value.map((word) => info.words[word]).join(", ");
    if (kind === "verdict") return el("span", sides[value] || "dim", info.verdicts[value]);
    if (value === null || value === "") return kind === "text" || kind === "film" ? "" : "\u2013";
    if (kind === "review") return link(value[0] || value[1], page(value[1]));
    if (kind === "films") return link(value[0], "index.html#film=" + encodeURIComponent(value[1]));
    if (kind === "cited") return value[1] ? link(count(value[0]), page(value[1]) + "#c" + value[2]) : count(value[0]);
    if (kind === "signed") return el("span", value > 0.2 ? "praise" : value < -0.2 ? "blame" : "", signed(value));
    if (kind === "tone") return signed(value);
    if (kind === "interval") return signed(value[0]) + " to " + signed(value[1]);
    return kind === "share" ? value.toFixed(2) : kind === "number" ? count(value) : value;
  }
  function draw(values, info) {
    const row = el("tr");
    info.columns.forEach(({ kind, style }, i) => {
      const cell = el(i ? "td" : "th", style || (kind === "verdict" ? kind : ""));
      if (!i) cell.scope = "row";
      cell.append(content(values[i], kind, info));
      row.append(cell);
    });
    return row;
  }

  function start(box) {
    const table = box.querySelector("table"), body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const info = JSON.parse(box.querySelector("script.columns").textContent);
    const data = box.querySelector("script.rows");
    const find = box.querySelector("input"), picks = [...box.querySelectorAll("select")], told = box.querySelector("output");
    const film = info.columns.findIndex((column) => column.kind === "film");
    const plain = (value, i) => {
      if (info.columns[i].kind === "list") return value.map((word) => (data ? info.words[word] : word)).join(" ");
      return info.columns[i].kind === "review" ? value[0] || value[1] : Array.isArray(value) ? value[0] : value ?? "";
    };
    const rows = (data ? JSON.parse(data.textContent) : info.keys).map((values, i) => ({
      values, i, drawn: data ? null : body.rows[i],
      words: data ? values.map(plain).join(" ").toLowerCase() : body.rows[i].textContent.toLowerCase(),
    }));
    let by = -1, way = 1, most = STEP, only = "";
    const more = el("button", "more", "Show more");
    more.type = "button";
    more.addEventListener("click", () => { most += 8 * STEP; show(); });
    box.querySelector(".scroll").after(more);

    function order({ key: x, i }, { key: y, i: j }) {
      if (x === "" || y === "") return (x === "") - (y === "") || i - j;
      return (info.columns[by].style ? x - y : collate(x, y)) * way || i - j;
    }
    function show() {
      const asked = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kept = rows.filter((row) =>
        (only ? fold(row.values[film]) === only : asked.every((word) => row.words.includes(word))) &&
        picks.every((pick) => !pick.value || row.values[pick.dataset.column] === pick.value));
      if (by >= 0) {
        for (const row of kept) row.key = plain(row.values[by], by);
        kept.sort(order);
      }
      body.replaceChildren(...kept.slice(0, most).map((row) => (row.drawn ||= draw(row.values, info))));
      told.textContent = (kept.length === rows.length ? "" : count(kept.length) + " of ") + count(rows.length) +
        (rows.length === 1 ? " row" : " rows") + (kept.length > most ? ", the first " + most + " shown" : "");
      more.hidden = kept.length <= most;
    }
    function anew() {
      most = STEP;
      show();
    }
    heads.forEach((head, i) => {
      const button = el("button", "", head.textContent.trim());
      button.type = "button";
      if (head.title) button.title = head.title;
      button.addEventListener("click", () => {
        way = by === i ? -way : info.columns[i].style ? -1 : 1;
        by = i;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        show();
      });
      head.replaceChildren(button);
    });
    let wait;
    find.addEventListener("input", () => { only = ""; clearTimeout(wait); wait = setTimeout(anew, 120); });
    for (const pick of picks) pick.addEventListener("change", anew);
    if (!data) addEventListener("beforeprint", () => { most = rows.length; show(); });
    // The address may ask for the reviews of one film: index.html#film=Title.
    function ask() {
      const title = new URLSearchParams(location.hash.slice(1)).get("film");
      if (film < 0 || !title) return;
      for (const pick of picks) pick.value = "";
      find.value = title;
      only = fold(title);
      anew();
      (box.closest("section") || box).scrollIntoView();
      find.focus({ preventScroll: true });
    }
    addEventListener("hashchange", ask);
    show();
    ask();
  }
  document.querySelectorAll(".listing").forEach(start);
})();
