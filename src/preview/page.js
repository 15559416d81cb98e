// Draws the page of --preview from the JSON value in it, with what charts.js has.

const CARDS_AT_ONCE = 60;
const ROWS_AT_ONCE = 200;
const UNITS = { milliseconds: "ms", millisecond: "ms", seconds: "s", second: "s", bytes: "B", byte: "B" };

const data = JSON.parse(document.getElementById("data").textContent);

// What a name and a series are.

// `ms`, `sum in 3 s`: what the numbers of a series are, as far as the request tells it.
function unitOf(name) {
  const line = name.lines.length === 1 && name.lines[0] !== "value" ? name.lines[0] : "";
  const window = name.histogram ? "between two samples" : name.window_s > 0 ? `in ${name.window_s} s` : "";
  return [UNITS[name.unit] || name.unit, line, window].filter(Boolean).join(" ");
}

function titleOf(series) {
  return make("span", { class: "name" }, series.name.name, span("tags", series.tags === "{}" ? "" : series.tags));
}

const FIGURES = [["min", "min"], ["mean", "mean"], ["max", "max"], ["last", "end"]];

function cardOf(series) {
  const card = make("article", { class: series.name.lines.length > 1 ? "series" : "series plain" });
  card.append(make("div", { class: "title" }, titleOf(series)));
  const figures = make("dl", { class: "figures" });
  const unit = unitOf(series.name);
  if (unit) figures.append(make("div", {}, make("dd", {}, unit)));
  for (const [word, key] of FIGURES)
    figures.append(make("div", {}, make("dt", {}, word), make("dd", {}, number(series[key]))));
  card.append(figures);
  if (!series.t) {
    card.append(make("p", { class: "none" }, series.points === 0 ? "No points."
      : "Figures only: a page has no room for more charts."));
  } else {
    const words = FIGURES.map(([word, key]) => `${word} ${number(series[key])}`).join(", ");
    const place = make("div", { class: "chart", role: "img", "aria-label": `Chart: ${words}` });
    seriesAt.set(place, series);
    card.append(place);
  }
  const foot = [plural(series.points, "point", "points")];
  if (series.from !== undefined) {
    const [from, to] = [timeText(series.from), timeText(series.to)];
    foot.push(`${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`);
  }
  if (series.stale !== undefined) foot.push("then a stale marker");
  if (series.kept) foot.push(`drawn by ${counts.format(series.kept)} points, the extremes of every column among them`);
  card.append(make("p", { class: "foot" }, foot.join(" · ")));
  return card;
}

// Lists that grow when they are asked to.

function fill(list, items, render, atOnce, noun) {
  for (const place of list.querySelectorAll(".chart")) {
    nearby.unobserve(place);
    erase(place);
  }
  list.replaceChildren();
  const old = list.closest(".grows").querySelector("button.more");
  if (old) old.remove();
  let shown = 0;
  const button = make("button", { class: "more", type: "button" });
  const grow = () => {
    const added = items.slice(shown, shown + atOnce).map(render);
    list.append(...added);
    watch(added.flatMap((element) => [...element.querySelectorAll(".chart")]));
    shown = Math.min(items.length, shown + atOnce);
    if (shown === items.length) button.remove();
    else button.textContent = `Show ${counts.format(Math.min(atOnce, items.length - shown))} more of ${counts.format(items.length - shown)} ${noun}`;
  };
  button.addEventListener("click", grow);
  list.closest(".grows").append(button);
  grow();
}

// Sections.

function factsOf(pairs) {
  const list = make("dl", { class: "facts" });
  for (const [word, value] of pairs) {
    if (value !== null) list.append(make("dt", {}, word), make("dd", {}, value));
  }
  return list;
}

function noticesOf(notices) {
  const list = make("ul", { class: "notices" });
  for (const { kind, text, hint } of notices) {
    list.append(make("li", { class: kind }, make("b", {}, `${kind}: `), text, hint ? span("hint", hint) : null));
  }
  return notices.length > 0 ? list : "";
}

