/** Returns what begins acts of which one is on its way at a time: null of one that comes meanwhile, which is not begun. */
export function oneAtATime(): (act: () => Promise<void>) => Promise<void> | null {
  let isOnItsWay = false;
  return (act) => {
    if (isOnItsWay) return null;
    isOnItsWay = true;
    return act().finally(() => {
      isOnItsWay = false;
    });
  };
}
