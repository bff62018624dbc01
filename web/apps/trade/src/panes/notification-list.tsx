import { Dialog } from "@bourse/kit/dialog.tsx";
import { useOpenedWords } from "@bourse/kit/words";
import { notifications, readAll } from "../live/notifications.ts";
import { useStore } from "../live/use.ts";
import { go } from "../router.ts";
import { Ago } from "./ago.tsx";
import { Boundary } from "./boundary.tsx";
import { Told } from "./told.tsx";

/** The newest notifications, unread ones marked. */
export function NotificationList({ onClose }: { readonly onClose: () => void }) {
  const words = useOpenedWords();
  const { list, unread } = useStore(notifications);
  return (
    <Dialog title={words.notifications} onClose={onClose}>
      {list.length === 0 ? (
        <p className="empty">{words.noNotifications}</p>
      ) : (
        <Boundary>
          <ul className="told" aria-label={words.notifications}>
            {list.map((one) => (
              <li key={one.id} className={one.isRead ? "quiet" : "unread"}>
                <span>
                  <Told told={one} />
                </span>
                <Ago atMs={one.at} />
                {one.isRead ? null : <span className="hidden-text">{words.unread}</span>}
              </li>
            ))}
          </ul>
        </Boundary>
      )}
      <div className="row end">
        <button
          type="button"
          className="button plain"
          onClick={() => {
            onClose();
            go("/account/notifications");
          }}
        >
          {words.preferences}
        </button>
        <button
          type="button"
          className="button"
          disabled={unread === 0}
          onClick={() => void readAll()}
        >
          {words.markAllRead}
        </button>
        <button type="button" className="button primary" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