function inputText(input) {
  const more = [`${input.format}${input.compression === "none" ? "" : `, ${input.compression}`}`, bytes(input.bytes),
                plural(input.points, "point", "points")];
  if (input.bad_lines > 0) more.push(plural(input.bad_lines, "bad line", "bad lines"));
  if (input.truncated) more.push("truncated");
  return make("div", {}, make("code", {}, input.path), " ", span("muted", more.join(", ")));
}

function fillHead() {
  const range = data.first === null ? null : `${timeText(Date.parse(data.first))} to ${timeText(Date.parse(data.last))}`;
  document.getElementById("head").append(
    make("h1", {}, "k6apm preview", make("small", {}, "what would be sent; nothing was")),
    factsOf([
      [data.inputs.length === 1 ? "Input" : "Inputs", make("div", {}, ...data.inputs.map(inputText))],
      ["Exported points", range],
      ["Test run", data.test_run_id ? make("code", {}, data.test_run_id) : null],
      ["Account", data.account],
      ["Made by", `k6apm ${data.version}; all times are UTC`],
    ]),
    noticesOf(data.notices));
}

function tableOf(columns, rows) {
  const head = make("tr", {}, ...columns.map(([word, kind]) => make("th", { class: kind }, word)));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

function rowOf(columns, cells) {
  return make("tr", {}, ...cells.map((cell, i) => make("td", { class: columns[i][1] }, cell)));
}

const METRIC_COLUMNS = [["metric", "name"], ["type", ""], ["series", "number"], ["points", "number"], ["min", "number"],
                        ["max", "number"]];

function metricsTable(groups) {
  const rows = groups.filter((group) => group.metric).map((group) => rowOf(METRIC_COLUMNS, [
    make("a", { href: `#${group.id}` }, group.title), group.metric.type, counts.format(group.metric.series),
    counts.format(group.metric.points), number(group.metric.min), number(group.metric.max)]));
  return make("div", { class: "wide" }, tableOf(METRIC_COLUMNS, rows));
}

const SERIES_COLUMNS = [["series", "name"], ["points", "number"], ["min", "number"], ["mean", "number"], ["max", "number"],
                        ["last", "number"], ["first time", "number"], ["last time", "number"]];

function seriesRow(series) {
  return rowOf(SERIES_COLUMNS, [
    titleOf(series), counts.format(series.points), number(series.min), number(series.mean), number(series.max),
    number(series.end), series.from === undefined ? "–" : timeText(series.from),
    series.to === undefined ? "–" : timeText(series.to)]);
}

// The table of all series, which is filled when it is opened.
function seriesTable(destination) {
  const table = tableOf(SERIES_COLUMNS, []);
  const title = make("summary", {});
  const details = make("details", { class: "grows" }, title, make("div", { class: "wide tall" }, table));
  let matching = [];
  const show = () => {
    if (details.open) fill(table.tBodies[0], matching, seriesRow, ROWS_AT_ONCE, "series");
  };
  details.addEventListener("toggle", show);
  destination.showTable = (isWanted) => {
    matching = destination.series.filter(isWanted);
    title.textContent = `${plural(matching.length, "series", "series")} as a table`;
    show();
  };
  return details;
}

// The metric that a name is of: the longest target that it begins with.
function metricOf(destination, name) {
  let best = null;
  for (const metric of destination.metrics) {
    const fits = name.name === metric.target || name.name.startsWith(`${metric.target}_`) ||
      name.name.startsWith(`${metric.target}.`);
    if (fits && (best === null || metric.target.length > best.target.length)) best = metric;
  }
  return best;
}

function groupsOf(destination) {
  const groups = new Map();
  for (const metric of destination.metrics)
    groups.set(metric, { title: metric.target, metric, series: [] });
  for (const name of destination.names) {
    const key = metricOf(destination, name) || name;
    if (!groups.has(key)) groups.set(key, { title: name.name, metric: null, series: [] });
    for (const series of name.list) groups.get(key).series.push(series);
  }
  return [...groups.values()].map((group, i) => Object.assign(group, { id: `d${destination.index}-${i}` }));
}

const groupAt = new WeakMap();  // by its list of cards
const arriving = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    arriving.unobserve(target);
    target.style.minHeight = "";
    fill(target, groupAt.get(target).matching, cardOf, CARDS_AT_ONCE, "series");
  }
}, { rootMargin: "800px" });

