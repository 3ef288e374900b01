/** Charts outside a browser: a spec as static SVG, for readers without scripts and for tests. */
import type { TopLevelSpec } from 'vega-lite';
import { font, type Theme, vegaConfig, withTheme } from './theme.js';

/** Without a browser there is no container to ask for its width. */
const staticWidthPx = 700;

export async function drawSvg(spec: TopLevelSpec, theme: Theme): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const sized = JSON.parse(JSON.stringify(withTheme(spec, theme)), (key, value) =>
    key === 'width' && value === 'container' ? staticWidthPx : value,
  ) as TopLevelSpec;
  const { spec: compiled } = compile(sized, { config: vegaConfig(theme) as never });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return slim(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/**
 * The same drawing in fewer bytes: a tenth of a pixel is enough for a place, nothing in it is interactive, and the
 * page describes each chart as a whole, so that marks need no labels of their own.
 */
function slim(svg: string): string {
  return (
    svg
      .replace(/ (d|transform)="[^"]+"/g, (place) => place.replace(/(\.\d)\d+/g, '$1'))
      // Labels of an axis that give way to their neighbours are there without a text.
      .replace(/<text [^>]*\/>/g, '')
      // Said once for the whole drawing instead of at every label.
      .replace(/ font-family="[^"]*"/g, '')
      .replace(/^<svg /, `<svg font-family="${font.replaceAll('"', '&quot;')}" `)
      .replace(/ (aria-label|aria-roledescription|aria-hidden|role|pointer-events)="[^"]*"/g, '')
      // What an attribute is without being said.
      .replace(/ ((stroke-width|opacity)="1"|text-anchor="start")/g, '')
      .replace(/ class="(mark-[a-z]+) [^"]*"/g, ' class="$1"')
  );
}
