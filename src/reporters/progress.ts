import type { Output } from '../io.ts';
import type { Action, Outcome } from '../types.ts';
import { formatBytes, formatDuration } from './format.ts';

/** Milliseconds between two drawings of the bar, and between two lines where there is no terminal. */
const barEvery = 100;
const lineEvery = 10_000;

export interface Progress {
  begin(actions: readonly Action[]): void;
  step(outcome: Outcome): void;
  /** Why it stands still; undefined when it goes on. Drawn on a terminal only. */
  wait(text: string | undefined): void;
  /** Removes the bar, so that a line can be written in its place. */
  clear(): void;
}

/** A bar on a terminal, a line now and then elsewhere. */
export function createProgress(output: Output): Progress {
  let total = { files: 0, bytes: 0 };
  let done = { files: 0, bytes: 0 };
  let startedMs = 0;
  let shownMs = 0;
  let drawn = false;
  let waiting: string | undefined;

  const clear = () => {
    if (drawn) output.write('\r\u001b[K');
    drawn = false;
  };
  const show = (now: number) => {
    const seconds = Math.max((now - startedMs) / 1000, 0.001);
    const rate = done.bytes / seconds;
    const share = Math.min(
      1,
      total.bytes === 0 ? done.files / Math.max(1, total.files) : done.bytes / total.bytes,
    );
    const left = share > 0 ? ((1 - share) / share) * seconds * 1000 : 0;
    const numbers = `${done.files}/${total.files} files, ${formatBytes(done.bytes)} of ${formatBytes(total.bytes)}, ${formatBytes(rate)}/s, ${formatDuration(left)} left`;
    if (!output.isTTY) {
      output.write(`  ${numbers}\n`);
      return;
    }
    const width = 24;
    const filled = Math.round(share * width);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    draw(`${waiting ?? bar} ${numbers}`);
  };
  const draw = (text: string) => {
    output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
    drawn = true;
  };

  return {
    begin(actions) {
      const sizes = actions.map((action) => (action.type === 'upload' ? action.file.size : 0));
      total = { files: actions.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
      done = { files: 0, bytes: 0 };
      startedMs = performance.now();
      shownMs = startedMs;
    },
    step({ action }) {
      if (action.type === 'skip' || action.type === 'record') return;
      done = {
        files: done.files + 1,
        bytes: done.bytes + (action.type === 'upload' ? action.file.size : 0),
      };
      const now = performance.now();
      if (now - shownMs < (output.isTTY ? barEvery : lineEvery)) return;
      shownMs = now;
      show(now);
    },
    wait(text) {
      waiting = text && `${text};`;
      if (!output.isTTY) return;
      if (total.files > 0) show(performance.now());
      else if (text === undefined) clear();
      else draw(text);
    },
    clear,
  };
}
