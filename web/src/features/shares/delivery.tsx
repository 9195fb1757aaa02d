import type { DeliveryProgress, Shared } from "../../api/routes";
import { language, t } from "../../texts";

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });

/** Who sends it, how many stops are left, and between when and when it comes. */
export function DeliverySaid({ shared, delivery }: { shared: Shared; delivery: DeliveryProgress | null }) {
  return (
    <>
      {shared.sender ? <p>{t.guest.from(shared.sender)}</p> : null}
      {delivery ? (
        <div className="delivery" role="status">
          <p className="when">{whenOf(delivery)}</p>
          <p className="quiet small">
            {t.guest.stopsLeft(delivery.stops_left, delivery.to)}
            {delivery.earliest && !delivery.measured ? ` ${t.guest.assumed}` : null}
          </p>
        </div>
      ) : null}
    </>
  );
}

function whenOf({ stops_left, earliest, latest }: DeliveryProgress): string {
  if (!stops_left) return t.guest.there;
  if (!earliest || !latest) return t.guest.unknown;
  return t.guest.between(clock.format(new Date(earliest)), clock.format(new Date(latest)));
}
