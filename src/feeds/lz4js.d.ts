declare module 'lz4js' {
  /** Unpacks a whole frame into `to`; what does not fit is dropped, and the returned length says so. */
  export function decompressFrame(from: Uint8Array, to: Uint8Array): number;
  /** Unpacks one block from `from[at, at + length)` into `to` from `toAt` on. @returns where it ends in `to` */
  export function decompressBlock(from: Uint8Array, to: Uint8Array, at: number, length: number, toAt: number): number;
  export function compress(from: Uint8Array): Uint8Array;
}
