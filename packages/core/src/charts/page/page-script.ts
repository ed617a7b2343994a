/**
 * The page’s own script, as text because it runs in the browser. It turns each still chart into a live one as it comes
 * near the view: fitted to the width, with tooltips, moved and zoomed by pointer or buttons. What fails leaves the still
 * image in its place. It reads the specification out of the download link, so that the page holds it once.
 */
export const pageScript = String.raw`(() => {
'use strict';
const figures = document.querySelectorAll('figure.chart');

function readSpec(figure) {
  const bytes = atob(figure.querySelector('a.spec').href.split(',')[1]);
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
}

/** Widens or narrows the plots so that the whole takes the room there is, and stacks them where it is scarce. */
function fit(spec, change, correction, ratio) {
  const beside = spec.hconcat || spec.concat;
  if (beside && ratio < 0.7) {
    spec.vconcat = beside;
    delete spec.hconcat;
    delete spec.concat;
    delete spec.columns;
    spec.spacing = 24;
    nameRows(spec.vconcat);
    spec.config.axisY = { ...spec.config.axisY, labelLimit: 120 };
  }
  const across = spec.hconcat ? spec.hconcat.length : spec.concat ? Math.min(spec.columns, spec.concat.length) : 1;
  for (const view of spec.vconcat || spec.hconcat || spec.concat || [spec]) {
    if (typeof view.width !== 'number') continue;
    view.width = Math.max(100, Math.floor(Math.max(120, view.width + change / across) - correction / across));
  }
  if (ratio < 0.85) {
    spec.config.legend = { ...spec.config.legend, layout: { top: { direction: 'vertical', anchor: 'start', margin: 4 } } };
    fewerLegendColumns(spec, ratio);
  }
}

/** Panels that had the names of their rows beside them need their own. */
function nameRows(views) {
  for (const { layer } of views) {
    for (const { encoding } of layer || []) {
      if (encoding && encoding.y && encoding.y.axis) encoding.y.axis.labels = true;
    }
  }
}

function fewerLegendColumns(node, ratio) {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'data' || key === 'datasets') continue;
    if (key === 'legend' && value && value.columns) value.columns = Math.max(1, Math.floor(value.columns * ratio));
    fewerLegendColumns(value, ratio);
  }
}

/** What zooming moves: the scale whose domain a selection sets, and the signal that holds it. */
function zoomOf(compiled) {
  for (const { name, domainRaw } of compiled.scales || []) {
    const match = domainRaw && /^(\w+)\["(\w+)"\]$/.exec(domainRaw.signal);
    if (match) return { scale: name, signal: match[1] + '_' + match[2] };
  }
  return undefined;
}

const steps = {
  earlier: (from, to) => [from - (to - from) / 4, to - (to - from) / 4],
  later: (from, to) => [from + (to - from) / 4, to + (to - from) / 4],
  // Towards the end, where the forecast is.
  closer: (from, to) => [from + (to - from) / 2, to],
  wider: (from, to) => [from - (to - from), to],
  reset: () => null,
};

function connectTools(figure, result) {
  const zoom = zoomOf(result.vgSpec);
  figure.querySelector('.tools').hidden = zoom === undefined;
  figure.querySelector('button[value=png]').hidden = false;
  figure.onclick = async (event) => {
    const button = event.target.closest('button');
    if (button === null) return;
    const { view } = result;
    if (button.value === 'png') {
      const link = document.createElement('a');
      link.href = await view.toImageURL('png', 2);
      link.download = figure.dataset.name + '.png';
      link.click();
    } else {
      const [from, to] = view.scale(zoom.scale).domain().map(Number);
      await view.signal(zoom.signal, steps[button.value](from, to)).runAsync();
    }
  };
}

async function draw(figure) {
  const plot = figure.querySelector('.plot');
  const still = plot.querySelector('img');
  const room = plot.clientWidth;
  const natural = Number(still.getAttribute('width'));
  const live = document.createElement('div');
  live.className = 'live';
  // A small chart stays as it is: stretched, it would lose its shape.
  const change = room > 1.35 * natural ? 0 : room - natural;
  const make = (correction) => {
    const spec = readSpec(figure);
    delete spec.title;
    delete spec.usermeta;
    spec.config = { ...spec.config, font: getComputedStyle(document.body).fontFamily };
    fit(spec, change, correction, room / natural);
    return vegaEmbed(live, spec, {
      mode: 'vega-lite',
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: 'svg',
      tooltip: { disableDefaultStyle: true },
    });
  };
  live.classList.add('pending');
  plot.append(live);
  try {
    let result = await make(0);
    // The still image has other fonts, and perhaps its plots side by side.
    const excess = Math.ceil(live.querySelector('svg').getBoundingClientRect().width) - room;
    if (excess > 0 || (excess < -1 && change !== 0)) {
      result.finalize();
      result = await make(excess + 1);
    }
    plot.querySelectorAll('.live').forEach((other) => other !== live && other.remove());
    still.hidden = true;
    live.querySelector('svg').setAttribute('aria-hidden', 'true');
    live.setAttribute('role', 'img');
    live.setAttribute('aria-label', still.alt);
    live.removeAttribute('aria-roledescription');
    live.classList.remove('pending');
    if (live.scrollWidth > plot.clientWidth) plot.tabIndex = 0;
    connectTools(figure, result);
    return { room, result };
  } catch (error) {
    live.remove();
    throw error;
  }
}

for (const figure of figures) {
  const plot = figure.querySelector('.plot');
  let drawn;
  let waiting;
  const redraw = async () => {
    if (drawn && Math.abs(plot.clientWidth - drawn.room) < 16) return;
    if (drawn) drawn.result.finalize();
    drawn = await draw(figure);
  };
  const nearness = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    nearness.disconnect();
    await redraw();
    new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(redraw, 200);
    }).observe(plot);
  }, { rootMargin: '600px' });
  nearness.observe(figure);
}
})();`;
