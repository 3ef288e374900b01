/** The article's monitoring feed: 100 made-up machine readings, half a second apart. */
import { formatSseEvent } from '../../../contract/wire/sse.js';
import type { ArticleHandler } from './handler.js';

const mebibyte = 1024 * 1024;

export const monitoring: ArticleHandler = async (open, time) => {
  const stream = open();
  for (let i = 0; i < 100 && !stream.gone; i++) {
    stream.write(formatSseEvent({ event: 'monitoring', data: reading(i, time.wallClockMs()) }));
    await time.sleep(500);
  }
  stream.end();
};

/** Written out field by field: its floats keep their `.0`, which JSON.stringify would drop, and bytes count here. */
function reading(i: number, timestamp: number): string {
  return (
    `{"timestamp":${timestamp},"cpu_usage":${float(50 + ((i * 0.5) % 30))},"memory_usage":${float(60 + ((i * 0.3) % 25))},` +
    `"network_io":${(i * mebibyte) % (100 * mebibyte)},"active_connections":${100 + (i % 50)},` +
    `"response_time_ms":${float(1 + ((i * 0.1) % 5))}}`
  );
}

function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
