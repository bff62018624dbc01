import { useDeskWords } from "@bourse/kit/words";
import { lazy, Suspense, useState } from "react";
import { useFeature } from "../live/brand.ts";
import { notifications } from "../live/notifications.ts";
import { visitor } from "../live/visitor.ts";
import { usePart } from "../live/use.ts";

const List = lazy(async () => ({
  default: (await import("./notification-list.tsx")).NotificationList,
}));

/** How many notifications are unread, and the way to them. */
export function Bell() {
  const words = useDeskWords();
  const [isOpen, setIsOpen] = useState(false);
  const unread = usePart(notifications, (told) => told.unread);
  const isUser = usePart(visitor, ({ kind }) => kind === "user");
  const isOffered = useFeature("notifications");
  if (!isUser || !isOffered) return null;
  return (
    <>
      <button
        type="button"
        className="button plain small bell"
        aria-label={words.bell(unread)}
        onClick={() => setIsOpen(true)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 1.5a4 4 0 0 0-4 4v3L2.5 11h11L12 8.5v-3a4 4 0 0 0-4-4zM6.5 12.5a1.5 1.5 0 0 0 3 0z" />
        </svg>
        {unread === 0 ? null : <span aria-hidden="true">{unread < 100 ? unread : "99+"}</span>}
      </button>
      {isOpen ? (
        <Suspense>
          <List onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
