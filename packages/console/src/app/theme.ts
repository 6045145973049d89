import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { messages } from '../messages/en.ts';

/** The one accent. Meaning has colours of its own, in `tokens.css`. */
const harbour: MantineColorsTuple = [
  '#eef6fb',
  '#dbeaf4',
  '#b3d1e6',
  '#85b5d6',
  '#5fa0cc',
  '#3a83b6',
  '#1f6ea5',
  '#175b8c',
  '#124a73',
  '#0d3856',
];
const gray: MantineColorsTuple = [
  '#f5f7f9',
  '#eceff3',
  '#e1e6eb',
  '#d0d7de',
  '#b3bdc8',
  '#7b8794',
  '#5a6672',
  '#414c57',
  '#2b343d',
  '#171d23',
];
const dark: MantineColorsTuple = [
  '#d8dee6',
  '#bcc5d0',
  '#98a4b2',
  '#76828f',
  '#3b4654',
  '#2c3642',
  '#1a222b',
  '#12181f',
  '#0d1218',
  '#080c10',
];

const closable = {
  closeButtonProps: { 'aria-label': messages.actions.close },
  styles: { title: { fontWeight: 600, fontSize: '16px' } },
};

export const theme = createTheme({
  colors: { harbour, gray, dark },
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.2,
  defaultRadius: 'sm',
  fontFamily:
    "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Open Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  components: {
    Modal: { defaultProps: closable },
    Drawer: { defaultProps: closable },
  },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.3' },
      h2: { fontSize: '15px', lineHeight: '1.4' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
});

/** The library's own greys for placeholders and dimmed text are too faint for WCAG AA on our panels. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-error': '#a4161a',
  },
  dark: {
    '--mantine-color-body': dark[6],
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-error': '#ff9d9d',
    '--mantine-color-disabled': dark[5],
    '--mantine-color-disabled-color': dark[2],
  },
});
