import { namesIn } from './archive.ts';

/** What a zip archive is by the names in it; undefined where it is none of ours. Unpacks nothing. */
export function archiveKind(bytes: Uint8Array): 'bundle' | 'backup' | undefined {
  const names = namesIn(bytes);
  if (!names?.includes('SHA256SUMS')) return undefined;
  if (names.includes('backup.json')) return 'backup';
  return names.includes('manifest.json') ? 'bundle' : undefined;
}
