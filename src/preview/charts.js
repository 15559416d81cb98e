// Elements, numbers, times and charts of the page of --preview; page.js, which comes behind it in one function, uses them.
// Nothing that comes from outside becomes markup: all text goes through text nodes.

const CHART_HEIGHT = 164;  // pixels, without the line of values below

// Elements.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  for (const child of children) {
    if (child !== null) element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

const span = (kind, text) => make("span", { class: kind }, text);

// Numbers and times.

const counts = new Intl.NumberFormat("en");
const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const compact = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, notation: "compact" });

const plural = (n, one, many) => `${counts.format(n)} ${n === 1 ? one : many}`;

function number(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-4) return value.toPrecision(4);
  return size >= 1e7 ? compact.format(value) : exact.format(value);
}

function axisNumber(value) {
  if (value === null) return "";
  return Math.abs(value) >= 1e4 ? compact.format(value) : exact.format(value);
}

function bytes(n) {
  if (n < 1e3) return `${n} bytes`;
  const power = n < 1e6 ? 1 : n < 1e9 ? 2 : 3;
  return `${(n / 1000 ** power).toFixed(1)} ${["kB", "MB", "GB"][power - 1]}`;
}

// `2026-11-20 07:27:26`, with milliseconds where there are some; UTC, as all times of the page.
function timeText(ms) {
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, ms % 1000 === 0 ? 19 : 23)}`;
}

// Seconds on an axis; `step` is the distance between two of them.
function axisTime(s, step) {
  const text = new Date(s * 1000).toISOString();
  if (step >= 86400 || (step >= 60 && s % 86400 === 0)) return text.slice(5, 10);
  return text.slice(11, step >= 60 ? 16 : step >= 1 ? 19 : 23);
}

// Embedded points: the first time, then each distance with how often it comes in a row.
function timesOf(t) {
  const times = [t[0]];
  for (let i = 1; i < t.length; i += 2) {
    for (let n = 0; n < t[i + 1]; ++n) times.push(times[times.length - 1] + t[i]);
  }
  return times;
}

// Charts.

const NAMES_OF_COLOURS = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--muted", "--grid"];
let colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  colours = Object.fromEntries(NAMES_OF_COLOURS.map((name) => [name, style.getPropertyValue(name).trim()]));
}
readColours();

const drawn = new Map();  // by element: its uPlot

// The first line is what the chart is about; min and max go along with it, and counts have an axis of their own.
function lineOptions(line, index) {
  const paint = line === "count" ? "--chart-3" : index === 0 ? "--chart-1" : line === "mean" ? "--chart-4" : "--chart-2";
  return {
    label: line,
    scale: line === "count" ? "count" : "y",
    stroke: colours[paint],
    width: index === 0 ? 1.6 : 1,
    dash: line === "max" || line === "count" ? [4, 3] : undefined,
    points: index === 0 ? { size: 5, fill: colours[paint] } : { show: false },
    value: (_, v) => number(v),
  };
}

function axisOptions(more) {
  return Object.assign({
    stroke: colours["--muted"],
    font: "11px system-ui, sans-serif",
    grid: { stroke: colours["--grid"], width: 1 },
    ticks: { show: false },
  }, more);
}

// uPlot would show a line at 0 in a range up to 100.
const rangeOf = (u, from, to) => (from === null || (from === 0 && to === 0) ? [0, 1] : uPlot.rangeNum(from, to, 0.1, true));

const widthOf = (u, values) => 14 + 6.2 * Math.max(3, ...(values || []).map((text) => text.length));

function draw(place, series) {
  const times = timesOf(series.t).map((ms) => ms / 1000);
  const lines = series.name.lines;
  const whole = series.destination.range;
  const scaleX = {
    time: true,
    // All charts of a destination show the same time, until one is zoomed.
    range: (u, from, to) => {
      // Of a single point uPlot makes a range of its own.
      const all = times.length === 1 || (from === times[0] && to === times[times.length - 1]);
      const [first, last] = all ? whole : [from, to];
      return first < last ? [first, last] : [first - 1.5, last + 1.5];
    },
  };
  const axes = [
    axisOptions({ space: 76, size: 26, values: (u, splits, axis, space, step) => splits.map((s) => axisTime(s, step)) }),
    axisOptions({ scale: "y", size: widthOf, values: (u, splits) => splits.map(axisNumber) }),
  ];
  if (lines.includes("count")) {
    axes.push(axisOptions({ scale: "count", side: 1, size: widthOf, grid: { show: false },
                            values: (u, splits) => splits.map(axisNumber) }));
  }
  const options = {
    width: Math.max(place.clientWidth, 100),
    height: CHART_HEIGHT,
    tzDate: (s) => uPlot.tzDate(new Date(s * 1000), "Etc/UTC"),
    scales: { x: scaleX, y: { range: rangeOf }, count: { range: rangeOf } },
    series: [{ label: "UTC", value: (_, s) => (s === null ? "–" : timeText(Math.round(s * 1000))) },
             ...lines.map(lineOptions)],
    axes,
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
  };
  drawn.set(place, new uPlot(options, [times, ...series.v], place));
}

function erase(place) {
  const chart = drawn.get(place);
  if (!chart) return;
  chart.destroy();
  drawn.delete(place);
}

const seriesAt = new WeakMap();  // by element of a chart
const nearby = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting || drawn.has(target)) continue;
    nearby.unobserve(target);
    draw(target, seriesAt.get(target));
  }
}, { rootMargin: "400px" });

const isNear = (element, margin) => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom >= -margin && top <= innerHeight + margin;
};

// Draws what is in sight at once, and the rest when it comes near.
function watch(places) {
  const near = places.filter((place) => isNear(place, 0));
  for (const place of places) {
    if (near.includes(place)) draw(place, seriesAt.get(place));
    else nearby.observe(place);
  }
}

const resized = new ResizeObserver(() => {
  for (const [place, chart] of drawn) {
    if (place.clientWidth > 0 && place.clientWidth !== chart.width)
      chart.setSize({ width: place.clientWidth, height: CHART_HEIGHT });
  }
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  readColours();
  for (const place of [...drawn.keys()]) {
    erase(place);
    draw(place, seriesAt.get(place));
  }
});
