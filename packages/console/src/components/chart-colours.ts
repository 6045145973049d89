/* Colours of charts. A library's theme would keep light axes on a dark page, so every colour is set here. */

export type Scheme = 'light' | 'dark';

export interface ChartColours {
  readonly ground: string;
  readonly text: string;
  readonly line: string;
  readonly axis: string;
  readonly allowed: string;
  readonly refused: string;
}

export const chartColours: Readonly<Record<Scheme, ChartColours>> = {
  light: {
    ground: '#ffffff',
    text: '#525e6a',
    line: '#e1e6eb',
    axis: '#7b8794',
    allowed: '#3a83b6',
    refused: '#a4161a',
  },
  dark: {
    ground: '#1a222b',
    text: '#98a4b2',
    line: '#2c3642',
    axis: '#76828f',
    allowed: '#5fa0cc',
    refused: '#ff9d9d',
  },
};
