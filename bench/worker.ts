import { type Measurement, measureAll } from './measure.ts';

const post = (message: Measurement | 'done'): void => self.postMessage(message, { transfer: [] });

/** Started with the numbers of rows in its address; posts each measurement, then 'done'. */
const rows = new URLSearchParams(self.location.search);
for (const measurement of measureAll(Number(rows.get('trades')), Number(rows.get('bars')))) post(measurement);
post('done');