function groupSection(group) {
  const series = group.series.length;
  const without = group.series.filter((one) => one.points > 0 && !one.t).length;
  const about = [plural(series, "series", "series")];
  if (group.metric) about.unshift(group.metric.type);
  if (group.metric && group.metric.source !== group.title) about.push(`from ${group.metric.source}`);
  if (without > 0) about.push(`${counts.format(without)} of them by figures only`);
  const cards = make("div", { class: "cards" });
  const section = make("section", { class: "group grows", id: group.id },
                       make("div", { class: "about" }, make("h3", { class: "name" }, group.title), span("muted", about.join(" · "))),
                       cards);
  groupAt.set(cards, group);
  resized.observe(cards);
  group.show = (isWanted) => {
    group.matching = group.series.filter(isWanted);
    section.classList.toggle("hidden", group.matching.length === 0);
    section.classList.toggle("single", group.matching.length === 1);
    fill(cards, [], cardOf, CARDS_AT_ONCE, "series");
    const columns = Math.max(1, Math.floor(document.documentElement.clientWidth / 420));
    cards.style.minHeight = `${260 * Math.ceil(Math.min(group.matching.length, CARDS_AT_ONCE) / columns)}px`;
    arriving.unobserve(cards);
    arriving.observe(cards);
  };
  return section;
}

function prepare(destination) {
  destination.series = [];
  let [first, last] = [Infinity, -Infinity];
  for (const name of destination.names) {
    for (const series of name.list) {
      series.name = name;
      series.destination = destination;
      series.words = `${name.name}${series.tags}`.toLowerCase();
      destination.series.push(series);
      if (series.from === undefined) continue;
      first = Math.min(first, series.from);
      last = Math.max(last, series.to);
    }
  }
  destination.range = [first / 1000, last / 1000];
  destination.groups = groupsOf(destination);
}

function destinationSection(destination) {
  prepare(destination);
  const section = make("section", { class: "destination" },
                       make("h2", {}, `[${destination.index}] ${destination.provider}`,
                            make("code", {}, destination.url)));
  if (destination.status === "disabled") {
    section.append(make("p", { class: "totals" }, `Not used: ${destination.error}`), noticesOf(destination.notices));
    return section;
  }
  const totals = make("p", { class: "totals" });
  const parts = [[destination.series.length, "series,"], [destination.points, "points in"],
                 [destination.requests, destination.requests === 1 ? "request," : "requests,"]];
  for (const [n, word] of parts) totals.append(make("b", {}, counts.format(n)), ` ${word} `);
  totals.append(make("b", {}, bytes(destination.bytes)));
  section.append(totals, noticesOf(destination.notices), metricsTable(destination.groups),
                 make("p", { class: "foot" }, "min and max of a metric are of its windows: sums of a counter, last values of a "
                   + "gauge, shares of a rate, means of a trend; those of a series are of the values that would be sent"),
                 seriesTable(destination), make("div", { class: "groups" }, ...destination.groups.map(groupSection)));
  return section;
}

// The filter: every word has to stand in the name or the tags.

const filter = document.getElementById("filter");

function applyFilter() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const isWanted = (series) => words.every((word) => series.words.includes(word));
  let matching = 0;
  let all = 0;
  for (const destination of data.destinations) {
    if (!destination.showTable) continue;
    destination.showTable(isWanted);
    for (const group of destination.groups) {
      group.show(isWanted);
      matching += group.matching.length;
      all += group.series.length;
    }
  }
  document.getElementById("matches").textContent =
    words.length > 0 ? `${counts.format(matching)} of ${plural(all, "series", "series")}` : plural(all, "series", "series");
}

let waiting = 0;
filter.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(applyFilter, 120);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === filter) return;
  event.preventDefault();
  filter.focus();
  filter.select();
});

fillHead();
document.getElementById("main").append(...data.destinations.map(destinationSection));
applyFilter();
