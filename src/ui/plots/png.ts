/** How many pixels of the file a pixel of the picture becomes. */
const SCALE = 2;

/** A canvas as the bytes of a PNG file. @throws Error where the browser cannot make one */
export function pngOf(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (!blob) reject(new Error('The browser could not make a PNG of the picture'));
      else blob.arrayBuffer().then((buffer) => resolve(new Uint8Array(buffer)), reject);
    }, 'image/png');
  });
}

/** An SVG as the bytes of a PNG file of twice its size. @throws Error where the browser cannot draw it */
export async function pngOfSvg(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('The browser could not make a PNG of the picture');
    pen.scale(SCALE, SCALE);
    pen.drawImage(image, 0, 0);
    return await pngOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}
