import type { Ink, Mark, Picture } from './picture.ts';

/** A colour for each ink, as a file has it: "rgb(1, 2, 3)". */
export type Palette = Readonly<Record<Ink, string>>;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text as XML has it; what XML cannot hold at all becomes a blank. */
const escaped = (text: string): string => text.replaceAll(/[&<>"'\p{Cc}]/gu, (sign) => ESCAPES[sign] ?? ' ');

function written(mark: Mark, palette: Palette): string {
  if (mark.shape === 'text')
    return `<text x="${mark.x}" y="${mark.y}" fill="${palette[mark.ink]}" text-anchor="${mark.anchor}">${escaped(mark.text)}</text>`;
  const { d, ink, filled, opacity, dashed } = mark;
  const paint = filled ? `fill="${palette[ink]}"` : `fill="none" stroke="${palette[ink]}" stroke-width="1.5"`;
  const rest = `${opacity === undefined ? '' : ` opacity="${opacity}"`}${dashed ? ' stroke-dasharray="4 4"' : ''}`;
  return `<path d="${d}" ${paint}${rest}/>`;
}

const HEAD_PX = 32;

/** A picture as an SVG file, on a ground of its own so that it can be read on a white page and on a dark one. */
export function svgText(picture: Picture, palette: Palette, subtitle: string): string {
  const { title, width, height, marks, spots } = picture;
  const whole = height + HEAD_PX;
  const drawn = [...marks, ...spots.map(({ mark }) => mark)].map((mark) => `    ${written(mark, palette)}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="system-ui, sans-serif" font-size="11">`,
    `  <title>${escaped(`${title} · ${subtitle}`)}</title>`,
    `  <rect width="${width}" height="${whole}" fill="${palette.panel}"/>`,
    `  <text x="12" y="20" fill="${palette.text}" font-size="13" font-weight="600">${escaped(title)}<tspan dx="8" font-size="11" font-weight="400" fill="${palette.muted}">${escaped(subtitle)}</tspan></text>`,
    `  <g transform="translate(0 ${HEAD_PX})">`,
    ...drawn,
    '  </g>',
    '</svg>',
    '',
  ].join('\n');
}
