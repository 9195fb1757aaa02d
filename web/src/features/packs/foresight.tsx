import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import type { Flaw, Rule } from "../../api/routes";
import { t } from "../../texts";
import { Waiting } from "../../ui/list";
import { wordsFor } from "../../ui/notice";
import { Consequences } from "./changes";
import { flawSaid, refusedIn } from "./mended";

const PAUSE_MS = 700;

/** Which earlier checks the edit would change, once they pause; nothing is saved for it. */
export function Foresight({ pack, rule }: { pack: string; rule: Rule }) {
  const settled = useSettled(rule);
  const canary = useQuery({
    queryKey: ["pack", pack, "canary", settled],
    queryFn: () => call("POST /api/packs/{id}/canary", { path: { id: pack }, body: { rule: settled } }),
    enabled: Boolean(settled.id && settled.title),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });
  if (canary.isError) return <p className="quiet">{t.packs.cannotForesee(reasonOf(canary.error))}</p>;
  if (!canary.data)
    return canary.isFetching ? <Waiting rows={1} /> : <p className="quiet">{t.packs.nameFirst}</p>;
  return <Consequences canary={canary.data} folded />;
}

function reasonOf(error: unknown): string {
  const flaws = error instanceof ApiProblem && Array.isArray(error.more.flaws) ? error.more.flaws : [];
  const [first] = flaws as Flaw[];
  return first ? flawSaid(first) : (refusedIn(error)?.text ?? wordsFor(error));
}

function useSettled(rule: Rule): Rule {
  const [settled, setSettled] = useState(rule);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(rule), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [rule]);
  return settled;
}
