// Draws the pictures of report.html from the JSON in #data (page_data.h). All
// charts have the same gutter on the left, padding on the right and x scale, so
// that one instant is on one vertical line through all of them. Texts reach the
// page through textContent and the canvas only.
(() => {
'use strict';

const root = document.documentElement;
const data = JSON.parse(document.getElementById('data').textContent);
const xs = data.load.x;
const focus = [data.axis.focus_first, data.axis.focus_last];
const whole = [data.axis.first, data.axis.last];
const fontFamily = getComputedStyle(document.body).fontFamily;

let view = focus;
let charts = [];
let width = 0;
let moving = false;

const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
const narrow = () => width < 620;
const gutter = () => (narrow() ? 44 : 118);
const font = (size, weight = '') => `${weight} ${size * devicePixelRatio}px ${fontFamily}`;

function seconds(x) {
  const digits = Math.abs(x) < 10 ? 3 : 2;
  return (x < 0 ? '−' : '+') + Math.abs(x).toFixed(digits) + ' s';
}

function tick(x) {
  if (Math.abs(x) < 1e-9) return data.faults.length ? 'fault' : '0';
  return (x < 0 ? '−' : '+') + parseFloat(Math.abs(x).toFixed(3)) + ' s';
}

function decade(v) {
  return Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9;
}

function short(n) {
  return n >= 1000 ? parseFloat((n / 1000).toFixed(1)) + ' k' : String(n);
}

// --- what all charts share --------------------------------------------------

// The time of each fault as a band until its recovery, and the lost-write
// windows; under the series.
function drawBands(u) {
  const ctx = u.ctx;
  const { top, height } = u.bbox;
  ctx.save();
  for (const fault of data.faults) {
    const from = u.valToPos(fault.asked, 'x', true);
    const to = fault.recovered === null ? u.bbox.left + u.bbox.width :
        u.valToPos(fault.recovered, 'x', true);
    clip(u);
    ctx.fillStyle = colour('fault-band');
    ctx.fillRect(from, top, to - from, height);
  }
  ctx.restore();
}

function clip(u) {
  u.ctx.beginPath();
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  u.ctx.clip();
}

function verticalLine(u, x, name, dash) {
  const ctx = u.ctx;
  const at = Math.round(u.valToPos(x, 'x', true));
  if (at < u.bbox.left || at > u.bbox.left + u.bbox.width) return;
  ctx.strokeStyle = colour(name);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(dash.map((d) => d * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(at, u.bbox.top);
  ctx.lineTo(at, u.bbox.top + u.bbox.height);
  ctx.stroke();
}

function drawMarks(u) {
  u.ctx.save();
  for (const fault of data.faults) {
    verticalLine(u, fault.done, 'fault', [4, 3]);
    if (fault.recovered !== null) verticalLine(u, fault.recovered, 'recovery', [2, 3]);
  }
  u.ctx.restore();
}

// The run's own phases and the lost-write windows, along the top of one chart.
function drawCaptions(u) {
  const ctx = u.ctx;
  const px = devicePixelRatio;
  ctx.save();
  clip(u);
  ctx.font = font(10.5);
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  // What comes first gets the room: faults, recoveries, then the run's phases.
  const labels = data.moments.map((m) => ({ at: m.at, text: m.text, name: 'fault' }));
  for (const fault of data.faults) {
    if (fault.recovered !== null) {
      labels.push({ at: fault.recovered, text: 'recovered', name: 'recovery' });
    }
  }
  labels.push(...data.phases.map((p) => ({ at: p.at, text: p.name.replace(/_/g, ' '), name: 'mute' })));
  const taken = [];
  for (const label of labels) {
    const at = u.valToPos(label.at, 'x', true) + 4 * px;
    const end = at + ctx.measureText(label.text).width + 10 * px;
    if (at < u.bbox.left || end > u.bbox.left + u.bbox.width + 10 * px) continue;
    if (taken.some((other) => at < other.end && other.at < end)) continue;
    ctx.fillStyle = colour(label.name);
    ctx.fillText(label.text, at, u.bbox.top + 2 * px);
    taken.push({ at, end });
  }
  for (const loss of data.losses) {
    const from = u.valToPos(loss.from, 'x', true);
    const to = u.valToPos(loss.to, 'x', true);
    ctx.fillStyle = colour('loss');
    ctx.fillRect(from - 2 * px, u.bbox.top + u.bbox.height - 8 * px,
        Math.max(to - from, 0) + 4 * px, 8 * px);
    ctx.font = font(10.5, '600');
    const text = `${loss.lost} lost`;
    // On the window itself where it is wide enough.
    const inside = ctx.measureText(text).width + 8 * px < to - Math.max(from, u.bbox.left);
    const at = inside ? Math.max(from, u.bbox.left) : to;
    const top = u.bbox.top + u.bbox.height - 26 * px;
    // On a ground of its own: the series is behind it.
    ctx.fillStyle = colour('card');
    ctx.fillRect(at + 2 * px, top, ctx.measureText(text).width + 6 * px, 16 * px);
    ctx.fillStyle = colour('loss');
    ctx.fillText(text, at + 5 * px, top + 3 * px);
  }
  ctx.restore();
}

function setView(next) {
  if (moving) return;
  moving = true;
  view = next;
  for (const chart of charts) chart.setScale('x', { min: next[0], max: next[1] });
  moving = false;
  for (const [id, range] of [['focus', focus], ['whole', whole]]) {
    const button = document.getElementById(id);
    if (button) {
      button.setAttribute('aria-pressed', String(range[0] === next[0] && range[1] === next[1]));
    }
  }
}

function options(height, more) {
  const mute = colour('mute');
  const line = colour('line');
  return {
    width,
    height,
    padding: [6, 22, 0, 0],
    legend: { show: false },
    scales: Object.assign({ x: { time: false, min: view[0], max: view[1] } }, more.scales),
    cursor: {
      y: false,
      drag: { x: true, y: false },
      sync: { key: 'time', scales: ['x', null] },
      // A double click goes back to the fault, not to all data.
      bind: { dblclick: () => () => { setView(focus); return null; } },
    },
    series: more.series,
    axes: [
      { stroke: mute, font: `11px ${fontFamily}`, size: 24, gap: 2, grid: { stroke: line, width: 1 },
        ticks: { show: false }, space: narrow() ? 44 : 60, values: (u, ticks) => ticks.map(tick) },
      Object.assign({ stroke: mute, font: `11px ${fontFamily}`, size: gutter(), gap: 6,
        grid: { stroke: line, width: 1 }, ticks: { show: false } }, more.axis),
    ],
    hooks: {
      drawClear: [drawBands],
      draw: more.marksBelow ? [drawMarks, ...more.draw] : [...more.draw, drawMarks],
      setScale: [(u, key) => { if (key === 'x' && !moving) setView([u.scales.x.min, u.scales.x.max]); }],
      setCursor: [more.read],
    },
  };
}

// A chart in the element `id`; `ink` is a colour that must be seen on its canvas
// once it is drawn.
function add(id, height, columns, ink, more) {
  const holder = document.getElementById(id);
  if (!holder || (holder.closest('details') && !holder.closest('details').open)) return;
  const readout = holder.parentNode.querySelector('.readout');
  const read = (u) => {
    const { left, top } = u.cursor;
    if (!readout) return;
    readout.textContent = left < 0 ? '' : more.read(u, u.posToVal(left, 'x'), top, u.cursor.idx);
  };
  holder.textContent = '';
  const chart = new uPlot(options(height, Object.assign({}, more, { read })), columns, holder);
  chart.ink = ink;
  charts.push(chart);
}

// --- time series ------------------------------------------------------------

function addLoad() {
  const { acked, rejected, unknown } = data.load;
  const upTo = (...parts) => xs.map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
  const area = (name) => ({ stroke: colour(name), fill: colour(name), width: 1, points: { show: false } });
  // Each area covers the lower part of the one before.
  add('load', narrow() ? 150 : 170,
      [xs, upTo(acked, rejected, unknown), upTo(acked, rejected), acked], 'acked', {
    series: [{}, area('unknown'), area('rejected'), area('acked')],
    scales: { y: { range: (u, min, max) => [0, Math.max(max, 1) * 1.15] } },
    axis: { values: (u, ticks) => ticks.map(short) },
    draw: [drawCaptions],
    read: (u, x, top, i) => (i === null || i === undefined) ? '' :
        `${seconds(xs[i])}   per second: ${acked[i]} acknowledged, ${rejected[i]} rejected, ${unknown[i]} unknown`,
  });
}

function addLatency() {
  const { p50, p99, max } = data.latency;
  if (!max.some((v) => v !== null)) return;
  // A logarithmic scale has no 0.
  const positive = (values) => values.map((v) => (v === null ? null : Math.max(v, 0.001)));
  const line = (name) => ({ stroke: colour(name), width: 2, points: { show: false } });
  const show = (v) => (v === null ? '–' : v + ' ms');
  add('latency', 130, [xs, positive(max), positive(p99), positive(p50)], 'p50', {
    series: [{}, line('max'), line('p99'), line('p50')],
    scales: { y: { distr: 3 } },
    axis: {
      values: (u, ticks) => ticks.map((v) => (v === null ? '' : v + ' ms')),
      grid: { stroke: colour('line'), width: 1, filter: (u, ticks) => ticks.map((v) => (decade(v) ? v : null)) },
    },
    draw: [],
    read: (u, x, top, i) => (i === null || i === undefined) ? '' :
        `${seconds(xs[i])}   p50 ${show(p50[i])}, p99 ${show(p99[i])}, max ${show(max[i])}`,
  });
}

// --- rows: waterfall and lanes ------------------------------------------------

// A chart of `rows` rows; drawRow(u, row, y, height) in canvas pixels.
function addRows(id, rows, rowHeight, ink, drawRow, describe, marksBelow = false) {
  if (!rows.length) return;
  const rowAt = (top) => rows[Math.floor(top / rowHeight)];
  add(id, rows.length * rowHeight + 32, [xs, xs.map(() => null)], ink, {
    series: [{}, { show: true, points: { show: false } }],
    scales: { y: { range: [0, 1] } },
    axis: { values: () => [], grid: { show: false } },
    marksBelow,
    draw: [(u) => {
      const height = u.bbox.height / rows.length;
      rows.forEach((row, i) => drawRow(u, row, u.bbox.top + i * height, height));
    }],
    read: (u, x, top) => {
      const row = rowAt(top);
      const near = u.posToVal(6, 'x') - u.posToVal(0, 'x');
      return row ? `${seconds(x)}   ${describe(row, x, near)}` : '';
    },
  });
}

function span(u, from, to) {
  const left = u.valToPos(from, 'x', true);
  const right = u.valToPos(to, 'x', true);
  return [left, Math.max(right - left, 2 * devicePixelRatio)];
}

function rowLabel(u, text, y, size = 12) {
  const ctx = u.ctx;
  ctx.font = font(size);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'right';
  ctx.fillStyle = colour('ink');
  ctx.fillText(text, u.bbox.left - 8 * devicePixelRatio, y, u.bbox.left - 8 * devicePixelRatio);
}

function drawPhase(u, bar, y, height) {
  const ctx = u.ctx;
  const px = devicePixelRatio;
  const bad = bar.judgement === 'late' || bar.judgement === 'impossible';
  // Where there is no room beside a bar, its label is above it.
  const above = narrow() ? height * 0.45 : 0;
  const middle = y + above + (height - above) / 2;
  ctx.save();
  if (!narrow()) rowLabel(u, bar.label, middle);
  clip(u);
  if (bar.least !== null && bar.most !== null) {
    const [left, wide] = span(u, bar.least, bar.most);
    ctx.fillStyle = colour(bar.votes === null ? 'theory' : 'votes');
    ctx.fillRect(left, middle - 9 * px, wide, 18 * px);
  }
  if (bar.least !== null && bar.votes !== null) {
    const [left, wide] = span(u, bar.least, bar.votes);
    ctx.fillStyle = colour('theory');
    ctx.fillRect(left, middle - 9 * px, wide, 18 * px);
  }
  let end = u.bbox.left;
  if (bar.to !== null) {
    const [left, wide] = span(u, bar.from, bar.to);
    ctx.fillStyle = colour(bad ? 'late' : 'phase');
    ctx.fillRect(left, middle - 5 * px, wide, 10 * px);
    end = left + wide;
    if (bar.uncertainty) {
      // No phase ends before it begins.
      const [from, reach] = span(u, Math.max(bar.from, bar.to - bar.uncertainty),
          bar.to + bar.uncertainty);
      ctx.fillStyle = colour('ink');
      ctx.fillRect(from, middle - px, reach, 2 * px);
      end = Math.max(end, from + reach);
    }
  }
  ctx.font = font(11.5, '600');
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = colour(bad ? 'late' : bar.to === null ? 'mute' : 'ink');
  const words = { late: ' late', impossible: ' too early to be true', missing: '' };
  const text = bar.value + (words[bar.judgement] || '');
  if (narrow()) {
    const words = `${bar.label}  ${text}`;
    const ink = ctx.fillStyle;
    // On a ground of its own: the fault's line may run through it.
    ctx.fillStyle = colour('card');
    ctx.fillRect(u.bbox.left + 2 * px, y + above * 0.62 - 8 * px, ctx.measureText(words).width + 4 * px, 16 * px);
    ctx.fillStyle = ink;
    ctx.fillText(words, u.bbox.left + 4 * px, y + above * 0.62);
  } else {
    const theoryEnd = bar.votes === null ? bar.most : bar.votes;
    const clear = Math.max(end, theoryEnd === null ? end : u.valToPos(theoryEnd, 'x', true));
    const right = u.bbox.left + u.bbox.width;
    const textEnd = clear + 6 * px + ctx.measureText(text).width;
    if (textEnd + 2 * px < right) {
      ctx.fillText(text, clear + 6 * px, middle);
      ctx.font = font(11);
      ctx.fillStyle = colour('mute');
      if (textEnd + 8 * px + ctx.measureText(bar.rule).width < right) {
        ctx.fillText(bar.rule, textEnd + 8 * px, middle);
      }
    } else {
      ctx.textAlign = 'right';
      ctx.fillText(text, Math.max(u.bbox.left + 60 * px,
          u.valToPos(bar.from === null ? 0 : bar.from, 'x', true) - 6 * px), middle);
    }
  }
  ctx.restore();
}

function describePhase(bar) {
  const theory = bar.least === null || bar.most === null ? '' :
      `; theory ${seconds(bar.least)} to ${seconds(bar.most)}` + (bar.rule ? ` (${bar.rule})` : '');
  const source = [bar.node, bar.source].filter(Boolean).join(', ');
  return `${bar.label}: ${bar.value}` + (source ? ` (${source})` : '') + theory;
}

// A colour for each node that served, in the order of their names.
const nodeColours = new Map();
const servers = data.lanes.flatMap((lane) => lane.parts.filter((part) => part.kind === 'served'));
for (const name of [...new Set(servers.map((part) => part.text))].sort()) {
  nodeColours.set(name, 'n' + (nodeColours.size % 8));
}

const partColours = { refused: 'refused', silent: 'silent', ok: 'ok', fail: 'state-fail',
  unreachable: 'unreachable', 'pod-ready': 'ok', 'pod-running': 'pod-running',
  'pod-pending': 'pod-pending', 'pod-ending': 'pod-ending', 'pod-gone': 'unreachable',
  'pod-down': 'state-fail' };

function drawLane(u, lane, y, height) {
  const ctx = u.ctx;
  const px = devicePixelRatio;
  const thick = height - 4 * px;
  ctx.save();
  // Of a long name the end tells: "redis-cluster-0".
  const label = narrow() ? lane.label.replace(/–.*/, '…').replace(/^.{2,}(.{6})$/, '…$1') : lane.label;
  rowLabel(u, label, y + height / 2, narrow() ? 10.5 : 12);
  clip(u);
  ctx.textAlign = 'left';
  ctx.font = font(11.5);
  for (const part of lane.parts) {
    const [left, wide] = span(u, part.from, part.to);
    ctx.fillStyle = colour(partColours[part.kind] || nodeColours.get(part.text));
    ctx.fillRect(left, y + 2 * px, wide, thick);
    const start = Math.max(left, u.bbox.left);
    const room = Math.min(left + wide, u.bbox.left + u.bbox.width) - start - 10 * px;
    const words = [part.note ? `${part.text} (${part.note})` : part.text, part.text];
    const text = words.find((word) => ctx.measureText(word).width <= room);
    if (thick >= 13 * px && text) {
      ctx.fillStyle = colour('ink');
      ctx.fillText(text, start + 5 * px, y + height / 2);
    }
  }
  ctx.fillStyle = colour('platform');
  for (const tick of lane.ticks || []) {
    const at = Math.round(u.valToPos(tick.at, 'x', true));
    ctx.fillRect(at - px, y + px, 2 * px, Math.max(height / 2 - px, 5 * px));
  }
  ctx.restore();
}

// `near`: how far from `x`, in seconds, a pointer still means a tick.
function describeLane(lane, x, near) {
  const there = lane.parts.filter((part) => part.from <= x && x < part.to);
  // The later ones lie on top.
  const part = there[there.length - 1];
  const words = part ? (part.kind === 'served' ? 'served by ' : '') + part.text : 'nothing known';
  const ticks = (lane.ticks || []).filter((tick) => Math.abs(tick.at - x) <= near)
      .map((tick) => `${seconds(tick.at)} ${tick.text}`);
  return [`${lane.label}: ${words}`, ...ticks].join(' · ');
}

const laneHeight = (lanes) => Math.max(10, Math.min(28, Math.floor(420 / lanes.length)));

// --- building -----------------------------------------------------------------

function build() {
  for (const chart of charts) chart.destroy();
  charts = [];
  width = Math.floor(document.getElementById('load').getBoundingClientRect().width);
  addLoad();
  addLatency();
  addRows('waterfall', data.waterfall, narrow() ? 38 : 27, 'phase', drawPhase, describePhase, true);
  const lead = data.lanes.length ? data.lanes[0].parts[0] : null;
  addRows('lanes', data.lanes, laneHeight(data.lanes), lead && (nodeColours.get(lead.text) || partColours[lead.kind]),
      drawLane, describeLane);
  const pod = data.platform.flatMap((lane) => lane.parts)[0];
  addRows('platform', data.platform, laneHeight(data.platform), pod ? partColours[pod.kind] : 'platform',
      drawLane, describeLane);
  const part = data.declared.length ? data.declared[0].parts[0] : null;
  addRows('declared', data.declared, laneHeight(data.declared), part && partColours[part.kind],
      drawLane, describeLane);
  setView(view);
  // After uPlot's microtasks.
  setTimeout(countDrawn, 0);
}

// For tests: how many canvases really have ink on them.
function countDrawn() {
  const drawn = charts.filter((chart) => {
    const hex = parseInt(colour(chart.ink).slice(1), 16);
    const canvas = chart.ctx.canvas;
    const { data: pixels } = chart.ctx.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i] * 65536 + pixels[i + 1] * 256 + pixels[i + 2] === hex && pixels[i + 3] === 255) {
        return true;
      }
    }
    return false;
  });
  root.dataset.charts = String(charts.length);
  root.dataset.drawn = String(drawn.length);
}

for (const [id, range] of [['focus', focus], ['whole', whole]]) {
  const button = document.getElementById(id);
  if (button) button.addEventListener('click', () => setView(range));
}
// A folded picture is drawn when it is opened.
for (const fold of document.querySelectorAll('details')) {
  if (fold.querySelector('.chart')) fold.addEventListener('toggle', build);
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', build);
let resizing = 0;
addEventListener('resize', () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(build);
});
build();
})();
