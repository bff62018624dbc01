/** What a feed needs of the world, so that tests can play it: sockets, time and chance. */

export interface Channel {
  send(text: string): void;
  close(): void;
}

export interface ChannelEvents {
  onOpen(): void;
  onText(text: string): void;
  /** Told once; nothing comes after it. */
  onEnd(): void;
}

export interface Surroundings {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls once after some milliseconds, unless the returned function is called before. */
  after(delayMs: number, call: () => void): () => void;
  /** At least 0, below 1. */
  chance(): number;
  /** Whether nobody looks. */
  isHidden(): boolean;
  open(path: string, events: ChannelEvents): Channel;
}

/** Returns the surroundings of a browser's page. */
export function ofPage(): Surroundings {
  return {
    now: () => performance.now(),
    after: (delayMs, call) => {
      const timer = setTimeout(call, delayMs);
      return () => clearTimeout(timer);
    },
    chance: () => Math.random(),
    isHidden: () => document.hidden,
    open: (path, events) => {
      const socket = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
      socket.onopen = () => events.onOpen();
      socket.onmessage = (message: MessageEvent<unknown>) => {
        if (typeof message.data === "string") events.onText(message.data);
      };
      socket.onclose = () => events.onEnd();
      return {
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
      };
    },
  };
}
