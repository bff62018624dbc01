// How crowded the machine is. Budgets by the clock are of a machine with room: where others want the processors, too, a wait
// is allowed to be longer by as much as a known piece of work is.

/** Enough to be told apart from the turns that a scheduler gives. */
const WORK_US = 60_000;
/** Beyond it nothing that is measured by the clock says anything. */
const MOST = 6;

/** Returns how much longer than on a processor a piece of work took by the clock: 1 with room, 2 where half is taken. */
export function crowding() {
  const since = performance.now();
  const before = process.cpuUsage();
  let workedUs = 0;
  while (workedUs < WORK_US) {
    const { user, system } = process.cpuUsage(before);
    workedUs = user + system;
  }
  const tookUs = (performance.now() - since) * 1_000;
  return Math.min(MOST, Math.max(1, tookUs / workedUs));
}
