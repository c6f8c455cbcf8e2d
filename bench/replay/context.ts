import { contextKind } from '../../server/stopping/reading/context-kind.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';
import type { Task } from '../traces.ts';

/** What a stop rule may know of a task before the first token. */
export function contextOf(task: Task): CursorContext {
  return {
    prefix: task.prompt,
    suffix: task.suffix,
    languageId: task.lang,
    kind: contextKind(task.prompt, task.suffix, task.lang),
    multiLine: 'auto',
  };
}
