/** The article's first example: ten numbered events, a second apart. */
import type { ArticleHandler } from './handler.js';

export const basic: ArticleHandler = async (open, time) => {
  const stream = open();
  for (let i = 0; i < 10 && !stream.gone; i++) {
    // No space after the colon, as the article has it: a byte less, and the same event.
    stream.write(`data:${i}\n\n`);
    await time.sleep(1000);
  }
  stream.end();
};
