// What a trace of the browser says of the main thread of a page, in time on a processor: a busy machine makes waits longer
// and changes nothing of that.

const CATEGORIES = ["toplevel", "devtools.timeline"];
const TASK = "ThreadControllerImpl::RunTask";
const US_PER_MS = 1_000;

/** Runs something while the browser notes what it does; returns what that came to, and what was noted. */
export async function traced(browser, page, run) {
  await browser.startTracing(page, { categories: CATEGORIES });
  try {
    const value = await run();
    return [value, readTrace(await browser.stopTracing())];
  } catch (error) {
    await browser.stopTracing().catch(() => undefined);
    throw error;
  }
}

/** Returns the longest task, and what the main thread worked between each key and its paint, in milliseconds. */
function readTrace(buffer) {
  const { traceEvents } = JSON.parse(buffer.toString());
  const keys = keysOf(traceEvents);
  const [first] = keys;
  if (first === undefined) throw new Error("the trace has no key that was pressed");
  // The thread that took the keys is that of the page; a task that a trace begins or ends within has no time on a processor.
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid, tdur }) =>
      name === TASK && ph === "X" && pid === first.pid && tid === first.tid && tdur !== undefined,
  );
  return {
    tasks: tasks.length,
    longestTaskMs: tasks.reduce((most, { tdur }) => Math.max(most, tdur), 0) / US_PER_MS,
    keyWorkMs: keys.map(({ from, until }) => workWithin(tasks, from, until) / US_PER_MS),
  };
}

/** From when a key was pressed until what it did was painted. */
const keysOf = (events) =>
  events
    .filter(({ name, ph, args }) => name === "EventTiming" && ph === "b" && isKey(args))
    .map(({ ts, pid, tid, args }) => ({
      from: ts,
      until: ts + args.data.duration * US_PER_MS,
      pid,
      tid,
    }));

const isKey = (args) => args.data?.type === "keydown";

/** How long tasks were on a processor within a span; of one that lies in it partly, its share. */
function workWithin(tasks, from, until) {
  let work = 0;
  for (const { ts, dur, tdur } of tasks) {
    const within = Math.min(ts + dur, until) - Math.max(ts, from);
    if (0 < within) work += (tdur * within) / Math.max(1, dur);
  }
  return work;
}
