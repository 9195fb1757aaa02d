import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Notice, Wrong } from "../../ui/notice";

/** The offer to end the other sessions: they were opened without what protects the account from now on. */
export function EndOthers() {
  const queries = useQueryClient();
  const [state, setState] = useState<"offered" | "busy" | "ended">("offered");
  const [error, setError] = useState<unknown>(null);
  const others = useQuery({
    queryKey: ["GET /api/sessions", "others"],
    queryFn: async () => (await call("GET /api/sessions", { query: { limit: 50 } })).items,
  });
  const end = async () => {
    setState("busy");
    try {
      await call("DELETE /api/sessions", { query: { others: true } });
      setState("ended");
      await queries.invalidateQueries({ queryKey: ["GET /api/sessions"] });
    } catch (problem) {
      setError(problem);
      setState("offered");
    }
  };
  if (state === "ended") return <Notice>{t.factor.othersEnded}</Notice>;
  const count = (others.data ?? []).filter((session) => !session.current).length;
  if (!count) return null;
  return (
    <>
      <Notice>
        <p>{t.factor.othersAbout(count)}</p>
        <Button busy={state === "busy"} onClick={() => void end()}>
          {t.factor.endOthers(count)}
        </Button>
      </Notice>
      {error ? <Wrong error={error} /> : null}
    </>
  );
}
