/** The page's own style: two palettes, one layout, no script, no font from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1c1f24; --soft: #5e6672; --faint: #e6e7e9;
  --ours: #0b7a75; --native: #c2410c; --fixed: #7c5cbf; --reference: #2563eb; --known: #8a929e; --good: #0b7a4b; --bad: #b42318;
  --ours-wash: #e6f4f2; }
@media (prefers-color-scheme: dark) { :root { --page: #111418; --card: #181c22; --ink: #e8eaed; --soft: #9aa4b2; --faint: #2a3038;
  --ours: #3cc9bf; --native: #fb923c; --fixed: #b79cf5; --reference: #7db0ff; --known: #7c8694; --good: #4ade80; --bad: #f87171;
  --ours-wash: #14302f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 1020px; margin: 0 auto; padding: 48px 24px 80px; }
h1 { font-size: 32px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.02em; }
h2 { font-size: 20px; margin: 56px 0 6px; letter-spacing: -0.01em; }
p { margin: 0 0 14px; max-width: 74ch; color: var(--soft); }
p strong { color: var(--ink); }
code { font: 13px ui-monospace, monospace; color: var(--ink); background: var(--faint); padding: 1px 5px; border-radius: 4px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 14px; margin: 28px 0 0; }
.tile { background: var(--card); border: 1px solid var(--faint); border-radius: 12px; padding: 16px 18px; }
.tile b { display: block; font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; color: var(--ours); font-variant-numeric: tabular-nums; }
.tile span { display: block; font-weight: 600; }
.tile small { color: var(--soft); }
figure { margin: 14px 0 0; background: var(--card); border: 1px solid var(--faint); border-radius: 12px; padding: 18px 14px 8px; }
figcaption { color: var(--soft); font-size: 13px; padding: 4px 10px 8px; }
svg { width: 100%; height: auto; display: block; overflow: visible; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg .axis-title { font-size: 12px; font-weight: 600; }
svg .grid { stroke: var(--faint); } svg .axis { stroke: var(--known); } svg .leader { stroke: var(--faint); }
svg circle { stroke: var(--card); stroke-width: 1.5; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
${['ours', 'native', 'fixed', 'reference', 'known']
  .map(
    (kind) =>
      `svg .${kind} circle { fill: var(--${kind}); } svg .${kind} .line { stroke: var(--${kind}); } svg .${kind} .name { fill: var(--${kind === 'known' ? 'soft' : kind}); }`,
  )
  .join('\n')}
svg .ours .name { font-weight: 700; font-size: 14px; } svg .ours .line { stroke-width: 3.5; }
svg .reference .line { stroke-dasharray: 5 4; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--faint); border-radius: 12px; margin-top: 14px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 12px; text-align: right; white-space: nowrap; border-top: 1px solid var(--faint); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 12px; }
th:first-child, td:first-child { text-align: left; } td.text { text-align: left; white-space: normal; }
tr.ours td { background: var(--ours-wash); font-weight: 650; } tr.reference td { color: var(--reference); } tr.native td:first-child { color: var(--native); font-weight: 600; }
.met { color: var(--good); font-weight: 600; } .missed { color: var(--bad); font-weight: 600; }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--soft); font-weight: 600; padding: 6px 0; }
footer { margin-top: 64px; color: var(--soft); font-size: 13px; }
`;
