/** The page's look: no script, no font and no picture from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark;
  --ink: light-dark(#1c2126, #e4e7ea); --soft: light-dark(#5b656e, #9aa5af); --paper: light-dark(#fcfcfb, #14181b);
  --card: light-dark(#f3f4f2, #1c2226); --line: light-dark(#dfe2df, #2c343a); --accent: light-dark(#0b6e5f, #5fd0bb);
  --get: light-dark(#1d5fa8, #7db7f0); --post: light-dark(#0b6e5f, #5fd0bb); --put: light-dark(#8a5a00, #e0b35a); --delete: light-dark(#a8322d, #f08d86); }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .3rem .6rem; z-index: 3; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto; padding: 2rem 1rem 3rem 1.5rem; border-right: 1px solid var(--line); font-size: .875rem; }
nav b, .index b { display: block; margin: 1.2rem 0 .25rem; color: var(--soft); font-weight: 600; }
:is(nav, .index) a { display: block; padding: .12rem 0; color: inherit; text-decoration: none; } :is(nav, .index) a:hover { color: var(--accent); text-decoration: underline; }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; min-width: 0; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.015em; }
.lead { font-size: 1.125rem; color: var(--soft); max-width: 42rem; margin-top: 0; }
h2 { font-size: 1.5rem; margin: 4rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); letter-spacing: -.01em; }
h3 { font-size: 1.15rem; margin: 0 0 .25rem; } h3 a { color: inherit; text-decoration: none; }
h4 { font-size: .9rem; margin: 1.5rem 0 .4rem; } h4 small { font-weight: 400; color: var(--soft); }
p, ul { max-width: 46rem; margin: .6rem 0; } ul { padding-left: 1.2rem; } li { margin: .3rem 0; }
code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--card); border-radius: .25rem; padding: .1em .3em; overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto; margin: .5rem 0 1rem; font-size: .875rem; }
pre code { background: none; padding: 0; font-size: 1em; overflow-wrap: normal; }
pre.answer { border-left: 3px solid var(--accent); }
.index { display: none; margin: 1rem 0; }
.table { overflow-x: auto; margin: .6rem 0 1rem; scrollbar-width: thin; background: linear-gradient(to right, var(--paper) 40%, transparent) left / 3rem 100% no-repeat local, linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local, linear-gradient(to right, color-mix(in srgb, var(--soft) 45%, transparent), transparent) left / .6rem 100% no-repeat scroll, linear-gradient(to left, color-mix(in srgb, var(--soft) 45%, transparent), transparent) right / .6rem 100% no-repeat scroll; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); } th, td { padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child { white-space: nowrap; } td:last-child { min-width: 14rem; } td:first-child code { overflow-wrap: normal; }
.operation { margin: 2.5rem 0 3.5rem; } .line { margin: .2rem 0 .8rem; } .line b { font: 600 .8rem ui-monospace, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: .03em; }
.get { color: var(--get); } .post { color: var(--post); } .put, .patch { color: var(--put); } .delete { color: var(--delete); }
.who, .needed { color: var(--soft); font-size: .9rem; } .needed { font-size: .8rem; }
summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
.languages { position: sticky; top: 0; z-index: 2; display: flex; gap: .25rem; align-items: center; background: var(--paper); border: 0; border-bottom: 1px solid var(--line); margin: 1.5rem 0 0; padding: .6rem 0; font-size: .875rem; }
.languages legend { float: left; margin-right: .75rem; color: var(--soft); padding: 0; }
.languages input { position: absolute; opacity: 0; } .languages label { padding: .2rem .8rem; border-radius: 1rem; cursor: pointer; border: 1px solid transparent; }
.languages input:checked + label { background: var(--card); border-color: var(--line); font-weight: 600; } .languages input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 1px; }
body:has(#show-curl:checked) :is(.in-ruby, .in-csharp), body:has(#show-ruby:checked) :is(.in-curl, .in-csharp), body:has(#show-csharp:checked) :is(.in-curl, .in-ruby) { display: none; }
@media (max-width: 60rem) { .layout { display: block; } nav { display: none; } .index { display: block; } }
@media print { nav, .languages { display: none; } }
`;
