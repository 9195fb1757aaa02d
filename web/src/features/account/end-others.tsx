import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { t } from "../../texts";
import { Doing } from "../../ui/doing";
import { Notice } from "../../ui/notice";

/** The offer to end the other sessions: they were opened without what protects the account from now on. */
export function EndOthers() {
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  const others = useQuery({
    queryKey: ["GET /api/sessions", "others"],
    queryFn: async () => (await call("GET /api/sessions", { query: { limit: 50 } })).items,
  });
  const end = async () => {
    await call("DELETE /api/sessions", { query: { others: true } });
    setEnded(true);
    await queries.invalidateQueries({ queryKey: ["GET /api/sessions"] });
  };
  if (ended) return <Notice>{t.factor.othersEnded}</Notice>;
  const count = (others.data ?? []).filter((session) => !session.current).length;
  if (!count) return null;
  return (
    <Notice icon="shield">
      <div className="stack">
        <p>{t.factor.othersAbout(count)}</p>
        <div>
          <Doing look="framed" label={t.factor.endOthers(count)} perform={end} />
        </div>
      </div>
    </Notice>
  );
}
