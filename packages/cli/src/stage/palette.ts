import { styleText } from 'node:util';

type Style = (text: string) => string;

/** The few styles that the command line uses. Without colour each returns its text unchanged. */
export interface Palette {
  readonly bold: Style;
  readonly dim: Style;
  readonly guest: Style;
  readonly agent: Style;
  readonly dots: Style;
  readonly good: Style;
  readonly link: Style;
}

export function palette(colour: boolean): Palette {
  // The caller has decided; Node would look at its own stdout.
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    (text) =>
      colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    guest: style('cyan'),
    agent: style('magenta'),
    dots: style('yellow'),
    good: style('green'),
    link: style('underline'),
  };
}
