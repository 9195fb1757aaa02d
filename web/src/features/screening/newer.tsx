import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { Screening } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Wrong } from "../../ui/notice";

/** Whether other versions of the lists answer now than those that were searched. */
export function isOutdated({ lists, lists_now }: Pick<Screening, "lists" | "lists_now">): boolean {
  return lists.join(" ") !== lists_now.join(" ");
}

/** The same name once more: a new screening beside this one, which stays what it was. */
export function Newer({ screening, writes }: { screening: Screening; writes: boolean }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { subject, reference, threshold, watch } = screening;
  const again = async () => {
    setBusy(true);
    setError(null);
    try {
      const body = { ...subject, reference, threshold, watch };
      const found = await call("POST /api/screenings", { body });
      queries.setQueryData(["screening", found.id], found);
      await queries.invalidateQueries({ queryKey: listOf("GET /api/screenings").queryKey });
      await navigate(`/screenings/${found.id}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="part" role="status">
      <p>{watch ? t.screening.newerWatched : t.screening.newer}</p>
      {error ? <Wrong error={error} /> : null}
      {writes && !watch ? (
        <div className="actions">
          <Button look="primary" busy={busy} onClick={() => void again()}>
            {t.screening.screenAgain}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
