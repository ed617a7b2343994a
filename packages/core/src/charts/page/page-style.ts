/**
 * How a page looks: one column of readable width with its contents beside it where there is room, light or dark as the
 * reader’s system says, and plain on paper. Charts are drawn for a white ground; in the dark they are inverted and their
 * hues turned back, which keeps every colour apart from the others.
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #d9dde3; --ink: #1b1f24; --quiet: #57606a; --link: #0a5a96;
  --info: #0072b2; --good: #007a5a; --warning: #8f5a00; --bad: #b33a00;
  --info-ground: #eaf4fb; --good-ground: #e8f6f1; --warning-ground: #fdf3df; --bad-ground: #fdeee6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121212; --raised: #1d2024; --line: #363b42; --ink: #e7e9ec; --quiet: #a3abb5; --link: #7cc4f5;
    --info: #6cbcf0; --good: #4fcfa6; --warning: #f0b44c; --bad: #ff9b6b;
    --info-ground: #10242f; --good-ground: #0f2a22; --warning-ground: #2e2410; --bad-ground: #331c10;
  }
  .plot img, .live svg { filter: invert(0.93) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; top: 0; padding: 0.5rem 1rem; background: var(--ground); z-index: 2; }
.skip:focus { left: 0; }
.page { max-width: 54rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { margin-bottom: 2rem; }
h1 { font-size: clamp(1.6rem, 4.5vw, 2.3rem); line-height: 1.2; margin: 0 0 0.6rem; letter-spacing: -0.01em; }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 3rem 0 0.8rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
main > section:first-child > h2 { margin-top: 0; }
h3 { font-size: 1.12rem; line-height: 1.35; margin: 2rem 0 0.6rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }
h1, h2, h3, h4, p, li, td, th, dd, dt, figcaption { overflow-wrap: anywhere; }
p { margin: 0 0 1rem; max-width: 68ch; }
.lead { font-size: 1.12rem; color: var(--quiet); }
ul, ol { margin: 0 0 1rem; padding-left: 1.4rem; max-width: 68ch; }
pre {
  margin: 0 0 1rem; padding: 0.8rem 1rem; overflow-x: auto; background: var(--raised);
  border: 1px solid var(--line); border-radius: 6px; font-size: 0.86rem; line-height: 1.5;
}
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }

.contents { margin-bottom: 2rem; font-size: 0.92rem; border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; background: var(--raised); }
.contents h2 { all: unset; display: block; font-weight: 600; margin-bottom: 0.35rem; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents ul ul { padding-left: 0.9rem; }
.contents a { display: block; padding: 0.2rem 0; text-decoration: none; }
.contents a:hover { text-decoration: underline; }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 0 0 1.5rem; }
.facts div { border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem 0.9rem; background: var(--raised); }
.facts dt { font-size: 0.82rem; color: var(--quiet); }
.facts dd { margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.facts .detail { font-size: 0.82rem; font-weight: 400; color: var(--quiet); }

.note { margin: 0 0 1.25rem; padding: 0.8rem 1rem; border-left: 4px solid var(--tone); border-radius: 0 6px 6px 0; background: var(--tone-ground); }
.note p { margin: 0.25rem 0 0; }
.note .title { margin: 0; font-weight: 600; }
.note .title span, .badge { color: var(--tone); }
.info { --tone: var(--info); --tone-ground: var(--info-ground); }
.good { --tone: var(--good); --tone-ground: var(--good-ground); }
.warning { --tone: var(--warning); --tone-ground: var(--warning-ground); }
.bad { --tone: var(--bad); --tone-ground: var(--bad-ground); }
.badge { font-weight: 600; background: var(--tone-ground); padding: 0.1rem 0.45rem; border-radius: 4px; white-space: nowrap; }

.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; min-width: 60%; font-size: 0.92rem; line-height: 1.4; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; }
th, td { padding: 0.42rem 0.8rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
thead th { border-bottom: 2px solid var(--quiet); white-space: nowrap; }
tbody th { font-weight: 400; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:hover { background: var(--raised); }
.strong { font-weight: 700; }
.none { color: var(--quiet); }

figure { margin: 0 0 2rem; }
figcaption { margin-bottom: 0.6rem; line-height: 1.4; }
figcaption .title { display: block; font-weight: 600; }
figcaption .subtitle { display: block; font-size: 0.9rem; color: var(--quiet); }
.plot { position: relative; overflow-x: auto; overflow-y: hidden; }
.plot img { display: block; max-width: 100%; height: auto; }
.plot img[hidden] { display: none; }
.live svg { display: block; }
.live.pending { position: absolute; top: 0; left: 0; width: 100%; visibility: hidden; }
.tools, .save { font-size: 0.85rem; color: var(--quiet); }
.tools { display: flex; flex-wrap: wrap; gap: 0.35rem; align-items: center; margin: 0.4rem 0; }
.tools[hidden] { display: none; }
.save { margin: 0.3rem 0 0; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.3rem 0.9rem; max-width: none; }
button {
  font: inherit; min-width: 2.1rem; min-height: 2rem; padding: 0.15rem 0.6rem; color: var(--ink); background: var(--raised);
  border: 1px solid var(--line); border-radius: 5px; cursor: pointer;
}
button:hover { border-color: var(--quiet); }
.save button { min-height: 0; padding: 0; border: 0; background: none; color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; }
.save [hidden] { display: none; }
.hint { margin: 0 0.4rem; }
.files { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem; max-width: none; }
.files a { display: block; border: 1px solid var(--line); border-radius: 6px; padding: 0.45rem 0.8rem; background: var(--raised); text-decoration: none; }
.files a:hover { border-color: var(--quiet); }
.files .size { color: var(--quiet); font-size: 0.85em; }

#vg-tooltip-element {
  position: fixed; z-index: 1000; visibility: hidden; max-width: min(24rem, 90vw); padding: 0.5rem 0.65rem; pointer-events: none;
  font-size: 0.8rem; line-height: 1.4; color: var(--ink); background: var(--ground);
  border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
}
#vg-tooltip-element.visible { visibility: visible; }
#vg-tooltip-element table { min-width: 0; font-size: inherit; }
#vg-tooltip-element td { border: 0; padding: 0.05rem 0; }
#vg-tooltip-element td.key { color: var(--quiet); padding-right: 0.8rem; }
#vg-tooltip-element td.value { text-align: right; font-variant-numeric: tabular-nums; }
#vg-tooltip-element h2 { all: unset; font-weight: 600; }

@media (min-width: 76rem) {
  .page { max-width: 72rem; display: grid; grid-template-columns: 14rem minmax(0, 1fr); column-gap: 3rem; }
  header { grid-column: 2; }
  .contents { grid-column: 1; grid-row: 1 / span 2; align-self: start; position: sticky; top: 1.5rem; max-height: calc(100vh - 3rem); overflow-y: auto; }
  main { grid-column: 2; }
}
@media (max-width: 40rem) { .page { padding-top: 1.5rem; } .hint { display: none; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --raised: #ffffff; --line: #bbbbbb; --ink: #000000; --quiet: #444444; --link: #000000;
    --info: #00507d; --good: #005a42; --warning: #6e4500; --bad: #8a2d00;
    --info-ground: #ffffff; --good-ground: #ffffff; --warning-ground: #ffffff; --bad-ground: #ffffff;
  }
  body { font-size: 10.5pt; }
  .page { display: block; max-width: none; padding: 0; }
  .contents, .skip, .tools, .save, .files, #vg-tooltip-element { display: none; }
  pre { white-space: pre-wrap; }
  .plot { overflow: visible; }
  .plot img, .live svg { filter: none; max-width: 100%; height: auto; }
  h2, h3, h4, caption, figcaption { break-after: avoid; }
  figure, .note, .facts div, tr, pre { break-inside: avoid; }
  thead { display: table-header-group; }
  a { text-decoration: none; }
}
`;
