import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { call } from "../../api/call";
import { allOf } from "../../api/pages";
import type { HitView, Screening } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Loaded, Rows } from "../../ui/list";

/** The hits that do not stand on the page at once; how many there are is always said. */
export function FurtherHits({
  screening: { id, hits, total },
  children,
}: {
  screening: Screening;
  children: (hit: HitView) => ReactNode;
}) {
  const [all, setAll] = useState(false);
  const found = useQuery({
    queryKey: ["screening", id, "hits", total],
    queryFn: () =>
      allOf<HitView>((from) =>
        call("GET /api/screenings/{id}/hits", { path: { id }, query: { limit: 50, ...from } }),
      ),
    enabled: all,
  });
  if (total <= hits.length) return null;
  if (!all) {
    return (
      <div className="more">
        <p className="quiet">{t.screening.shownOf(hits.length, total)}</p>
        <Button onClick={() => setAll(true)}>{t.screening.showAll}</Button>
      </div>
    );
  }
  return (
    <Loaded query={found}>
      {(every) => (
        <>
          <Rows items={every.slice(hits.length)} empty={t.screening.clear}>
            {children}
          </Rows>
          {every.length < total ? <p className="quiet">{t.screening.shownOf(every.length, total)}</p> : null}
        </>
      )}
    </Loaded>
  );
}
