import { useState } from 'react';

/** What has come of something that the user asked for, in a line beside it. */
export function useSaid(): { said: string; run: (work: () => Promise<string>) => Promise<void> } {
  const [said, setSaid] = useState('');
  const run = async (work: () => Promise<string>): Promise<void> => {
    setSaid('Working…');
    try {
      setSaid(`${await work()} was handed to the browser's downloads.`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return { said, run };
}
