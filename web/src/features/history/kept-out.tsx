import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { t } from "../../texts";
import { bytesOf } from "../../ui/measures";

const DAYS = 30;

/** What the filters kept out, why, and what that saved; for those who look after the intake. */
export function KeptOut({ id }: { id: string }) {
  const me = useMe();
  const query = useQuery({
    queryKey: ["GET /api/intake/summary", id],
    queryFn: () => call("GET /api/intake/summary", { query: { device: id, days: DAYS } }),
    enabled: allows(me.data?.scopes ?? [], "intake:read"),
  });
  if (!query.data) return null;
  const { rejected, bytes_in, bytes_on } = query.data;
  const reasons = Object.entries(rejected).sort(([, a], [, b]) => b - a);
  const count = reasons.reduce((sum, [, fixes]) => sum + fixes, 0);
  if (!count) return null;
  return (
    <div className="kept-out">
      <h2>{t.history.rejected}</h2>
      <p className="quiet small">{t.history.rejectedAbout(count, DAYS)}</p>
      <ul>
        {reasons.map(([reason, fixes]) => (
          <li key={reason}>
            {t.history.reasons[reason] ?? reason} <strong>{fixes}</strong>
          </li>
        ))}
      </ul>
      {bytes_in > bytes_on ? (
        <p className="quiet small">{t.history.saved(bytesOf(bytes_in - bytes_on))}</p>
      ) : null}
    </div>
  );
}
