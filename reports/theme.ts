/**
 * Colours and type of the charts, for light and dark. One transport has one colour everywhere.
 *
 * Specs name colours (`theme:sse`), because a chart is drawn anew when the reader's scheme changes. Hues
 * follow Okabe & Ito's palette, which people with the common colour-vision deficiencies can tell apart; the light
 * set is darkened to at least 3 : 1 on white (WCAG 2.2, 1.4.11). Shapes and dashes differ too.
 */
import type { Config } from 'vega-lite';
import type { TransportId } from '../contract/transports.js';

type ColourName = TransportId | 'payload' | 'repeated' | 'framing' | 'heads' | 'wire' | 'user' | 'system' | 'reference';
export type Theme = 'light' | 'dark';

export const colours: Readonly<Record<Theme, Readonly<Record<ColourName, string>>>> = {
  light: {
    polling: '#a86a00',
    'conditional-polling': '#c8410b',
    'long-polling': '#a3447f',
    sse: '#0060a8',
    'http-stream': '#007a5c',
    websocket: '#2b86b8',
    payload: '#0060a8',
    repeated: '#a3447f',
    framing: '#a86a00',
    heads: '#767676',
    wire: '#007a5c',
    user: '#0060a8',
    system: '#a86a00',
    reference: '#444444',
  },
  dark: {
    polling: '#e69f00',
    'conditional-polling': '#f4793b',
    'long-polling': '#df93c0',
    sse: '#5aa9e6',
    'http-stream': '#2fbf94',
    websocket: '#a6d8f7',
    payload: '#5aa9e6',
    repeated: '#df93c0',
    framing: '#e69f00',
    heads: '#9a9a9a',
    wire: '#2fbf94',
    user: '#5aa9e6',
    system: '#e69f00',
    reference: '#cccccc',
  },
};

export const themeColour = (name: ColourName): string => `theme:${name}`;

/** The same spec with the names of colours replaced by the colours of a theme. */
export function withTheme<T>(spec: T, theme: Theme): T {
  return JSON.parse(JSON.stringify(spec), (_, value) =>
    typeof value === 'string' && value.startsWith('theme:')
      ? (colours[theme][value.slice('theme:'.length) as ColourName] ?? value)
      : value,
  ) as T;
}

export const font = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Legends below one another: side by side they would be wider than a phone. Vega knows it, Vega-Lite’s types do not. */
const stacked: object = { layout: { top: { direction: 'vertical', anchor: 'start' } } };

export function vegaConfig(theme: Theme): Config {
  const [ink, faint, grid] = theme === 'light' ? ['#1a1a1a', '#595959', '#e4e4e4'] : ['#ececec', '#b0b0b0', '#3a3a3a'];
  return {
    background: 'transparent',
    font,
    lineBreak: '\n',
    view: { stroke: 'transparent' },
    axis: {
      labelColor: faint,
      titleColor: faint,
      gridColor: grid,
      domainColor: grid,
      tickColor: grid,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      // As long as the longest name of an arm; report.js cuts sooner on a narrow screen.
      labelLimit: 300,
    },
    legend: {
      labelColor: ink,
      titleColor: faint,
      labelFontSize: 12,
      titleFontSize: 12,
      labelLimit: 260,
      symbolOpacity: 1,
      orient: 'top',
      columns: 3,
      ...stacked,
    },
    header: { labelColor: ink, titleColor: faint, labelFontSize: 12, labelLimit: 260 },
    title: { color: ink },
  };
}

/** Shapes by transport, for those who do not see the colours. */
export const shapes: Readonly<Record<TransportId, string>> = {
  polling: 'circle',
  'conditional-polling': 'square',
  'long-polling': 'diamond',
  sse: 'triangle-up',
  'http-stream': 'cross',
  websocket: 'triangle-down',
};

/** By client and subject, where a run has several: solid first. A fifth would look like the first. */
export const variantDashes: readonly (readonly number[])[] = [
  [1, 0],
  [6, 3],
  [2, 2],
  [10, 2, 2, 2],
];
export const variantShapes: readonly string[] = ['circle', 'square', 'triangle-up', 'diamond'];

export const dashes: Readonly<Record<TransportId, readonly number[]>> = {
  polling: [2, 2],
  'conditional-polling': [6, 2, 2, 2],
  'long-polling': [8, 3],
  sse: [1, 0],
  'http-stream': [12, 2],
  websocket: [4, 2],
};
